package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Origin;
import dev.slipway.keras.layers.DTypePolicy;
import dev.slipway.keras.layers.DTypes;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A layer as it stands in a model that is to be written, and how to make what takes its place.
 *
 * @param layer the layer
 * @param name its name in the network around it
 * @param inputs the shape of each of its inputs, batch first
 * @param weights the numbers of its weights by their paths below that network
 * @param freeName a name that no layer of that network has, made of a wish
 * @param registry the layers and functions known, the program's own among them
 */
record OldLayer(
        Layer layer,
        String name,
        List<Shape> inputs,
        Function<String, Tensor> weights,
        UnaryOperator<String> freeName,
        LayerRegistry registry) {
    private static final Pattern OF_WEIGHTS = Pattern.compile("(kernel|bias)_(initializer|regularizer|constraint)");

    /** Whether it is of a class, and not one of a program's own that is called the same. */
    boolean isOf(String className) {
        return layer.className().equals(className) && layer.registeredName().isEmpty();
    }

    Shape input() {
        return inputs.get(0);
    }

    /** Its configuration, with the keys that all layers have. */
    ObjectNode config() {
        return (ObjectNode) layer.toJson(name).path("config");
    }

    Tensor weight(String weight) {
        return weights.apply(name + "/" + weight);
    }

    /** Reads a layer in Keras 3's form. */
    Layer read(ObjectNode json) {
        return ArchitectureReader.readLayer(json, registry, Origin.DEFAULT, ReadLimits.defaults());
    }

    /** A layer of Keras 3 that computes in the same types and is frozen if this one is. */
    Layer part(String className, String partName, ObjectNode config) {
        ObjectNode common = config();
        ObjectNode own = config.deepCopy().put("name", partName);
        own.set("dtype", common.path("dtype"));
        if (!own.has("trainable")) {
            own.set("trainable", common.path("trainable"));
        }
        ObjectNode json = Config.json().put("module", "keras.layers").put("class_name", className);
        return read(json.set("config", own));
    }

    /** What is said of kernel and bias, where the layer says so: how they begin, and what training is to do with them. */
    ObjectNode ofWeights() {
        ObjectNode said = Config.json();
        config().properties().forEach(field -> {
            if (OF_WEIGHTS.matcher(field.getKey()).matches()) {
                said.set(field.getKey(), field.getValue());
            }
        });
        return said;
    }

    /** Where data enters a network that takes this layer's place. */
    Layer entry() {
        DTypePolicy policy = layer.dtypePolicy().orElse(DTypePolicy.FLOAT32);
        ObjectNode config = Config.json().put("name", name + "_input").put("dtype", DTypes.name(policy.compute()));
        ArrayNode shape = config.putArray("batch_shape");
        for (Dimension dimension : input().with(0, Dimension.symbol("batch")).dimensions()) {
            if (dimension.isKnown()) {
                shape.add(dimension.size());
            } else {
                shape.addNull();
            }
        }
        ObjectNode json = Config.json().put("module", "keras.layers").put("class_name", "InputLayer");
        return read(json.set("config", config));
    }

    /** A chain of layers that takes this layer's place as one: a model of its name. */
    Network chain(List<Layer> parts) {
        List<Layer> layers = new ArrayList<>(List.of(entry()));
        layers.addAll(parts);
        return Network.sequential(name, layer.isTrainable(), layers);
    }
}
