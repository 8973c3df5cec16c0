package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models with layers that prepare data, which real Keras 3.15.1 wrote by {@code fixtures/keras315texts/make.py}, give what it
 * gave: from its files, from those that are written of them, and those of texts from {@code .onnx} files too.
 */
class RealKeras315TextsTest {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    private Path folder;

    static Stream<Path> files() {
        return Fixtures.all("keras315texts").stream()
                .filter(file ->
                        file.toString().endsWith(".keras") || file.toString().endsWith(".h5"));
    }

    static Stream<Path> texts() {
        return files().filter(file -> file.getFileName().toString().startsWith("text"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void theFileGivesWhatKerasGave(Path file) throws IOException {
        try (Model model = Model.load(file)) {
            requireOutputs(file, model.predictor(EngineOptions.defaults()));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void soDoesTheFileThatIsWrittenOfIt(Path file) throws IOException {
        for (String name : List.of("again.keras", "again.h5")) {
            try (Model model = Model.load(file)) {
                model.save(folder.resolve(name));
            }
            try (Model again = Model.load(folder.resolve(name))) {
                requireOutputs(file, again.predictor(EngineOptions.defaults()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void soDoStandardOperators(Path file) throws IOException {
        Path onnx = folder.resolve("model.onnx");
        try (Model model = Model.load(file)) {
            Files.write(onnx, model.toOnnx());
        }
        requireOutputs(file, new Predictor(CompiledGraph.open(onnx, EngineOptions.defaults())));
    }

    private static void requireOutputs(Path file, Predictor opened) throws IOException {
        String name = file.getFileName().toString();
        Path expected = file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".json");
        JsonNode json = new ObjectMapper().readTree(expected.toFile());
        try (Predictor predictor = opened) {
            for (int rows : new int[] {Integer.MAX_VALUE, 1}) {
                Map<String, Tensor> inputs = new LinkedHashMap<>();
                for (TensorSpec input : predictor.inputs()) {
                    inputs.put(input.name(), tensor(json.path("inputs").path(input.name()), input.type(), rows));
                }
                List<Tensor> outputs = new ArrayList<>(predictor.predict(inputs).values());
                for (int i = 0; i < json.path("outputs").size(); i++) {
                    requireRows(outputs.get(i), json.path("outputs").get(i), rows == 1);
                }
            }
        }
    }

    /** Of one row, the columns that are there: numbers of tokens are not padded to longer texts. */
    private static void requireRows(Tensor output, JsonNode expected, boolean isOne) {
        long[] lengths = lengths(expected);
        JsonNode values = expected.path("values");
        if (!isOne) {
            assertThat(output.shape()).isEqualTo(Shape.of(lengths));
        }
        for (int i = 0; i < output.shape().elementCount(); i++) {
            double wanted = values.get(i).doubleValue();
            assertThat(output.element(i)).isCloseTo(wanted, Offset.offset(TOLERANCE * Math.max(1, Math.abs(wanted))));
        }
    }

    private static Tensor tensor(JsonNode json, DataType type, int rows) {
        List<JsonNode> values =
                StreamSupport.stream(json.path("values").spliterator(), false).toList();
        long[] lengths = lengths(json);
        int width = (int) (values.size() / lengths[0]);
        lengths[0] = Math.min(rows, lengths[0]);
        List<JsonNode> used = values.subList(0, (int) lengths[0] * width);
        return type == DataType.STRING
                ? Tensor.of(
                        Shape.of(lengths),
                        used.stream().map(JsonNode::textValue).toArray(String[]::new))
                : Tensor.of(
                                Shape.of(lengths),
                                used.stream().mapToDouble(JsonNode::doubleValue).toArray())
                        .cast(type);
    }

    private static long[] lengths(JsonNode json) {
        JsonNode shape = json.path("shape");
        return IntStream.range(0, shape.size())
                .mapToLong(axis -> shape.get(axis).longValue())
                .toArray();
    }
}
