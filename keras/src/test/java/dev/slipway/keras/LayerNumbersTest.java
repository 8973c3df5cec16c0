package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers with options that no fixture combines, masks and directions and results of recurrent layers above all: {@code
 * numbers.jsonl} has models of one layer with weights and inputs, and what NumPy made of them by Keras's formulas. Numbers are
 * rounded to five places.
 */
class LayerNumbersTest {
    private static final double ROUNDED = 1e-4;

    record Case(ObjectNode json) {
        @Override
        public String toString() {
            return json.path("name").asText();
        }
    }

    static Stream<Case> cases() {
        return JsonLines.of("numbers.jsonl").map(Case::new);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void layersGiveWhatNumPyGives(Case one) {
        ObjectNode architecture = ((ObjectNode) one.json.path("model")).put("keras_version", "3.9.2");
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 0)) {
            assertThat(model.weights().stream().map(Weight::path))
                    .containsExactlyInAnyOrderElementsOf(names(one.json.path("weights")));
            one.json
                    .path("weights")
                    .properties()
                    .forEach(weight -> model.assign(weight.getKey(), tensor(weight.getValue())));
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            one.json.path("inputs").properties().forEach(input -> inputs.put(input.getKey(), tensor(input.getValue())));
            List<Tensor> results = List.copyOf(model.predict(inputs).values());
            JsonNode expected = one.json.path("expected");
            assertThat(results).hasSize(expected.size());
            for (int i = 0; i < results.size(); i++) {
                requireClose(results.get(i), expected.get(i));
            }
        }
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static void requireClose(Tensor result, JsonNode expected) {
        assertThat(result.shape()).isEqualTo(shape(expected));
        for (int i = 0; i < expected.path("data").size(); i++) {
            double number = expected.path("data").get(i).doubleValue();
            assertThat(result.element(i)).as("element %d", i).isCloseTo(number, within(ROUNDED));
        }
    }

    private static Shape shape(JsonNode tensor) {
        JsonNode lengths = tensor.path("shape");
        return Shape.of(LongStream.range(0, lengths.size())
                .map(axis -> lengths.get((int) axis).longValue())
                .toArray());
    }

    private static Tensor tensor(JsonNode json) {
        JsonNode data = json.path("data");
        if (json.path("dtype").asText().equals("int64")) {
            long[] values = new long[data.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = data.get(i).longValue();
            }
            return Tensor.of(shape(json), values);
        }
        float[] values = new float[data.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) data.get(i).doubleValue();
        }
        return Tensor.of(shape(json), values);
    }
}
