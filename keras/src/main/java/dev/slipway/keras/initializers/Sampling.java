package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Independent random numbers. Source: {@code keras.initializers.RandomNormal}, {@code TruncatedNormal} (redrawn beyond two
 * standard deviations) and {@code RandomUniform}.
 *
 * @param distribution which of the three
 * @param first the mean, or the least number
 * @param second the standard deviation, or the greatest number
 * @param seed the seed of its own, if any
 */
record Sampling(Distribution distribution, double first, double second, OptionalInt seed) implements Initializer {
    enum Distribution {
        NORMAL("RandomNormal", "mean", "stddev"),
        TRUNCATED_NORMAL("TruncatedNormal", "mean", "stddev"),
        UNIFORM("RandomUniform", "minval", "maxval");

        private final String className;
        private final String firstKey;
        private final String secondKey;

        Distribution(String className, String firstKey, String secondKey) {
            this.className = className;
            this.firstKey = firstKey;
            this.secondKey = secondKey;
        }

        double draw(RandomGenerator random, double first, double second) {
            return switch (this) {
                case NORMAL -> first + second * random.nextGaussian();
                case TRUNCATED_NORMAL -> first + second * truncated(random);
                case UNIFORM -> first + (second - first) * random.nextDouble();
            };
        }

        private static double truncated(RandomGenerator random) {
            double drawn = random.nextGaussian();
            while (Math.abs(drawn) > 2) {
                drawn = random.nextGaussian();
            }
            return drawn;
        }
    }

    static Sampling randomNormal(Config config) {
        return read(Distribution.NORMAL, config, 0, 0.05);
    }

    static Sampling truncatedNormal(Config config) {
        return read(Distribution.TRUNCATED_NORMAL, config, 0, 0.05);
    }

    static Sampling randomUniform(Config config) {
        return read(Distribution.UNIFORM, config, -0.05, 0.05);
    }

    private static Sampling read(Distribution distribution, Config config, double first, double second) {
        return new Sampling(
                distribution,
                config.number(distribution.firstKey, first),
                config.number(distribution.secondKey, second),
                Seeds.read(config));
    }

    @Override
    public String className() {
        return distribution.className;
    }

    @Override
    public ObjectNode config() {
        ObjectNode config = Config.json().put(distribution.firstKey, first).put(distribution.secondKey, second);
        return Seeds.write(config, seed);
    }

    @Override
    public Tensor create(DataType type, Shape shape, RandomGenerator random) {
        RandomGenerator source = Seeds.choose(seed, random);
        return Filler.fill(type, shape, () -> distribution.draw(source, first, second));
    }
}
