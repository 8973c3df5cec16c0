package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.DTypePolicy;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Dropout;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.SequenceOptions;
import dev.slipway.keras.layers.StringLookup;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static Model nested() {
        Network tower = Network.sequential("tower", true, List.of(InputLayer.of(4), Dense.of(3), Dropout.of(0.5)));
        return Model.sequential(InputLayer.of(4), tower, BatchNormalization.of(), Dense.of(1));
    }

    @Test
    void listsTheLayersOfNestedModelsOnRequest() {
        try (Model model = nested()) {
            assertThat(model.summary())
                    .contains("│ tower (Sequential)", "│      15 │")
                    .doesNotContain("dropout", "└ dense");
            assertThat(model.summary(true))
                    .containsSubsequence(
                            "│ tower (Sequential)",
                            "│    └ dense (Dense)",
                            "│    └ dropout (Dropout)",
                            "│ batch_normalization (BatchNormalization)")
                    .doesNotContain("└ input_layer");
        }
    }

    /** 15 + 12 + 4 numbers, of which 6 are moving statistics; Keras counts steps and learning rate of SGD, too. */
    @Test
    void countsParametersAsKerasDoes() {
        try (Model model = nested()) {
            assertThat(model.summary())
                    .contains(" Total params: 31 (124.00 B)")
                    .contains(" Trainable params: 25 (100.00 B)")
                    .contains(" Non-trainable params: 6 (24.00 B)")
                    .doesNotContain("Optimizer");
            model.compile("sgd", "mean_squared_error");
            assertThat(model.summary())
                    .contains(" Total params: 33 (132.00 B)")
                    .contains(" Non-trainable params: 6 (24.00 B)\n Optimizer params: 2 (8.00 B)");
        }
    }

    @Test
    void showsSizesInTheTypesOfTheWeights() {
        Layer half = Dense.of(100).withDType(DTypePolicy.of("float16"));
        try (Model model = Model.sequential(InputLayer.of(9), half)) {
            assertThat(model.summary()).contains(" Total params: 1,000 (1.95 KB)");
        }
    }

    @Test
    void showsConnectionsWhereTheyAreMoreThanAChain() {
        KerasTensor x = InputLayer.input("x", 2);
        Layer shared = Dense.of(2);
        KerasTensor twice = shared.apply(shared.apply(x));
        try (Model chain = Model.functional(List.of(x), List.of(Dense.of(1).apply(x)));
                Model reused = Model.functional(List.of(x), List.of(twice))) {
            assertThat(chain.summary()).contains("│ x (InputLayer)").doesNotContain("Connected to");
            assertThat(reused.summary()).contains("Connected to", "│ x[0][0], dense[0][0]");
        }
    }

    @Test
    void showsTheShapeOfTheLastUse() {
        KerasTensor x = InputLayer.input("x", 2, 3);
        Layer shared = Flatten.of();
        KerasTensor flat = shared.apply(shared.apply(x));
        KerasTensor y = InputLayer.input("y", 4, 4);
        try (Model reused = Model.functional(List.of(x, y), List.of(flat, shared.apply(y)))) {
            assertThat(reused.summary()).contains("(None, 16)").doesNotContain("(None, 6)");
        }
    }

    @Test
    void showsConnectionsWhereAModelBranches() {
        KerasTensor one = InputLayer.input("one", 2);
        KerasTensor other = InputLayer.input("other", 2);
        KerasTensor x = InputLayer.input("x", 4, 2);
        List<KerasTensor> results =
                LSTM.of(3, SequenceOptions.lastOutput().withState()).apply(CallArguments.of(List.of(x)));
        try (Model chains = Model.functional(
                        List.of(one, other),
                        List.of(Dense.of(1).apply(one), Dense.of(1).apply(other)));
                Model states = Model.functional(
                        List.of(x),
                        List.of(Dense.of(1).apply(results.get(1)), Dense.of(1).apply(results.get(2))))) {
            assertThat(chains.summary()).contains("│ one[0][0]", "│ other[0][0]");
            assertThat(states.summary()).contains("│ lstm[0][1]", "│ lstm[0][2]");
        }
    }

    /** As Keras prints lists, and no comma behind a single length. */
    @Test
    void showsTheShapesOfSeveralResultsAsAList() {
        KerasTensor x = InputLayer.input("x", 4, 2);
        List<KerasTensor> results =
                LSTM.of(3, SequenceOptions.allOutputs().withState()).apply(CallArguments.of(List.of(x)));
        StringLookup lookup = StringLookup.builder().vocabulary(List.of("a"));
        try (Model states = Model.functional(List.of(x), results);
                Model texts = Model.sequential(InputLayer.ofText(), lookup)) {
            assertThat(states.summary()).contains("│ [(None, 4, 3), (None, 3), (None, 3)] │");
            assertThat(texts.summary()).contains("│ (None)       │");
        }
    }
}
