package dev.slipway.keras.layers;

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
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A row of a table for each integer: {@code [batch, …]} to {@code [batch, …, outputDim]}. Other numbers are cut to integers
 * first; an integer outside the table fails the run.
 *
 * <p>Weights: {@code embeddings [inputDim, outputDim]}.
 *
 * <p>With {@code mask_zero}, steps that are 0 do not count in the layers behind.
 *
 * <p>Source: {@code keras.layers.Embedding}.
 */
public sealed class Embedding extends Layer permits ReversibleEmbedding {
    private static final String[] KEPT = {"activity_regularizer"};

    private final int inputDim;
    private final int outputDim;
    private final boolean maskZero;
    private final Initializer initializer;
    private final Optional<Regularizer> regularizer;
    private final Optional<Constraint> constraint;
    private final KeptConfig kept;
    private final QuantizationConfig quantizationConfig;

    private Embedding(
            String name,
            boolean trainable,
            int[] table,
            boolean maskZero,
            Initializer initializer,
            Optional<Regularizer> regularizer,
            Optional<Constraint> constraint,
            KeptConfig kept,
            QuantizationConfig quantizationConfig) {
        super(name, trainable);
        this.inputDim = table[0];
        this.outputDim = table[1];
        this.maskZero = maskZero;
        this.initializer = initializer;
        this.regularizer = regularizer;
        this.constraint = constraint;
        this.kept = kept;
        this.quantizationConfig = quantizationConfig;
        if (inputDim < 1 || outputDim < 1) {
            throw new IllegalArgumentException(
                    this + ": table of " + inputDim + " by " + outputDim + " (expected: 1 or more by 1 or more)");
        }
    }

    /**
     * A table with Keras's defaults.
     *
     * @param inputDim the number of rows: the largest integer and 1
     * @param outputDim the length of a row
     * @return the layer
     */
    public static Embedding of(int inputDim, int outputDim) {
        return of(inputDim, outputDim, false);
    }

    /**
     * A table whose row 0 may stand for no step at all.
     *
     * @param inputDim the number of rows: the largest integer and 1
     * @param outputDim the length of a row
     * @param maskZero whether steps that are 0 do not count in the layers behind
     * @return the layer
     */
    public static Embedding of(int inputDim, int outputDim, boolean maskZero) {
        Initializer uniform = Initializers.named("random_uniform");
        int[] table = {inputDim, outputDim};
        return new Embedding(
                "",
                true,
                table,
                maskZero,
                uniform,
                Optional.empty(),
                Optional.empty(),
                KeptConfig.of(KEPT),
                QuantizationConfig.none());
    }

    /** A table as a file has it. */
    Embedding(String name, Config config) {
        this(
                name,
                config.truth("trainable", true),
                new int[] {config.integer("input_dim"), config.integer("output_dim")},
                config.truth("mask_zero", false),
                LayerConfig.initializer(config, "embeddings_initializer", "random_uniform"),
                LayerConfig.regularizer(config, "embeddings_regularizer"),
                LayerConfig.constraint(config, "embeddings_constraint"),
                KeptConfig.read(config, KEPT).withLora(config),
                QuantizationConfig.read(config));
    }

    static Embedding read(String name, Config config) {
        config.ignore("input_length");
        return new Embedding(name, config);
    }

    /** The declaration of a table that begins as this one does, without regularizer and constraint. */
    final WeightSpec alike(String weight, Shape shape) {
        return new WeightSpec(weight, DataType.FLOAT, shape, initializer, Optional.empty(), true);
    }

    /** The number of rows. */
    final int rows() {
        return inputDim;
    }

    /** The length of a row. */
    final int width() {
        return outputDim;
    }

    @Override
    public String className() {
        return "Embedding";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("input_dim", inputDim).put("output_dim", outputDim);
        LayerConfig.write(config, "embeddings_initializer", initializer);
        LayerConfig.write(config, "embeddings_regularizer", regularizer);
        LayerConfig.writeConstraint(config, "embeddings_constraint", constraint);
        kept.write(config);
        quantizationConfig.write(config);
        config.put("mask_zero", maskZero);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Optional<QuantizedTable> quantized = quantized();
        if (quantized.isPresent()) {
            return quantized.get().weights();
        }
        Shape table = Shape.of(inputDim, outputDim);
        return List.of(new WeightSpec("embeddings", DataType.FLOAT, table, initializer, regularizer, constraint, true));
    }

    /** The table in few bits, if it is kept so. */
    final Optional<QuantizedTable> quantized() {
        return quantization()
                .map(quantization -> new QuantizedTable(quantization, quantizationConfig, inputDim, outputDim));
    }

    @Override
    final Set<Quantization.Mode> quantizations() {
        return EnumSet.of(Quantization.Mode.INT8, Quantization.Mode.INT4);
    }

    /** Numbers of rows may be too large for the type in which it computes. */
    @Override
    public boolean autocasts() {
        return false;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        kept.requireInference(this, call);
        if (maskZero) {
            Value numbers = x.type() == DataType.BOOL ? ops.cast(x, DataType.INT32) : x;
            call.giveMask(0, ops.not(ops.equal(numbers, ops.like(numbers, 0))));
        }
        Value places = x.type() == DataType.INT64 ? x : ops.cast(x, DataType.INT32);
        return List.of(quantized()
                .map(table -> table.lookUp(call, places))
                .orElseGet(() -> call.narrow(ops.gather(call.weight("embeddings"), places, 0))));
    }
}
