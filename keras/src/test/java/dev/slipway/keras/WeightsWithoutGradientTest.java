package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weights that the loss does not depend on stay as they are, as Keras filters them out before it updates: an optimizer would
 * let them decay, and Ftrl would make them zero.
 */
class WeightsWithoutGradientTest {
    private static final Tensor X = Tensor.of(new float[][] {{1, 2}, {3, -1}, {0.5f, 1}});
    private static final Tensor Y = Tensor.of(new float[][] {{1}, {2}, {3}});
    private static final Dataset DATA = new Dataset(List.of(X), List.of(Y, Y));

    /** Two heads on one layer, of which only the first has a loss. */
    private static Model twoHeads() {
        KerasTensor input = InputLayer.input("x", 2);
        KerasTensor shared = Dense.builder(3).name("shared").build().apply(input);
        return Model.functional(
                List.of(input),
                List.of(
                        Dense.builder(1).name("judged").build().apply(shared),
                        Dense.builder(1).name("ignored").build().apply(shared)));
    }

    private static Map<String, float[]> weights(Model model) {
        Map<String, float[]> found = new TreeMap<>();
        model.weights().forEach(weight -> {
            Tensor tensor = model.weight(weight.path());
            float[] numbers = new float[(int) tensor.shape().elementCount()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) tensor.element(i);
            }
            found.put(weight.path(), numbers);
        });
        return found;
    }

    private static void compile(Model model, String optimizer, ObjectNode config) {
        ObjectNode compile = Config.json();
        compile.putObject("optimizer").put("class_name", optimizer).set("config", config.put("weight_decay", 0.5));
        compile.putArray("loss").add("mse").addNull();
        model.compile(compile);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Adafactor", "Adagrad", "Adam", "Ftrl", "Lamb", "Muon", "RMSprop", "SGD"})
    void stayWhateverTheOptimizer(String optimizer) {
        try (Model model = twoHeads()) {
            compile(model, optimizer, Config.json().put("learning_rate", 0.1));
            Map<String, float[]> before = weights(model);
            model.fit(DATA, FitOptions.epochs(3));
            Map<String, float[]> after = weights(model);
            assertThat(after.get("ignored/kernel")).containsExactly(before.get("ignored/kernel"));
            assertThat(after.get("ignored/bias")).containsExactly(before.get("ignored/bias"));
            assertThat(after.get("judged/kernel")).isNotEqualTo(before.get("judged/kernel"));
            assertThat(after.get("shared/kernel")).isNotEqualTo(before.get("shared/kernel"));
        }
    }

    /** Their moving means are kept, and are what they are. */
    @Test
    void stayWhereMeansTakeTheirPlaceInTheEnd() {
        try (Model model = twoHeads()) {
            compile(
                    model,
                    "Adam",
                    Config.json().put("use_ema", true).put("ema_momentum", 0.5).put("gradient_accumulation_steps", 2));
            Map<String, float[]> before = weights(model);
            model.fit(DATA, FitOptions.epochs(4).withBatchSize(2));
            assertThat(weights(model).get("ignored/kernel")).containsExactly(before.get("ignored/kernel"));
        }
    }
}
