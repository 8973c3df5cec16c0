package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.OwnObjects;
import dev.slipway.keras.config.Serialized;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An activation that is a layer without weights, as in {@code Dense(8, activation=LeakyReLU(0.1))}, which computes in the type of
 * its own policy and gives that, whatever the type of the layer around it.
 *
 * <p>Source: {@code keras.activations.serialize}.
 */
record LayerActivation(Layer layer, DTypePolicy policy, boolean keepsType) implements Activation {
    private static final Map<String, LayerRegistry.Factory> LAYERS = Map.of(
            "Activation", ActivationLayer::read,
            "ELU", ELU::read,
            "LeakyReLU", LeakyReLU::read,
            "ReLU", ReLU::read,
            "Softmax", Softmax::read);

    /** The layer that a configuration names, if it is one of these. */
    static Optional<Activation> find(String subject, Serialized found, OwnObjects own) {
        return found.written().isObject()
                ? Optional.ofNullable(LAYERS.get(found.className())).map(reader -> read(subject, found, own, reader))
                : Optional.empty();
    }

    private static Activation read(String subject, Serialized found, OwnObjects own, LayerRegistry.Factory reader) {
        Config config = new Config(subject + " " + found.className(), found.config(), own);
        config.ignore("name", "trainable");
        Layer layer = reader.read(found.config().path("name").asText(""), config);
        DTypePolicy policy = DTypePolicy.read(config);
        config.refuseOthers();
        return new LayerActivation(layer, policy, false);
    }

    /** This activation in a recurrent cell, whose states stay of one type. */
    LayerActivation keepingType() {
        return new LayerActivation(layer, policy, true);
    }

    @Override
    public String name() {
        return layer.className();
    }

    @Override
    public ObjectNode toJson() {
        return layer.withDType(policy).toJson(layer.name().isEmpty() ? SnakeCase.of(layer.className()) : layer.name());
    }

    @Override
    public Value apply(Ops ops, Value x) {
        Value cast = x.type().isFloating() ? ops.cast(x, policy.compute()) : x;
        LayerCall call = LayerCall.root(ops, List.of(cast), false, weight -> {
            throw new IllegalStateException(layer + ": weight " + weight + " (expected: none)");
        });
        Value result = layer.call(call).get(0);
        return keepsType ? ops.cast(result, x.type()) : result;
    }
}
