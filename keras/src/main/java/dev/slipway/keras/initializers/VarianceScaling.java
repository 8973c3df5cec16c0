package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Sampling.Distribution;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Random numbers whose variance is {@code scale / n}, n being the number of connections in, out, or their mean.
 *
 * <p>Source: {@code keras.initializers.VarianceScaling} and its presets, from {@code GlorotNormal} to
 * {@code LecunUniform}. A truncated normal is widened by 1 / 0.8796, the standard deviation that truncation leaves.
 *
 * @param preset the preset it was made as, if any
 * @param scale the factor of the variance
 * @param mode {@code fan_in}, {@code fan_out} or {@code fan_avg}
 * @param distribution {@code truncated_normal}, {@code untruncated_normal} or {@code uniform}
 * @param seed the seed of its own, if any
 */
record VarianceScaling(Optional<Preset> preset, double scale, String mode, String distribution, OptionalInt seed)
        implements Initializer {
    private static final double TRUNCATED_STDDEV = .8796256610342398;
    private static final List<String> MODES = List.of("fan_in", "fan_out", "fan_avg");
    private static final List<String> DISTRIBUTIONS =
            List.of("normal", "truncated_normal", "untruncated_normal", "uniform");

    enum Preset {
        GLOROT_NORMAL("GlorotNormal", 1, "fan_avg", "truncated_normal"),
        GLOROT_UNIFORM("GlorotUniform", 1, "fan_avg", "uniform"),
        HE_NORMAL("HeNormal", 2, "fan_in", "truncated_normal"),
        HE_UNIFORM("HeUniform", 2, "fan_in", "uniform"),
        LECUN_NORMAL("LecunNormal", 1, "fan_in", "truncated_normal"),
        LECUN_UNIFORM("LecunUniform", 1, "fan_in", "uniform");

        private final String className;
        private final double scale;
        private final String mode;
        private final String distribution;

        Preset(String className, double scale, String mode, String distribution) {
            this.className = className;
            this.scale = scale;
            this.mode = mode;
            this.distribution = distribution;
        }

        String className() {
            return className;
        }
    }

    static VarianceScaling read(Preset preset, Config config) {
        return new VarianceScaling(
                Optional.of(preset), preset.scale, preset.mode, preset.distribution, Seeds.read(config));
    }

    static VarianceScaling read(Config config) {
        String mode = config.text("mode", "fan_in");
        String distribution = config.text("distribution", "truncated_normal");
        if (!MODES.contains(mode)) {
            throw config.refused("mode", mode, "one of " + MODES);
        }
        if (!DISTRIBUTIONS.contains(distribution)) {
            throw config.refused("distribution", distribution, "one of " + DISTRIBUTIONS);
        }
        return new VarianceScaling(Optional.empty(), config.number("scale", 1), mode, distribution, Seeds.read(config));
    }

    @Override
    public String className() {
        return preset.map(Preset::className).orElse("VarianceScaling");
    }

    @Override
    public ObjectNode config() {
        ObjectNode config = Config.json();
        if (preset.isEmpty()) {
            config.put("scale", scale).put("mode", mode).put("distribution", distribution);
        }
        return Seeds.write(config, seed);
    }

    @Override
    public Tensor create(DataType type, Shape shape, RandomGenerator random) {
        RandomGenerator source = Seeds.choose(seed, random);
        double variance = scale / Math.max(1, fan(shape));
        double deviation = Math.sqrt(variance);
        return switch (distribution) {
            case "uniform" -> {
                double limit = Math.sqrt(3 * variance);
                yield Filler.fill(type, shape, () -> Distribution.UNIFORM.draw(source, -limit, limit));
            }
            case "untruncated_normal" -> Filler.fill(type, shape, () -> Distribution.NORMAL.draw(source, 0, deviation));
            default ->
                Filler.fill(
                        type, shape, () -> Distribution.TRUNCATED_NORMAL.draw(source, 0, deviation / TRUNCATED_STDDEV));
        };
    }

    /** Keras's {@code compute_fans}: the last two axes are channels in and out, those before them the receptive field. */
    private double fan(Shape shape) {
        double in;
        double out;
        if (shape.rank() < 2) {
            in = shape.rank() == 0 ? 1 : shape.size(0);
            out = in;
        } else {
            double field = shape.slice(0, shape.rank() - 2).elementCount();
            in = shape.size(-2) * field;
            out = shape.size(-1) * field;
        }
        return switch (mode) {
            case "fan_in" -> in;
            case "fan_out" -> out;
            default -> (in + out) / 2;
        };
    }
}
