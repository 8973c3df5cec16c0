package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * A random matrix whose rows, or columns if they are fewer, are orthogonal and of length {@code gain}; axes before the last
 * count as one.
 *
 * <p>Source: {@code keras.initializers.Orthogonal}; the matrix is made orthogonal by the modified Gram-Schmidt process,
 * done twice for accuracy.
 *
 * @param gain the length of the vectors
 * @param seed the seed of its own, if any
 */
record Orthogonal(double gain, OptionalInt seed) implements Initializer {
    static Orthogonal read(Config config) {
        return new Orthogonal(config.number("gain", 1), Seeds.read(config));
    }

    @Override
    public String className() {
        return "Orthogonal";
    }

    @Override
    public ObjectNode config() {
        return Seeds.write(Config.json().put("gain", gain), seed);
    }

    @Override
    public Tensor create(DataType type, Shape shape, RandomGenerator random) {
        if (shape.rank() < 2) {
            throw new IllegalArgumentException("Orthogonal: shape " + shape + " (expected: rank 2 or more)");
        }
        int rows = (int) shape.slice(0, shape.rank() - 1).elementCount();
        int columns = (int) shape.size(-1);
        boolean tall = rows >= columns;
        double[][] vectors = vectors(Math.min(rows, columns), Math.max(rows, columns), Seeds.choose(seed, random));
        int[] place = {0};
        return Filler.fill(type, shape, () -> {
            int row = place[0] / columns;
            int column = place[0]++ % columns;
            return gain * (tall ? vectors[column][row] : vectors[row][column]);
        });
    }

    private static double[][] vectors(int count, int length, RandomGenerator random) {
        double[][] vectors = new double[count][length];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < length; k++) {
                vectors[i][k] = random.nextGaussian();
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    subtractProjection(vectors[i], vectors[j]);
                }
                normalize(vectors[i]);
            }
        }
        return vectors;
    }

    private static void subtractProjection(double[] vector, double[] unit) {
        double product = 0;
        for (int k = 0; k < vector.length; k++) {
            product += vector[k] * unit[k];
        }
        for (int k = 0; k < vector.length; k++) {
            vector[k] -= product * unit[k];
        }
    }

    private static void normalize(double[] vector) {
        double squares = 0;
        for (double number : vector) {
            squares += number * number;
        }
        double length = Math.sqrt(squares);
        for (int k = 0; k < vector.length; k++) {
            vector[k] /= length;
        }
    }
}
