package dev.slipway.keras.ops;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Patches of images, each with its elements one behind the other: {@code [batch, rows, columns, channels]} to {@code [batch,
 * patches down, patches across, height · width · channels]}, or with the channels in front.
 *
 * <p>Source: {@code keras.ops.image.extract_patches}.
 */
final class Patches {
    private final int[] size;
    private final int[] strides;
    private final int[] dilation;
    private final boolean isSame;
    private final boolean isFirst;

    private Patches(Config config) {
        size = pair(config, "size", new int[0]);
        strides = pair(config, "strides", size);
        dilation = pair(config, "dilation_rate", new int[] {1, 1});
        isSame = config.text("padding", "valid").equals("same");
        isFirst = config.text("data_format", "channels_last").equals("channels_first");
    }

    static void addTo(Definitions all) {
        all.from("image");
        all.add("ExtractPatches", Definition.configured(List.of("images"), config -> {
            Patches patches = new Patches(config);
            return call -> patches.of(call);
        }));
    }

    private static int[] pair(Config config, String key, int[] absent) {
        int[] found = Axes.find(config, key).orElse(absent);
        int[] both = found.length == 1 ? new int[] {found[0], found[0]} : found;
        if (both.length != 2 || both[0] < 1 || both[1] < 1) {
            throw config.refused(key, both.length + " numbers", "one or two, each >= 1");
        }
        return both;
    }

    private Value of(OperationCall call) {
        Ops ops = call.ops();
        Value images = call.tensor("images");
        int first = isFirst ? 2 : 1;
        Shape shape = images.shape();
        if (shape.rank() != 4 || !shape.slice(first, first + 2).isKnown()) {
            throw call.refused("images", shape + "", "a batch of images of known height and width");
        }
        Value padded = isSame ? padded(ops, images, first) : images;
        List<Value> parts = new ArrayList<>();
        for (int row = 0; row < size[0]; row++) {
            for (int column = 0; column < size[1]; column++) {
                parts.add(every(ops, every(ops, padded, first, 0, row), first + 1, 1, column));
            }
        }
        return ops.concat(parts, isFirst ? 1 : 3);
    }

    private int span(int i) {
        return (size[i] - 1) * dilation[i] + 1;
    }

    private Value padded(Ops ops, Value images, int first) {
        long[] before = new long[4];
        long[] after = new long[4];
        for (int i = 0; i < 2; i++) {
            long length = images.shape().size(first + i);
            long places = (length + strides[i] - 1) / strides[i];
            long total = Math.max(0, (places - 1) * strides[i] + span(i) - length);
            before[first + i] = total / 2;
            after[first + i] = total - total / 2;
        }
        return ops.pad(images, before, after);
    }

    /** The element in one place of every patch. */
    private Value every(Ops ops, Value x, int axis, int i, int place) {
        long last = (x.shape().size(axis) - span(i)) / strides[i] * strides[i];
        long start = (long) place * dilation[i];
        return ops.slice(x, axis, start, start + last + 1, strides[i]);
    }
}
