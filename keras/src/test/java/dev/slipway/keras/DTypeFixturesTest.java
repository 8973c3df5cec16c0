package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.DTypePolicy;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every model that Keras wrote, under other policies than it was written with, gives Keras's numbers within what these
 * types can hold.
 *
 * <p>The tolerances: rounding an input, a weight and a result each is wrong by half a unit in the last place, {@code
 * 2^-11} of a number in half precision and {@code 2^-8} in bfloat16. Errors of the terms of a sum are of both signs, so that
 * they grow by less than the depth of these networks, up to 8 for the largest.
 */
class DTypeFixturesTest {
    private static final Map<String, Double> TOLERANCES = Map.of(
            "float16", 8 * 0x1p-11,
            "mixed_float16", 8 * 0x1p-11,
            "bfloat16", 8 * 0x1p-8,
            "mixed_bfloat16", 8 * 0x1p-8);

    static Stream<Path> folders() {
        return Fixtures.all("inference").stream();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void givesTheNumbersOfKerasInSixteenBits(Path folder) {
        try (Model written = Model.load(folder.resolve("model.keras"))) {
            TOLERANCES.forEach((policy, tolerance) -> {
                try (Model model = under(policy, written)) {
                    requireClose(model, folder, tolerance);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void givesTheNumbersOfKerasInDoublePrecision(Path folder) {
        double tolerance = Fixtures.json(folder).path("tolerance").asDouble();
        try (Model written = Model.load(folder.resolve("model.keras"));
                Model model = under("float64", written)) {
            requireClose(model, folder, tolerance);
        }
    }

    /** The same model with another policy for every layer, and weights rounded to it. */
    private static Model under(String policy, Model written) {
        ObjectNode architecture = written.toJson();
        boolean isMixed = DTypePolicy.of(policy).isMixed();
        change(architecture, policy, isMixed ? "float32" : policy);
        Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
        for (Weight weight : model.weights()) {
            Tensor original = written.weight(weight.path());
            model.assign(weight.path(), original.cast(weight.spec().type()));
        }
        return model;
    }

    private static void change(JsonNode node, String policy, String inputType) {
        String className = node.path("class_name").asText("");
        if (className.equals("DTypePolicy")) {
            replace(node.path("config"), "name", policy);
        } else if (className.equals("InputLayer")) {
            replace(node.path("config"), "dtype", inputType);
        }
        node.forEach(child -> change(child, policy, inputType));
    }

    private static void replace(JsonNode config, String key, String value) {
        if (config.path(key).asText().equals("float32")) {
            ((ObjectNode) config).put(key, value);
        }
    }

    private static void requireClose(Model model, Path folder, double tolerance) {
        Map<String, Tensor> arrays = Npz.read(folder.resolve("inputs.npz"));
        Map<String, Tensor> expected = Npz.read(folder.resolve("expected.npz"));
        Map<String, Tensor> inputs = new HashMap<>();
        for (int i = 0; i < model.inputs().size(); i++) {
            String array = Fixtures.json(folder).path("inputs").get(i).asText();
            Tensor rows = Objects.requireNonNull(arrays.get(array), array);
            inputs.put(
                    model.inputs().get(i).name(),
                    rows.cast(model.inputs().get(i).type()));
        }
        List<Tensor> outputs = List.copyOf(model.predict(inputs).values());
        for (int i = 0; i < outputs.size(); i++) {
            Tensor wanted = Objects.requireNonNull(expected.get("output_" + i), "output_" + i);
            assertThat(outputs.get(i).type()).isEqualTo(model.outputs().get(i).type());
            InferenceFixturesTest.requireClose(outputs.get(i), wanted, tolerance);
        }
    }
}
