package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizer;
import java.util.List;
import java.util.Optional;

/**
 * {@code x} where it is positive, {@code alpha · x} elsewhere, alpha learned; keeps the shape.
 *
 * <p>Weights: {@code alpha}, of the input's shape without the batch, with length 1 along shared axes.
 *
 * <p>Source: {@code keras.layers.PReLU}; K. He et al., "Delving Deep into Rectifiers", 2015.
 */
public final class PReLU extends Layer {
    private final Initializer initializer;
    private final Optional<Regularizer> regularizer;
    private final Optional<Constraint> constraint;
    private final Optional<Axes> sharedAxes;

    private PReLU(
            String name,
            boolean trainable,
            Initializer initializer,
            Optional<Regularizer> regularizer,
            Optional<Constraint> constraint,
            Optional<Axes> sharedAxes) {
        super(name, trainable);
        this.initializer = initializer;
        this.regularizer = regularizer;
        this.constraint = constraint;
        this.sharedAxes = sharedAxes;
    }

    /**
     * With Keras's defaults.
     *
     * @param sharedAxes the axes along which one alpha serves all places, not the batch; none for an alpha at each place
     * @return the layer
     */
    public static PReLU of(int... sharedAxes) {
        Optional<Axes> shared = sharedAxes.length == 0 ? Optional.empty() : Optional.of(Axes.listOf(sharedAxes));
        return new PReLU("", true, Initializers.named("zeros"), Optional.empty(), Optional.empty(), shared);
    }

    static PReLU read(String name, Config config) {
        JsonNode shared = config.find("shared_axes").orElse(null);
        boolean shares = shared != null && !(shared.isArray() && shared.isEmpty());
        return new PReLU(
                name,
                config.truth("trainable", true),
                LayerConfig.initializer(config, "alpha_initializer", "zeros"),
                LayerConfig.regularizer(config, "alpha_regularizer"),
                LayerConfig.constraint(config, "alpha_constraint"),
                shares ? Optional.of(Axes.read(config, "shared_axes", 0)) : Optional.empty());
    }

    @Override
    public String className() {
        return "PReLU";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        LayerConfig.write(config, "alpha_initializer", initializer);
        LayerConfig.write(config, "alpha_regularizer", regularizer);
        LayerConfig.writeConstraint(config, "alpha_constraint", constraint);
        sharedAxes.ifPresentOrElse(axes -> axes.write(config, "shared_axes"), () -> config.putNull("shared_axes"));
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape shape = alphaShape(inputs.get(0));
        return List.of(new WeightSpec("alpha", DataType.FLOAT, shape, initializer, regularizer, constraint, true));
    }

    private Shape alphaShape(Shape input) {
        long[] lengths = new long[input.rank() - 1];
        for (int axis = 1; axis < input.rank(); axis++) {
            boolean shared = isShared(axis, lengths.length);
            if (!shared && !input.dimension(axis).isKnown()) {
                throw new IllegalArgumentException(this + ": input of shape " + input
                        + " (expected: a known length of axis " + axis + ", or that axis in shared_axes)");
            }
            lengths[axis - 1] = shared ? 1 : input.size(axis);
        }
        return Shape.of(lengths);
    }

    /** Keras counts a negative axis from behind alpha's one axis too far: -1 is the last but one. */
    private boolean isShared(int axis, int count) {
        return sharedAxes.stream()
                .flatMap(axes -> axes.values().stream())
                .anyMatch(shared -> requireAxis(shared, count) == axis);
    }

    private int requireAxis(int shared, int count) {
        int axis = shared < 1 ? shared + count : shared;
        if (axis < 1 || axis > count) {
            throw new IllegalArgumentException(
                    this + ": shared_axes " + shared + " (expected: axes from " + (1 - count) + " to " + count + ")");
        }
        return axis;
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        Value negative = ops.mul(call.weight("alpha"), ops.relu(ops.neg(x)));
        return List.of(ops.sub(ops.relu(x), negative));
    }
}
