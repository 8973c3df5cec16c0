package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files we write have every key, dataset, shape, type and order that Keras wrote for the same model. */
class KerasConformanceTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What Keras's loader does without: it builds layers by calling them, and takes the policy from each layer. */
    private static final Set<String> NOT_NEEDED = Set.of("shared_object_id", "build_config", "date_saved");

    /** What Keras's constructors take though not all its versions write it; and names of classes in full. */
    private static final Set<String> ALLOWED =
            Set.of("activity_regularizer", "seed", "build_config", "module", "registered_name", "backend");

    private static final String OPTIMIZER = "optimizer_weights";

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @MethodSource("dev.slipway.keras.Fixtures#models")
    void writesTheKerasFileThatKerasWrote(Path file) throws IOException {
        Path copy = save(file, "copy.keras");
        try (ZipFile theirs = new ZipFile(file.toFile());
                ZipFile ours = new ZipFile(copy.toFile())) {
            for (String member : List.of("config.json", "metadata.json")) {
                compare(JSON.readTree(bytes(theirs, member)), JSON.readTree(bytes(ours, member)), member);
            }
            Map<String, String> expected = datasets(bytes(theirs, "model.weights.h5"));
            Map<String, String> written = datasets(bytes(ours, "model.weights.h5"));
            written.keySet().removeIf(path -> path.contains("seed_generator") && !expected.containsKey(path));
            assertThat(written).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.keras.Fixtures#models")
    void writesTheH5ThatKerasWrote(Path file) throws IOException {
        Path legacy = file.resolveSibling(file.getFileName().toString().replace(".keras", ".h5"));
        if (!Files.exists(legacy)) {
            return;
        }
        try (HdfFile theirs = hdf5(Files.readAllBytes(legacy));
                HdfFile ours = hdf5(Files.readAllBytes(save(file, "copy.h5")))) {
            assertThat(ours.getAttributes().keySet())
                    .isEqualTo(theirs.getAttributes().keySet());
            for (String name : List.of("backend", "keras_version")) {
                assertThat(text(ours, name)).isEqualTo(text(theirs, name));
            }
            for (String name : List.of("model_config", "training_config")) {
                if (theirs.getAttributes().containsKey(name)) {
                    compare(JSON.readTree(text(theirs, name)), JSON.readTree(text(ours, name)), name);
                }
            }
            compareWeights(theirs, ours);
            assertThat(shapes(ours, OPTIMIZER)).isEqualTo(shapes(theirs, OPTIMIZER));
        }
    }

    /** Recorded operations are layers for us and not for Keras, which skips groups without weights. */
    private static void compareWeights(HdfFile theirs, HdfFile ours) {
        List<String> layers = texts(group(theirs, "model_weights"), "layer_names");
        List<String> written = new ArrayList<>(texts(group(ours, "model_weights"), "layer_names"));
        written.removeIf(layer -> !layers.contains(layer)
                && texts(group(ours, "model_weights/" + layer), "weight_names").isEmpty());
        assertThat(written).isEqualTo(layers);
        layers.forEach(layer ->
                assertThat(shapes(ours, "model_weights/" + layer)).isEqualTo(shapes(theirs, "model_weights/" + layer)));
        assertThat(shapes(ours, "model_weights/top_level_model_weights")).isEmpty();
    }

    /** Names of weights, which need no model's name in front, in the order in which Keras assigns them. */
    private static List<String> shapes(HdfFile file, String place) {
        if (place.equals(OPTIMIZER) && file.getChild(OPTIMIZER) == null) {
            return List.of();
        }
        return texts(group(file, place), "weight_names").stream()
                .map(name -> describe(Objects.requireNonNull((Dataset) file.getByPath(place + "/" + name))))
                .toList();
    }

    private Path save(Path file, String name) {
        Path copy = folder.resolve(name);
        try (Model model = Model.load(file)) {
            model.save(copy);
        }
        return copy;
    }

    private static byte[] bytes(ZipFile zip, String member) throws IOException {
        try (InputStream in = zip.getInputStream(zip.getEntry(member))) {
            return in.readAllBytes();
        }
    }

    private static HdfFile hdf5(byte[] bytes) {
        return HdfFile.fromByteBuffer(ByteBuffer.wrap(bytes));
    }

    private static Map<String, String> datasets(byte[] bytes) {
        Map<String, String> found = new TreeMap<>();
        collect(hdf5(bytes), found);
        return found;
    }

    private static void collect(Group group, Map<String, String> into) {
        for (Node node : group.getChildren().values()) {
            if (node instanceof Group child) {
                collect(child, into);
            } else {
                into.put(node.getPath(), describe((Dataset) node));
            }
        }
    }

    private static String describe(Dataset dataset) {
        return dataset.getJavaType() + Arrays.toString(dataset.getDimensions());
    }

    private static Group group(HdfFile file, String place) {
        return (Group) file.getByPath(place);
    }

    private static String text(Node node, String name) {
        return (String) data(node, name);
    }

    private static List<String> texts(Node node, String name) {
        return data(node, name) instanceof String[] names ? List.of(names) : List.of();
    }

    private static Object data(Node node, String name) {
        Attribute attribute = Objects.requireNonNull(node.getAttribute(name), name);
        return Objects.requireNonNullElse(attribute.getData(), "");
    }

    /** By the short ones Keras 3.15 finds no loss of an .h5 file. */
    private static final Map<String, String> FULL_NAMES = Map.of("mse", "mean_squared_error");

    private static void compare(JsonNode theirs, JsonNode ours, String place) {
        if (theirs.isObject() && ours.isObject()) {
            theirs.properties().forEach(field -> {
                String key = field.getKey();
                if (!isFree(key, theirs, ours)) {
                    assertThat(ours.has(key)).as(place + "." + key).isTrue();
                    compare(field.getValue(), ours.path(key), place + "." + key);
                }
            });
            ours.fieldNames()
                    .forEachRemaining(key -> assertThat(theirs.has(key) || ALLOWED.contains(key))
                            .as(place + "." + key)
                            .isTrue());
        } else if (theirs.isArray()) {
            assertThat(ours.size()).as(place).isEqualTo(theirs.size());
            for (int i = 0; i < theirs.size(); i++) {
                compare(theirs.get(i), ours.get(i), place + "[" + i + "]");
            }
        } else if (theirs.isNumber() && ours.isNumber()) {
            assertThat(ours.doubleValue()).as(place).isEqualTo(theirs.doubleValue());
        } else if (place.contains(".loss")) {
            assertThat(ours.asText()).as(place).isEqualTo(FULL_NAMES.getOrDefault(theirs.asText(), theirs.asText()));
        } else {
            assertThat(ours).as(place).isEqualTo(theirs);
        }
    }

    /** A policy is a text or an object; Keras reads both and mostly writes the object. */
    private static boolean isSamePolicy(String key, JsonNode theirs, JsonNode ours) {
        return key.equals("dtype")
                && theirs.path(key).isTextual()
                && theirs.path(key).equals(ours.path(key).at("/config/name"));
    }

    /** Built-in classes need no registered name; optimizers have a module for each backend and one for all. */
    private static boolean isFree(String key, JsonNode theirs, JsonNode ours) {
        boolean isDefault = key.equals("width_factor") && theirs.path(key).isNull();
        boolean isPolicyOfAll = key.equals("dtype") && theirs.has("layers");
        boolean isOneModule = key.equals("module") && ours.path(key).asText().equals("keras.optimizers");
        boolean isBuiltIn = key.equals("registered_name") && ours.path(key).isNull();
        boolean isOtherName =
                key.equals("class_name") && theirs.path(key).asText().equals("GroupedQueryAttention");
        return NOT_NEEDED.contains(key)
                || isDefault
                || isSamePolicy(key, theirs, ours)
                || isPolicyOfAll
                || isOneModule
                || isBuiltIn
                || isOtherName;
    }

    @Test
    void writesNamesOfLayersThatKeras3Reads() {
        Tensor row = Tensor.of(new float[][] {{1, 2}});
        for (String name : List.of("model.keras", "model.h5")) {
            Path file = folder.resolve(name);
            try (Model model = Model.sequential(
                    InputLayer.of(2), Dense.builder(3).name("conv1/conv").build())) {
                model.save(file);
                try (Model again = Model.load(file)) {
                    assertThat(again.weights().get(0).path()).isEqualTo("conv1_conv/kernel");
                    assertThat(again.predict(row).bytes())
                            .isEqualTo(model.predict(row).bytes());
                }
            }
        }
    }

    @Test
    void refusesTwoLayersThatWouldHaveOneName() {
        try (Model model = Model.sequential(
                InputLayer.of(2),
                Dense.builder(3).name("a/b").build(),
                Dense.builder(3).name("a_b").build())) {
            assertThatThrownBy(() -> model.save(folder.resolve("model.keras")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("layer 'a/b': 'a_b' in a file of Keras 3");
        }
        assertThat(folder).isEmptyDirectory();
    }
}
