package dev.slipway.keras.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.DTypes;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operations as real Keras 3.15.1 recorded them, against what it computed on TensorFlow; {@code make_recorded.py} beside the
 * file wrote it.
 */
class RecordedOperationsTest {
    private static final Path CASES = Path.of("src/test/resources/dev/slipway/keras/ops/recorded.jsonl");

    /** What TensorFlow loses itself where it takes matrices apart in single precision. */
    private static final double TOLERANCE = 2e-5;

    static Stream<String> cases() throws IOException {
        return Files.readAllLines(CASES).stream();
    }

    /** The classes of the operations that have a case. */
    static Set<String> classNames() throws IOException {
        Set<String> names = new TreeSet<>();
        cases().forEach(line -> json(line)
                .at("/model/config/layers")
                .forEach(layer -> names.add(layer.path("class_name").asText())));
        return names;
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Tensor tensor(JsonNode array) {
        DataType type = DTypes.named(array.path("dtype").asText()).orElseThrow();
        double[] numbers = new double[array.path("values").size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(array.path("values").get(i));
        }
        Tensor tensor = Tensor.zeros(type, shape(array));
        tensor.bytes().put(Constant.of(type, tensor.shape(), numbers).bytes());
        return tensor;
    }

    private static double number(JsonNode value) {
        return value.isBoolean() ? (value.booleanValue() ? 1 : 0) : Double.parseDouble(value.asText());
    }

    private static Shape shape(JsonNode array) {
        long[] lengths = new long[array.path("shape").size()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = array.path("shape").get(i).longValue();
        }
        return Shape.of(lengths);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesTheNumbersOfKeras(String line) {
        JsonNode recorded = json(line);
        try (Model model = Model.fromJson((ObjectNode) recorded.get("model"), LayerRegistry.builtIn(), 0)) {
            Map<String, Tensor> inputs = new TreeMap<>();
            recorded.get("inputs").properties().forEach(input -> inputs.put(input.getKey(), tensor(input.getValue())));
            List<Tensor> results = new ArrayList<>(model.predictOnBatch(inputs).values());
            assertThat(results).hasSize(recorded.get("results").size());
            for (int i = 0; i < results.size(); i++) {
                requireClose(results.get(i), tensor(recorded.get("results").get(i)));
            }
            ObjectNode written = model.toJson();
            try (Model again = Model.fromJson(written, LayerRegistry.builtIn(), 0)) {
                assertThat(again.toJson()).isEqualTo(written);
            }
        }
    }

    private static void requireClose(Tensor actual, Tensor expected) {
        assertThat(actual.type()).isEqualTo(expected.type());
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.shape().elementCount(); i++) {
            double wanted = expected.element(i);
            if (Double.isFinite(wanted)) {
                assertThat(actual.element(i)).isCloseTo(wanted, within(TOLERANCE * Math.max(1, Math.abs(wanted))));
            } else {
                assertThat(actual.element(i)).isEqualTo(wanted);
            }
        }
    }
}
