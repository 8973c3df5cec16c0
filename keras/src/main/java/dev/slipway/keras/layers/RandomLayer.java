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
 * A layer that draws random numbers in training and is the identity otherwise.
 *
 * <p>The random state {@code [seed, draws]} is a weight, so that it is saved and a resumed training draws the same
 * numbers as one that was never interrupted.
 *
 * <p>Differs from Keras: the numbers drawn are Slipway's ({@link UniformNoise}), as each Keras backend has its own.
 */
abstract sealed class RandomLayer extends Layer
        permits AlphaDropout,
                Dropout,
                GaussianDropout,
                GaussianNoise,
                ImageAugmentation,
                Keras2RandomCrop,
                RandomCrop,
                SpatialDropout {
    /** The weight that holds the random state. */
    static final String STATE = "seed_generator/seed_generator_state";

    private final OptionalInt seed;

    RandomLayer(String name, boolean trainable, OptionalInt seed) {
        super(name, trainable);
        this.seed = seed;
    }

    static OptionalInt seed(Config config) {
        return config.find("seed").isPresent() ? OptionalInt.of(config.integer("seed")) : OptionalInt.empty();
    }

    final void writeSeed(ObjectNode config) {
        seed.ifPresentOrElse(s -> config.put("seed", s), () -> config.putNull("seed"));
    }

    final double requireRate(double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(this + ": rate " + rate + " (expected: 0 to 1)");
        }
        return rate;
    }

    final void requireBelowOne(double rate) {
        if (rate == 1) {
            throw new IllegalArgumentException(this + ": rate 1 (expected: below 1 in training)");
        }
    }

    /** Whether training draws any numbers. */
    abstract boolean draws();

    /** The forward pass otherwise. */
    Value undisturbed(LayerCall call) {
        return call.input();
    }

    /** The forward pass in training, if numbers are drawn. */
    abstract Value disturbed(LayerCall call);

    @Override
    public final List<WeightSpec> weights(List<Shape> inputs) {
        return draws() ? List.of(state(seed)) : List.of();
    }

    /** The weight that holds the random state of what begins with a seed. */
    static WeightSpec state(OptionalInt seed) {
        return new WeightSpec(STATE, DataType.INT64, Shape.of(2), new Seed(seed), Optional.empty(), false);
    }

    @Override
    public final boolean passesMask() {
        return true;
    }

    @Override
    public final List<Value> call(LayerCall call) {
        return List.of(call.isTraining() && draws() ? disturbed(call) : undisturbed(call));
    }

    /** Fresh numbers from 0 (inclusive) to 1 (exclusive, but for types of 16 bits, which round to it), of a tensor's shape and type. */
    static Value uniform(LayerCall call, Value like) {
        Value state = call.weight(STATE);
        call.update(STATE, UniformNoise.next(call.ops(), state));
        return call.ops().cast(UniformNoise.like(call.ops(), like, state), like.type());
    }

    /**
     * Fresh numbers of mean 0 and deviation 1, of a tensor's shape.
     *
     * <p>Source: G. Box, M. Muller, "A Note on the Generation of Random Normal Deviates", 1958.
     */
    static Value normal(LayerCall call, Value like) {
        Ops ops = call.ops();
        Value logarithm = logarithm(call, like);
        Value radius = ops.sqrt(ops.mul(logarithm, ops.like(logarithm, -2)));
        Value turns = uniform(call, call.wide(like));
        Value normal = ops.mul(radius, ops.cos(ops.mul(turns, ops.like(turns, 2 * Math.PI))));
        return ops.cast(normal, like.type());
    }

    /** Logarithms of fresh numbers from 0 (exclusive) to 1 (inclusive), of a tensor's shape, of single precision at least. */
    static Value logarithm(LayerCall call, Value like) {
        Ops ops = call.ops();
        // Not in 16 bits: these round numbers to 1, whose difference to 1 has no logarithm.
        Value even = uniform(call, call.wide(like));
        return ops.log(ops.sub(ops.like(even, 1), even));
    }

    /** 1 where a number is kept, with probability {@code 1 - rate}, and 0 elsewhere. */
    static Value kept(LayerCall call, Value like, double rate) {
        Ops ops = call.ops();
        return ops.cast(ops.greaterOrEqual(uniform(call, like), ops.like(like, rate)), like.type());
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
