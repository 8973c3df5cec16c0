package dev.slipway.keras.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The models among the tests' resources: files of every Keras, and configurations of every layer and operation. */
final class StoredModels {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LayerRegistry REGISTRY = LayerRegistry.builtIn();
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final Path FIXTURES = RESOURCES.resolve("fixtures");
    private static final Path TABLES = RESOURCES.resolve("dev/slipway/keras");
    private static final long OPERATION_ROWS = 2;
    private static final String WEIGHTS = ".weights.h5";

    private StoredModels() {}

    static void write(SpecimenWriter writer) throws IOException {
        files(writer);
        lines(FIXTURES.resolve("old/models.jsonl"))
                .forEach(known -> writer.add("old-models", () -> told(known.path("model"), known.path("weights"))));
        lines(TABLES.resolve("numbers.jsonl"))
                .forEach(known -> writer.add("numbers", () -> told(known.path("model"), known.path("weights"))));
        lines(FIXTURES.resolve("tfjs/models.jsonl"))
                .forEach(known -> writer.add("tfjs", () -> told(known.path("topology"), JSON.createObjectNode())));
        lines(TABLES.resolve("layers.jsonl"))
                .filter(known -> !known.path("inputs").isEmpty())
                // Keras 3.15 itself makes no functional model of it: it is a cycle where nothing is trained.
                .filter(known -> !known.path("class_name").asText().equals("Equalization"))
                .forEach(known -> writer.add("layers", () -> applied(known)));
        lines(FIXTURES.resolve("old/layers_2.jsonl"))
                .forEach(known -> writer.add("old-layers", () -> appliedOfOld(known)));
        lines(TABLES.resolve("ops/operations.jsonl"))
                .forEach(known -> writer.add("operations", () -> operation(known), OPERATION_ROWS));
    }

    private static Stream<JsonNode> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(StoredModels::json);
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void files(SpecimenWriter writer) throws IOException {
        try (Stream<Path> all = Files.walk(FIXTURES)) {
            for (Path file : all.filter(StoredModels::isModel).sorted().toList()) {
                String name = FIXTURES.relativize(file).toString();
                String group = name.substring(0, name.indexOf('/'));
                writer.add(group, name.replace('/', '-'), () -> load(file), model -> rows(file, model));
            }
        }
    }

    private static boolean isModel(Path file) {
        String name = FIXTURES.relativize(file).toString();
        return name.matches(
                        "(dtypes|inference|keras2|keras231|old|relics|rewritten|trained2|training)/.*(\\.h5|\\.keras)")
                && !name.matches(".*(/weights_2_0|numbered_weights|parts_weights|_initial)\\.h5|.*/initial\\.keras");
    }

    private static Model load(Path file) {
        String name = file.toString();
        if (!name.endsWith(WEIGHTS)) {
            return Model.load(file);
        }
        Path architecture = Path.of(name.substring(0, name.length() - WEIGHTS.length()) + ".json");
        return Model.load(architecture, file, REGISTRY, ReadLimits.defaults());
    }

    /** The rows that lie beside the file, or others. */
    private static List<Tensor> rows(Path file, Model model) {
        String base = file.getFileName().toString().replaceFirst("(_final)?(\\.weights)?\\.(h5|keras)$", "");
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        List<String> order = new ArrayList<>();
        for (String beside : List.of(base + ".npz", "inputs.npz", "data.npz")) {
            if (Files.exists(file.resolveSibling(beside))) {
                arrays.putAll(Npz.read(file.resolveSibling(beside)));
            }
        }
        if (Files.exists(file.resolveSibling("fixture.json"))) {
            try {
                json(Files.readString(file.resolveSibling("fixture.json")))
                        .path("inputs")
                        .forEach(n -> order.add(n.asText()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        List<Tensor> rows = new ArrayList<>();
        for (TensorSpec input : model.inputs()) {
            int place = rows.size();
            List<String> names = new ArrayList<>(List.of("in_" + input.name(), "x" + place, input.name(), "x"));
            if (place < order.size()) {
                names.add(0, order.get(place));
            }
            rows.add(names.stream()
                    .filter(arrays::containsKey)
                    .findFirst()
                    .map(arrays::get)
                    .map(array -> array.cast(input.type()))
                    .orElseGet(() -> Rows.of(input, Rows.BATCH)));
        }
        return rows;
    }

    private static Model told(JsonNode architecture, JsonNode weights) {
        Model model = Model.fromJson(architecture.deepCopy(), REGISTRY, 1);
        weights.properties().forEach(weight -> {
            Tensor old = model.weight(weight.getKey());
            JsonNode values = weight.getValue().has("data")
                    ? weight.getValue().path("data")
                    : weight.getValue().path("values");
            float[] numbers = new float[values.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = values.get(i).floatValue();
            }
            model.assign(weight.getKey(), Tensor.of(old.shape(), numbers).cast(old.type()));
        });
        return model;
    }

    private static Layer read(JsonNode serialized) {
        return REGISTRY.read(
                serialized.path("class_name").asText(),
                serialized.path("config").deepCopy(),
                StoredModels::read);
    }

    private static Model applied(JsonNode known) {
        List<KerasTensor> inputs = new ArrayList<>();
        for (JsonNode input : known.path("inputs")) {
            inputs.add(new InputLayer("x" + inputs.size(), type(input), shape(input)).apply());
        }
        return Model.functional(inputs, List.of(read(known).apply(inputs.toArray(new KerasTensor[0]))));
    }

    /** A layer as Keras 2 serializes it. */
    private static Model appliedOfOld(JsonNode known) {
        ObjectNode model =
                JSON.createObjectNode().put("class_name", "Functional").put("keras_version", "2.10.0");
        ObjectNode config = model.putObject("config").put("name", "model");
        ArrayNode layers = config.putArray("layers");
        ArrayNode inputs = config.putArray("input_layers");
        ObjectNode layer = known.path("layer").deepCopy();
        String name = layer.path("config").path("name").asText();
        ArrayNode call = layer.put("name", name).putArray("inbound_nodes").addArray();
        for (JsonNode shape : known.path("inputs")) {
            String input = "input_" + layers.size();
            layers.add(json("""
                    {"class_name": "InputLayer", "name": "%1$s", "inbound_nodes": [],
                     "config": {"name": "%1$s", "dtype": "float32", "batch_input_shape": %2$s}}""".formatted(input, shape)));
            inputs.addArray().add(input).add(0).add(0);
            call.addArray().add(input).add(0).add(0).addObject();
        }
        layers.add(layer);
        config.putArray("output_layers").addArray().add(name).add(0).add(0);
        return Model.fromJson(model, REGISTRY, 0);
    }

    private static DataType type(JsonNode input) {
        return switch (input.path(0).asText()) {
            case "int64" -> DataType.INT64;
            case "string" -> DataType.STRING;
            default -> DataType.FLOAT;
        };
    }

    private static Shape shape(JsonNode input) {
        List<Dimension> lengths = new ArrayList<>();
        for (JsonNode length : input) {
            if (length.isNull()) {
                lengths.add(Dimension.symbol(InputLayer.BATCH));
            } else if (length.isNumber()) {
                lengths.add(Dimension.of(length.asLong()));
            }
        }
        return Shape.of(lengths);
    }

    /** A model of one operation; T, Y, I and P among its arguments are the inputs. */
    private static Model operation(JsonNode known) {
        ObjectNode root = JSON.createObjectNode().put("class_name", "Functional");
        ObjectNode config = root.putObject("config").put("name", "m");
        ArrayNode layers = config.putArray("layers");
        ArrayNode inputs = config.putArray("input_layers");
        for (String name : List.of("I", "P", "T", "Y")) {
            layers.add(json("""
                    {"class_name": "InputLayer", "name": "%s", "inbound_nodes": [],
                     "config": {"name": "%s", "batch_shape": [null, 3], "dtype": "%s"}}""".formatted(name, name, name.equals("I") ? "int32" : "float32")));
            inputs.add(json("[\"%s\", 0, 0]".formatted(name)));
        }
        ObjectNode layer = layers.addObject().put("name", "y");
        layer.set("module", known.get("module"));
        layer.set("class_name", known.get("class_name"));
        layer.putObject("config").put("name", "y").setAll((ObjectNode) known.get("config"));
        layer.putArray("inbound_nodes")
                .addObject()
                .set("args", json(known.get("args").toString().replaceAll("\"([TYIP])\"", """
                        {"class_name": "__keras_tensor__", "config": {"shape": [null, 3], "dtype": "float32", "keras_history": ["$1", 0, 0]}}""")));
        ArrayNode outputs = config.putArray("output_layers");
        for (int i = 0; i < known.get("results").size(); i++) {
            outputs.add(json("[\"y\", 0, %d]".formatted(i)));
        }
        return Model.fromJson(root, REGISTRY, 0);
    }
}
