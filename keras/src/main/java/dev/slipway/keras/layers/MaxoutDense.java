package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * The greatest of several linear maps: {@code [batch, inFeatures]} to {@code [batch, units]}.
 *
 * <p>Weights: {@code kernel [maps, inFeatures, units]}, {@code bias [maps, units]}.
 *
 * <p>Source: {@code keras.layers.MaxoutDense} of Keras 1.2, which Keras 2.0 to 2.3 have still.
 */
final class MaxoutDense extends Layer {
    private final int units;
    private final int maps;
    private final boolean useBias;
    private final WeightOptions kernelOptions;
    private final WeightOptions biasOptions;

    private MaxoutDense(String name, Config config) {
        super(name, config.truth("trainable", true));
        this.units = config.integer("units");
        this.maps = config.integer("nb_feature", 4);
        this.useBias = config.truth("use_bias", true);
        if (units < 1 || maps < 1) {
            throw config.refused("units, nb_feature", units + ", " + maps, ">= 1");
        }
        this.kernelOptions = WeightOptions.of("kernel", "glorot_uniform").read(config);
        this.biasOptions = WeightOptions.of("bias", "zeros").read(config);
        config.ignore("weights");
    }

    static MaxoutDense read(String name, Config config) {
        return new MaxoutDense(name, config);
    }

    @Override
    public String className() {
        return "MaxoutDense";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("units", units).put("nb_feature", maps).put("use_bias", useBias);
        kernelOptions.write(config);
        biasOptions.write(config);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        if (input.rank() != 2 || !input.dimension(1).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: rank 2 and a known last axis)");
        }
        List<WeightSpec> weights = new ArrayList<>();
        weights.add(kernelOptions.weight("kernel", Shape.of(maps, input.size(1), units)));
        if (useBias) {
            weights.add(biasOptions.weight("bias", Shape.of(maps, units)));
        }
        return weights;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        // [batch, 1, 1, inFeatures] by [maps, inFeatures, units]: [batch, maps, 1, units].
        Value all = ops.squeeze(ops.matMul(ops.unsqueeze(call.floatingInput(), 1, 2), call.weight("kernel")), 2);
        return List.of(ops.reduceMax(useBias ? ops.add(all, call.weight("bias")) : all, false, 1));
    }
}
