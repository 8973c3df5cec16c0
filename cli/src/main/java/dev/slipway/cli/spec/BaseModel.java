package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.TensorSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code base:} of a model: a trained model that comes before new layers, as in transfer learning.
 *
 * @param file its file
 * @param trainable whether it learns on, too
 * @param until the last of its layers that is used, the head behind it being left out; all of them if it is not said
 */
record BaseModel(Path file, boolean trainable, Optional<String> until) {
    static BaseModel read(JsonNode found, String subject, Path specFile) {
        if (found.isTextual()) {
            return new BaseModel(specFile.resolveSibling(found.asText()), false, Optional.empty());
        }
        ObjectNode section = found instanceof ObjectNode given ? given : Config.json();
        Config config = new Config(subject + ": base", section);
        String key = config.find("model").isPresent() ? "model" : "file";
        String name = config.text(key, "");
        if (name.isEmpty()) {
            throw config.refused("file", "nothing", "the file of a model");
        }
        BaseModel base = new BaseModel(
                specFile.resolveSibling(name),
                config.truth("trainable", false),
                config.find("until").map(JsonNode::asText));
        config.refuseOthers();
        return base;
    }

    /** A chain of this model and the layers of another chain; these have new weights. */
    Model newModel(ObjectNode chain, long seed) {
        try (Model whole = Model.load(file);
                Model base = until.map(layer -> Model.of(whole.network().until(layer), seed))
                        .orElse(whole)) {
            if (base.inputs().size() != 1 || base.outputs().size() != 1) {
                throw new IllegalArgumentException(file + ": " + base.inputs().size() + " inputs, "
                        + base.outputs().size() + " outputs (expected: one each, to put layers behind it)");
            }
            ObjectNode first = base.toJson();
            first.withObjectProperty("config").put("trainable", trainable);
            ArrayNode layers = (ArrayNode) chain.at("/config/layers");
            layers.insert(0, first);
            layers.insert(0, input(base.inputs().get(0)));
            Model model = Model.fromJson(chain, LayerRegistry.builtIn(), seed);
            for (Weight weight : base.weights()) {
                model.assign(base.name() + "/" + weight.path(), whole.weight(weight.path()));
            }
            return model;
        }
    }

    private static ObjectNode input(TensorSpec spec) {
        ObjectNode layer = Config.json().put("class_name", "InputLayer");
        ArrayNode shape = layer.putObject("config")
                .put(
                        "dtype",
                        spec.type().toString().equals("FLOAT")
                                ? "float32"
                                : spec.type().toString().toLowerCase(java.util.Locale.ROOT))
                .putArray("batch_shape");
        shape.addNull();
        for (int axis = 1; axis < spec.shape().rank(); axis++) {
            Dimension length = spec.shape().dimension(axis);
            if (length.isKnown()) {
                shape.add(spec.shape().size(axis));
            } else {
                shape.addNull();
            }
        }
        return layer;
    }
}
