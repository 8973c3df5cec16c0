package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.List;

/** The images of a batch in random order. */
final class BatchOrder {
    private BatchOrder() {}

    /** Each image of a batch once, in an order that is drawn. */
    static Value shuffled(LayerCall call, Value images) {
        Ops ops = call.ops();
        Value drawn = RandomLayer.uniform(call, call.wide(Augmentation.each(ops, images)));
        Value row = ops.reshape(drawn, Shape.of(List.of(images.shape().dimension(0))));
        Value order = ops.topK(row, images.shape().dimension(0), 0).get(1);
        return ops.gather(images, order, 0);
    }
}
