package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.TensorFlow1;
import dev.slipway.keras.layers.DTypePolicy;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Images of known size that are resized as only TensorFlow does, which Keras 3 cannot be told: each row of the result is a sum of rows,
 * so that a matrix gives the rows and another one the columns, two {@code EinsumDense} that are not trained.
 */
final class ResizingProducts implements Rewriting {
    private static final IntNode ONE = IntNode.valueOf(1);

    /** A side of an image above which a matrix would be out of proportion. */
    private static final long MAX_LENGTH = 2048;

    @Override
    public Optional<Replacement> of(OldLayer old) {
        boolean resizes = old.isOf("UpSampling2D") || old.isOf("Resizing");
        if (!resizes
                || !TensorFlow1.isUnknownToKeras3(
                        old.config().path("interpolation").asText())) {
            return Optional.empty();
        }
        boolean isFirst = old.config().path("data_format").asText().equals("channels_first");
        int axis = isFirst ? 2 : 1;
        boolean isCut = old.config().path("crop_to_aspect_ratio").asBoolean()
                || old.config().path("pad_to_aspect_ratio").asBoolean();
        Shape image = old.input().slice(1, 4);
        if (isCut || !image.isKnown() || !isSmall(old, image, axis)) {
            return Optional.empty();
        }
        Tensor rows = matrix(old, image, axis, false);
        Tensor columns = matrix(old, image, axis + 1, true);
        Shape high = image.with(axis - 1, Dimension.of(rows.shape().size(1)));
        Shape resized = high.with(axis, Dimension.of(columns.shape().size(1)));
        Layer down = product(old, "rows", isFirst ? "bchw,hr->bcrw" : "bhwc,hr->brwc", high);
        Layer across = product(old, "columns", isFirst ? "bchw,wr->bchr" : "bhwc,wr->bhrc", resized);
        Map<String, Tensor> weights =
                Map.of(old.name() + "/rows/kernel", rows, old.name() + "/columns/kernel", columns);
        String note = "resizing that only TensorFlow has written as products with fixed matrices";
        return Optional.of(Replacement.of(old.chain(List.of(down, across)), weights, note));
    }

    /** Whether the image and what is made of it are small enough. */
    private static boolean isSmall(OldLayer old, Shape image, int axis) {
        long height = image.size(axis - 1);
        long width = image.size(axis);
        long newHeight = old.config().path("height").asLong();
        long newWidth = old.config().path("width").asLong();
        if (old.config().get("size") instanceof ArrayNode factors) {
            newHeight = height * factors.path(0).asLong();
            newWidth = width * factors.path(1).asLong();
        }
        return LongStream.of(height, width, newHeight, newWidth).allMatch(length -> length <= MAX_LENGTH);
    }

    private static Layer product(OldLayer old, String name, String equation, Shape result) {
        ObjectNode config = Config.json().put("equation", equation).put("trainable", false);
        ArrayNode shape = config.putArray("output_shape");
        for (long length : result.toArray()) {
            shape.add(length);
        }
        return old.part("EinsumDense", name, config.putNull("bias_axes").put("activation", "linear"));
    }

    /** What the layer makes of a single row that is 1, for each row: {@code [oldLength, newLength]}; columns alike. */
    private static Tensor matrix(OldLayer old, Shape image, int axis, boolean isColumns) {
        int length = (int) image.size(axis - 1);
        long[] sizes = {1, 1, 1};
        sizes[axis - 1] = length;
        float[] ones = new float[length * length];
        for (int i = 0; i < length; i++) {
            ones[i * length + i] = 1;
        }
        Shape rows = Shape.of(length, sizes[0], sizes[1], sizes[2]);
        try (Model probe = Model.sequential(InputLayer.of(sizes), along(old, isColumns))) {
            Tensor found = probe.predict(Tensor.of(rows, ones));
            DTypePolicy policy = old.layer().dtypePolicy().orElse(DTypePolicy.FLOAT32);
            return found.reshaped(Shape.of(length, found.shape().elementCount() / length))
                    .cast(policy.variable());
        }
    }

    /** The layer over one axis, the other being of length 1. */
    private static Layer along(OldLayer old, boolean isColumns) {
        ObjectNode config = old.config();
        if (config.get("size") instanceof ArrayNode factors) {
            factors.set(isColumns ? 0 : 1, ONE);
        } else {
            config.set(isColumns ? "height" : "width", ONE);
        }
        return old.part(old.layer().className(), old.name(), config);
    }
}
