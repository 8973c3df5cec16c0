package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Copies of a batch of images one behind the other, to be changed each in its own way: a graph of one way for all is much smaller
 * than one of a way for each.
 *
 * @param images {@code [copies · batch, rows, columns, channels]}
 * @param copy which copy each image is in, counted from 0, {@code [copies · batch, 1, 1, 1]}
 * @param copies how many there are
 */
record BatchStack(Value images, Value copy, int copies) {
    static BatchStack of(Ops ops, Value images, int copies) {
        List<Value> all = Collections.nCopies(copies, images);
        Value stacked = copies == 1 ? images : ops.concat(all, 0);
        Value row = ops.reshape(numbered(ops, copies), Shape.of(copies, 1, 1, 1, 1));
        Value times = ops.expandLike(row, ops.unsqueeze(Augmentation.each(ops, images), 0));
        Dimension length = stacked.shape().dimension(0);
        return new BatchStack(stacked, ops.reshape(times, Shape.of(1, 1, 1).prepend(length)), copies);
    }

    /** These copies with other images. */
    BatchStack with(Value changed) {
        return new BatchStack(changed, copy, copies);
    }

    /** One number for each copy, {@code [1, 1, 1, copies]}, as one for each image, {@code [copies · batch, 1, 1, 1]}. */
    Value spread(Ops ops, Value numbers) {
        return ops.gather(ops.reshape(numbers, Shape.of(copies)), copy, 0);
    }

    /**
     * The sum of the copies, each times its share.
     *
     * @param ops the operators
     * @param batch the images that were copied
     * @param shares {@code [1, 1, 1, copies]}
     * @return tensor of the batch's shape
     */
    Value sum(Ops ops, Value batch, Value shares) {
        Value weighted = ops.mul(images, spread(ops, shares));
        Value lengths = ops.concat(List.of(ops.constant((long) copies), ops.shape(batch)), 0);
        Shape apart = batch.shape().prepend(Dimension.of(copies));
        return ops.reduceSum(ops.reshape(weighted, lengths, apart), false, 0);
    }

    /** The places of {@code [copies, channels]} things in a row, for each image and channel: where its own one is. */
    Value places(Ops ops, long channels) {
        Value channel = ops.reshape(numbered(ops, channels), Shape.of(1, 1, 1, channels));
        return ops.add(ops.mul(copy, ops.constant(DataType.INT64, (double) channels)), channel);
    }

    /** 0, 1, 2, …, in a row. */
    private static Value numbered(Ops ops, long count) {
        return ops.constant(LongStream.range(0, count).toArray());
    }
}
