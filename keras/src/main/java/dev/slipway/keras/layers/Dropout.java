package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * In training, sets each number to zero with a probability and scales the others by {@code 1 / (1 - rate)}; otherwise the
 * identity.
 *
 * <p>The random state {@code [seed, draws]} is a weight, so that it is saved and a resumed training draws the same
 * numbers as one that was never interrupted.
 *
 * <p>Differs from Keras: the numbers drawn are Slipway's ({@link UniformNoise}), as each Keras backend has its own.
 *
 * <p>Source: {@code keras.layers.Dropout}.
 */
public final class Dropout extends Layer {
    /** The weight that holds the random state. */
    static final String STATE = "seed_generator/seed_generator_state";

    private final double rate;
    private final OptionalInt seed;

    private Dropout(String name, double rate, OptionalInt seed) {
        super(name, true);
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(this + ": rate " + rate + " (expected: 0 to 1)");
        }
        this.rate = rate;
        this.seed = seed;
    }

    /**
     * Drops with a random seed of the model's.
     *
     * @param rate the probability of a zero, 0 to 1
     * @return the layer
     */
    public static Dropout of(double rate) {
        return new Dropout("", rate, OptionalInt.empty());
    }

    /**
     * Drops with a given seed.
     *
     * @param rate the probability of a zero, 0 to 1
     * @param seed the seed
     * @return the layer
     */
    public static Dropout of(double rate, int seed) {
        return new Dropout("", rate, OptionalInt.of(seed));
    }

    static Dropout read(String name, Config config) {
        config.ignore("trainable");
        LayerConfig.refuseSet(config, "noise_shape");
        OptionalInt seed =
                config.find("seed").isPresent() ? OptionalInt.of(config.integer("seed")) : OptionalInt.empty();
        return new Dropout(name, config.number("rate", 0), seed);
    }

    @Override
    public String className() {
        return "Dropout";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("rate", rate);
        seed.ifPresentOrElse(s -> config.put("seed", s), () -> config.putNull("seed"));
        config.putNull("noise_shape");
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        if (rate == 0) {
            return List.of();
        }
        return List.of(new WeightSpec(STATE, DataType.INT64, Shape.of(2), new Seed(seed), Optional.empty(), false));
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        if (!call.isTraining() || rate == 0) {
            return List.of(call.input());
        }
        Ops ops = call.ops();
        Value x = call.input();
        if (rate == 1) {
            return List.of(ops.mul(x, ops.like(x, 0)));
        }
        Value state = call.weight(STATE);
        Value keep = ops.greaterOrEqual(UniformNoise.like(ops, x, state), ops.constant(DataType.FLOAT, rate));
        call.update(STATE, UniformNoise.next(ops, state));
        return List.of(ops.mul(x, ops.mul(ops.cast(keep, x.type()), ops.like(x, 1 / (1 - rate)))));
    }

    /** The random state of a layer that has not drawn yet. */
    private record Seed(OptionalInt given) implements Initializer {
        @Override
        public String className() {
            return "Seed";
        }

        @Override
        public ObjectNode config() {
            return Config.json();
        }

        @Override
        public Tensor create(DataType type, Shape shape, RandomGenerator random) {
            long drawn = random.nextInt(Integer.MAX_VALUE);
            return Tensor.of(shape, given.isPresent() ? given.getAsInt() : drawn, 0L);
        }
    }
}
