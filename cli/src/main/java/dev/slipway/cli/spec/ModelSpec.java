package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.ModelJson;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.runtime.TensorSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code model:} of a spec: {@code architecture:}, a file of Keras's {@code model.to_json()}; {@code layers:}, a chain of
 * Keras layers; {@code file:}, a model to train on; or {@code base:}, a model that comes before {@code layers:}.
 *
 * @param architecture the model as Keras 3 serializes it; a chain without an input has its input shape yet to come; empty
 *     for a model of a file
 * @param file the model's file
 * @param base the model before the layers
 * @param architectureFile the file that the architecture is from, unless the spec writes it out
 */
record ModelSpec(
        Optional<ObjectNode> architecture,
        Optional<Path> file,
        Optional<BaseModel> base,
        Optional<Path> architectureFile) {
    static ModelSpec read(ObjectNode section, String subject, Path specFile) {
        Config config = new Config(subject, section);
        Optional<JsonNode> layers = config.find("layers");
        Optional<JsonNode> architecture = config.find("architecture");
        String file = config.text("file", "");
        String name = config.text("name", "sequential");
        Optional<BaseModel> base = config.find("base").map(found -> BaseModel.read(found, subject, specFile));
        config.refuseOthers();
        long ways = Stream.of(layers.isPresent(), architecture.isPresent(), !file.isEmpty())
                .filter(given -> given)
                .count();
        if (ways != 1 || (base.isPresent() && layers.isEmpty())) {
            throw config.refused(
                    "layers",
                    layers.map(JsonNode::toString).orElse("nothing"),
                    "one of layers: a list, with base: a model before them or not; architecture: the file of a Keras"
                            + " model.to_json(); or file: a model to train on");
        }
        if (!file.isEmpty()) {
            return new ModelSpec(Optional.empty(), Optional.of(specFile.resolveSibling(file)), base, Optional.empty());
        }
        Optional<Path> architectureFile = architecture.map(found -> specFile.resolveSibling(found.asText()));
        ObjectNode read = architectureFile
                .map(found -> ModelJson.parse(found, ReadLimits.defaults()))
                .orElseGet(() -> chain(config, layers.orElseThrow(), name));
        return new ModelSpec(Optional.of(read), Optional.empty(), base, architectureFile);
    }

    /** What is read beside the spec: models that are trained on, and an architecture. */
    Stream<Path> files() {
        return Stream.of(file, base.map(BaseModel::file), architectureFile).flatMap(Optional::stream);
    }

    /** Whether the spec says all of it. */
    boolean isWritten() {
        return files().findAny().isEmpty();
    }

    /** Whether the model may know how it is trained. */
    boolean isCompiled() {
        return file.isPresent();
    }

    private static ObjectNode chain(Config config, JsonNode layers, String name) {
        if (!layers.isArray() || layers.isEmpty()) {
            throw config.refused("layers", layers.toString(), "a list of layers, such as - Dense: {units: 1}");
        }
        ObjectNode sequential = Config.json().put("class_name", "Sequential");
        ArrayNode written = sequential.putObject("config").put("name", name).putArray("layers");
        for (JsonNode layer : layers) {
            JsonNode found = CompileSection.longForm(config.subject() + ": layers", layer);
            ObjectNode one = found instanceof ObjectNode object
                    ? object.deepCopy()
                    : Config.json().put("class_name", found.asText());
            if (written.isEmpty()) {
                takeInputShape(config, one, written);
            }
            LayerParts.requireKnown(config.subject(), one);
            written.add(one);
        }
        return sequential;
    }

    /** The notebook's {@code input_shape=[1]} of a first layer becomes an {@code InputLayer} before it. */
    private static void takeInputShape(Config config, ObjectNode layer, ArrayNode written) {
        ObjectNode arguments = layer.withObjectProperty("config");
        boolean isInput = layer.path("class_name").asText().equals("InputLayer");
        String key = isInput ? "shape" : "input_shape";
        JsonNode found = arguments.remove(key);
        if (found == null) {
            return;
        }
        if (!(found instanceof ArrayNode shape)) {
            throw config.refused(key, found.toString(), "a list of lengths without the batch");
        }
        if (isInput) {
            arguments.set("batch_shape", batched(shape));
        } else {
            written.add(input(shape, DataType.FLOAT));
        }
    }

    static ObjectNode input(ArrayNode shape, DataType type) {
        ObjectNode layer = Config.json().put("class_name", "InputLayer");
        layer.putObject("config")
                .put("dtype", type == DataType.STRING ? "string" : "float32")
                .set("batch_shape", batched(shape));
        return layer;
    }

    private static ArrayNode batched(ArrayNode shape) {
        return shape.arrayNode().addNull().addAll(shape);
    }

    /** Data as this model takes it. */
    DataSection fitting(DataSection data) {
        return file.map(found -> data.forModel(() -> inputsThatMayMiss(found))).orElse(data);
    }

    private static Set<String> inputsThatMayMiss(Path file) {
        try (Model model = Model.load(file)) {
            return model.inputsThatMayMiss();
        }
    }

    Model newModel(TrainingData data, long seed) {
        if (file.isPresent()) {
            Model model = Model.load(file.get());
            data.requireNames(model);
            return model;
        }
        if (data.features().isPresent()) {
            return new FeatureModel(data.features().get()).newModel(this, seed);
        }
        ObjectNode complete = architecture.orElseThrow().deepCopy();
        if (base.isPresent()) {
            return base.get().newModel(complete, seed);
        }
        if (complete.path("class_name").asText().equals("Sequential")
                && complete.at("/config/layers") instanceof ArrayNode layers
                && !layers.path(0).path("class_name").asText().equals("InputLayer")) {
            TensorSpec rows = data.rows().spec().inputs().get(0);
            Shape shape = rows.shape();
            ArrayNode lengths = complete.arrayNode();
            Arrays.stream(shape.slice(1, shape.rank()).toArray()).forEach(lengths::add);
            layers.insert(0, input(lengths, rows.type()));
        }
        return Model.fromJson(complete, LayerRegistry.builtIn(), seed);
    }
}
