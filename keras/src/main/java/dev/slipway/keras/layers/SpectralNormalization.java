package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import java.util.List;
import java.util.Optional;

/**
 * A layer whose kernel every step of training divides by an estimate of its largest singular value, before the layer is
 * applied; at inference the layer itself, as the kernel stored is the one divided already.
 *
 * <p>With the kernel as a matrix {@code W} of as many columns as its last axis is long, each iteration is
 * {@code v = unit(u · W'), u = unit(v · W)}, where {@code unit(x) = x · min(1 / |x|, 1e7)}; then {@code W / (v · W · u')} takes
 * the place of the kernel. The gradient is that by the new kernel, which the optimizer updates. A kernel of zeros stays.
 *
 * <p>Weights: those of the layer, and {@code vector_u [1, last axis of the kernel]}, {@code u} after the last step.
 *
 * <p>Source: {@code keras.layers.SpectralNormalization}; T. Miyato et al., "Spectral Normalization", 2018.
 */
public final class SpectralNormalization extends Layer {
    private static final List<String> KERNELS = List.of("kernel", "embeddings");

    /** Keras's {@code epsilon()}. */
    private static final double LEAST_LENGTH = 1e-7;

    private final Layer layer;
    private final int powerIterations;

    private SpectralNormalization(String name, boolean trainable, Layer layer, int powerIterations) {
        super(name, trainable);
        if (powerIterations < 1) {
            throw new IllegalArgumentException(this + ": power_iterations " + powerIterations + " (expected: >= 1)");
        }
        this.layer = layer;
        this.powerIterations = powerIterations;
    }

    /**
     * With Keras's default of one iteration a step.
     *
     * @param layer a layer with a weight named {@code kernel} or {@code embeddings}
     * @return the layer
     */
    public static SpectralNormalization of(Layer layer) {
        return new SpectralNormalization("", true, layer, 1);
    }

    static SpectralNormalization read(String name, Config config, LayerRegistry.InnerReader inner) {
        return new SpectralNormalization(
                name,
                config.truth("trainable", true),
                LayerConfig.layer(config, "layer", inner),
                config.integer("power_iterations", 1));
    }

    @Override
    public String className() {
        return "SpectralNormalization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.set("layer", layer.toJson(layerName()));
        config.put("power_iterations", powerIterations);
    }

    private String layerName() {
        return layer.name().isEmpty() ? SnakeCase.of(layer.className()) : layer.name();
    }

    private WeightSpec kernel(List<Shape> inputs) {
        return layer.weights(inputs).stream()
                .filter(weight -> KERNELS.contains(weight.name()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        this + ": " + layer + " (expected: a layer with a weight named kernel or embeddings)"));
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape shape = Shape.of(1, kernel(inputs).shape().size(-1));
        ObjectNode deviation = Config.json().put("stddev", 0.02);
        return List.of(new WeightSpec(
                "vector_u",
                DataType.FLOAT,
                shape,
                Initializers.of("TruncatedNormal", deviation),
                Optional.empty(),
                false));
    }

    @Override
    public List<String> sharedWeights(List<Shape> inputs) {
        return List.of(Weight.join(layerName(), kernel(inputs).name()));
    }

    @Override
    public List<Child> children(List<Shape> inputs) {
        return List.of(new Child(layerName(), layer, inputs, "layer"));
    }

    @Override
    public List<Value> call(LayerCall call) {
        LayerCall inner = call.child(layerName(), layer, call.inputs());
        if (call.isTraining()) {
            normalize(call, inner);
        }
        List<Value> results = layer.call(inner);
        call.regularize(layer, results);
        // Keras makes them of the type that came in, whole numbers too.
        DataType type = call.inputs().get(0).type();
        return results.stream().map(result -> call.ops().cast(result, type)).toList();
    }

    private void normalize(LayerCall call, LayerCall inner) {
        Ops ops = call.ops();
        String name = kernel(call.inputs().stream().map(Value::shape).toList()).name();
        Value kernel = inner.variable(name);
        Value matrix = ops.reshape(kernel, matrix(kernel.shape()));
        Value old = call.variable("vector_u");
        Value u = old;
        Value v = u;
        for (int i = 0; i < powerIterations; i++) {
            v = unit(ops, ops.matMul(u, ops.transpose(matrix, 1, 0)));
            u = unit(ops, ops.matMul(v, matrix));
        }
        Value sigma = ops.matMul(ops.matMul(v, matrix), ops.transpose(u, 1, 0));
        Value isZero = ops.equal(ops.reduceMax(ops.abs(kernel), false), ops.like(kernel, 0));
        call.update("vector_u", ops.where(isZero, old, u));
        inner.update(name, ops.where(isZero, kernel, ops.div(kernel, ops.reshape(sigma, Shape.scalar()))));
    }

    private static Shape matrix(Shape kernel) {
        long columns = kernel.size(-1);
        return Shape.of(kernel.elementCount() / columns, columns);
    }

    private static Value unit(Ops ops, Value x) {
        Value inverse = ops.reciprocal(ops.sqrt(ops.reduceSum(ops.mul(x, x), false)));
        return ops.mul(x, ops.min(inverse, ops.like(x, 1 / LEAST_LENGTH)));
    }
}
