package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A layer whose product is an Einstein summation: {@code activation(einsum(equation, x, kernel) + bias)}.
 *
 * <p>Weights: {@code kernel}, one axis for each of its letters in the equation, and {@code bias}, from the first of its
 * axes to the output's last, if it has axes.
 *
 * <p>Source: {@code keras.layers.EinsumDense}.
 */
public final class EinsumDense extends Layer {
    private final EinsumEquation equation;
    private final List<Optional<Long>> outputShape;
    private final Optional<String> biasAxes;
    private final Activation activation;
    private final ProjectionWeights initial;
    private final QuantizationConfig quantizationConfig;

    EinsumDense(
            String name,
            boolean trainable,
            EinsumEquation equation,
            List<Optional<Long>> outputShape,
            Optional<String> biasAxes,
            Activation activation,
            ProjectionWeights initial,
            QuantizationConfig quantizationConfig) {
        super(name, trainable);
        this.equation = equation;
        this.outputShape = List.copyOf(outputShape);
        this.biasAxes = biasAxes;
        this.activation = activation;
        this.initial = initial;
        this.quantizationConfig = quantizationConfig;
        regularizeActivity(initial.activityRegularizer());
    }

    /**
     * A linear layer with Keras's other defaults.
     *
     * @param equation the equation, such as {@code abc,cd->abd}
     * @param biasAxes the axes of the output that the bias has, such as {@code d}; empty for no bias
     * @param outputShape the output's lengths without the batch and what {@code ...} stands for; -1 where the input says
     * @return the layer
     */
    public static EinsumDense of(String equation, String biasAxes, long... outputShape) {
        List<Optional<Long>> lengths = new ArrayList<>();
        for (long length : outputShape) {
            lengths.add(length < 0 ? Optional.empty() : Optional.of(length));
        }
        return new EinsumDense(
                "",
                true,
                EinsumEquation.parse(equation),
                lengths,
                Optional.of(biasAxes).filter(axes -> !axes.isEmpty()),
                Activations.named("linear"),
                ProjectionWeights.defaults(),
                QuantizationConfig.none());
    }

    static EinsumDense read(String name, Config config) {
        config.ignore("quantization_mode", "gptq_unpacked_column_size");
        return new EinsumDense(
                name,
                config.truth("trainable", true),
                EinsumEquation.parse(config.text("equation", "")),
                lengths(config),
                Optional.of(config.text("bias_axes", "")).filter(axes -> !axes.isEmpty()),
                LayerConfig.activation(config, "activation", "linear"),
                ProjectionWeights.read(config),
                QuantizationConfig.read(config));
    }

    private static List<Optional<Long>> lengths(Config config) {
        JsonNode node = config.find("output_shape")
                .orElseThrow(() -> config.refused("output_shape", "nothing", "a length or a list of lengths"));
        List<JsonNode> given = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(given::add);
        } else {
            given.add(node);
        }
        List<Optional<Long>> lengths = new ArrayList<>();
        for (JsonNode length : given) {
            boolean isLength = length.isIntegralNumber() && length.canConvertToInt() && length.intValue() >= 0;
            if (!isLength && !length.isNull()) {
                throw config.refused("output_shape", node.toString(), "lengths and nulls");
            }
            lengths.add(isLength ? Optional.of(length.longValue()) : Optional.empty());
        }
        return lengths;
    }

    @Override
    public String className() {
        return "EinsumDense";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        ArrayNode lengths = config.putArray("output_shape");
        outputShape.forEach(length -> length.ifPresentOrElse(lengths::add, lengths::addNull));
        config.put("equation", equation.text());
        LayerConfig.write(config, "activation", activation);
        biasAxes.ifPresentOrElse(axes -> config.put("bias_axes", axes), () -> config.putNull("bias_axes"));
        initial.write(config);
        quantizationConfig.write(config);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        WeightSpec plain = initial.kernel(equation.kernelShape(input, outputShape));
        Optional<WeightSpec> bias = biasAxes.map(axes -> initial.bias(equation.biasShape(axes, input, outputShape)));
        Optional<QuantizedKernel> quantized = quantized(input);
        if (quantized.isPresent()) {
            return quantized.get().weights(plain, bias);
        }
        List<WeightSpec> weights = new ArrayList<>(List.of(plain));
        bias.ifPresent(weights::add);
        return weights;
    }

    private Optional<QuantizedKernel> quantized(Shape input) {
        return quantization().map(quantization -> {
            Shape kernel = equation.kernelShape(input, outputShape);
            return new QuantizedKernel(
                    this, quantization, quantizationConfig, new EinsumGeometry(this, equation, kernel));
        });
    }

    @Override
    Set<Quantization.Mode> quantizations() {
        return EnumSet.allOf(Quantization.Mode.class);
    }

    @Override
    public List<Value> call(LayerCall call) {
        initial.kept().requireInference(this, call);
        Ops ops = call.ops();
        Optional<QuantizedKernel> quantized = quantized(call.input().shape());
        Value result = quantized.isPresent()
                ? quantized.get().product(call)
                : ops.einsum(equation.text(), call.floatingInput(), call.weight("kernel"));
        if (biasAxes.isPresent()) {
            Value bias = call.weight("bias");
            result = ops.add(result, quantized.map(q -> q.bias(call, bias)).orElse(bias));
        }
        return List.of(activation.apply(ops, result));
    }
}
