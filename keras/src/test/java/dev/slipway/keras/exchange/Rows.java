package dev.slipway.keras.exchange;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.List;
import java.util.SplittableRandom;

/** Rows for a model of which nothing is known but what it takes. */
final class Rows {
    static final long BATCH = 3;
    private static final long UNKNOWN = 8;
    private static final int LARGEST = 4;
    private static final String[] TEXTS = {"a", "b", "unknown", "m", "c"};

    private Rows() {}

    static List<Tensor> of(List<TensorSpec> inputs, long rows) {
        return inputs.stream().map(input -> of(input, rows)).toList();
    }

    static Tensor of(TensorSpec input, long rows) {
        long[] lengths = new long[input.shape().rank()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = input.shape().dimension(i).isKnown() ? input.shape().size(i) : i == 0 ? rows : UNKNOWN;
        }
        return of(input.type(), Shape.of(lengths), input.name().hashCode());
    }

    static Tensor of(DataType type, Shape shape, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = Math.toIntExact(shape.elementCount());
        if (type == DataType.STRING) {
            return Tensor.of(
                    shape,
                    random.ints(count, 0, TEXTS.length).mapToObj(i -> TEXTS[i]).toArray(String[]::new));
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = isWhole(type)
                    ? random.nextInt(type == DataType.BOOL ? 2 : LARGEST)
                    : (float) random.nextDouble(-1, 1);
        }
        return Tensor.of(shape, values).cast(type);
    }

    private static boolean isWhole(DataType type) {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> false;
            default -> true;
        };
    }
}
