package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import java.util.List;
import java.util.Optional;

/**
 * A layer whose kernel training divides by its largest singular value, which is refused yet; at inference the layer
 * itself, as the kernel stored is the one divided already.
 *
 * <p>Weights: those of the layer, and {@code vector_u [1, last axis of the kernel]}, an estimate that only training needs.
 *
 * <p>Source: {@code keras.layers.SpectralNormalization}; T. Miyato et al., "Spectral Normalization", 2018.
 */
public final class SpectralNormalization extends Layer {
    private static final List<String> KERNELS = List.of("kernel", "embeddings");

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
        if (call.isTraining()) {
            throw new IllegalArgumentException(
                    this + ": training (expected: inference only, as Slipway does not normalize kernels yet)");
        }
        return layer.call(call.child(layerName(), call.inputs()));
    }
}
