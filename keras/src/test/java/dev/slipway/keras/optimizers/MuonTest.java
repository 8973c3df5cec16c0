package dev.slipway.keras.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two steps of Muon; the numbers expected were computed in float64 with NumPy from the formulas of its documentation. */
class MuonTest {
    private static final Shape TALL = Shape.of(3, 2);

    private static Run run(String path, Shape shape, String config, float... start) {
        return new Run("Muon", config, new Trained(path, DataType.FLOAT, shape, Optional.empty()), start);
    }

    private static void requireAdam(String path, Shape shape, String config) {
        String adam = "{'learning_rate': 0.1, 'adam_lr_ratio': 0.5, 'adam_weight_decay': 0.3, 'adam_beta_1': 0.7,"
                + " 'adam_beta_2': 0.95, 'epsilon': 0.001, ";
        Run run = run(path, shape, adam + config + "}", 0.5f, -0.25f, 1, 0.75f, -0.5f, 0.125f);
        run.step(0.5f, -1, 0.25f, 2, -1.5f, 0.75f);
        OptimizerReferenceTest.requireClose(
                run.step(-0.5f, 0.25f, 1, 0.5f, 0.75f, -2),
                new double[] {0.431147325, -0.168654564, 0.846568303, 0.618593054, -0.414615964, 0.097789667});
        assertThat(run.get("velocity")).hasSize(6);
    }

    @Test
    void makesMomentumOrthogonal() {
        Run run = run("hidden/kernel", TALL, "{'learning_rate': 0.1}", 0.5f, -0.25f, 1, 0.75f, -0.5f, 0.125f);
        run.step(0.5f, -1, 0.25f, 2, -1.5f, 0.75f);
        OptimizerReferenceTest.requireClose(
                run.step(-0.5f, 0.25f, 1, 0.5f, 0.75f, -2),
                new double[] {0.500608335, -0.235490425, 0.964841266, 0.710964986, -0.496294903, 0.141118318});
    }

    @Test
    void takesEveryOption() {
        String config =
                "{'learning_rate': 0.1, 'momentum': 0.8, 'nesterov': false, 'rms_rate': null, 'weight_decay': null,"
                        + " 'muon_a': 2.0, 'muon_b': -1.5, 'muon_c': 0.5, 'ns_steps': 3}";
        Run run = run("hidden/kernel", Shape.of(2, 3), config, 0.5f, 1, -0.5f, -0.25f, 0.75f, 0.125f);
        run.step(0.5f, 0.25f, -1.5f, -1, 2, 0.75f);
        OptimizerReferenceTest.requireClose(
                run.step(-0.5f, 1, 0.75f, 0.25f, 0.5f, -2),
                new double[] {0.451750206, 0.897241347, -0.430468884, -0.177860557, 0.601432014, 0.171290864});
    }

    @Test
    void updatesTheRestAsAdamW() {
        requireAdam("hidden/bias", Shape.of(6), "'exclude_layers': []");
        requireAdam("convolution/kernel", Shape.of(1, 3, 2), "'exclude_layers': []");
        requireAdam("words/embeddings", TALL, "'exclude_embeddings': true");
        requireAdam("classes/kernel", TALL, "'exclude_layers': ['^out', 'class.s']");
    }

    @Test
    void embeddingsMayBeMadeOrthogonalToo() {
        Trained words = new Trained("words/embeddings", DataType.FLOAT, TALL, Optional.empty());
        Optimizer muon = Optimizers.of("muon", Run.json("{'exclude_embeddings': false}"));
        assertThat(muon.slotGroups(words)).isEqualTo(List.of(List.of(Slot.like(words, "momentum"))));
    }

    /** What earlier versions wrote meant steps of another length. */
    @Test
    void refusesWhatIsNotOfItsVersion() {
        String early = "{'muon_a': 3.4445, 'muon_b': -4.775, 'muon_c': 2.0315, 'ns_steps': 6, 'adam_lr_ratio': 0.1}";
        assertThatThrownBy(() -> Optimizers.of("Muon", Run.json(early)))
                .hasMessageContaining(
                        "rms_rate = nothing, as early versions of Muon wrote it (expected: a number, or null)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'out'", "['(']"})
    void refusesWhatIsNoListOfExpressions(String layers) {
        assertThatThrownBy(() -> Optimizers.of("Muon", Run.json("{'exclude_layers': " + layers + "}")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("(expected: a list of regular expressions)");
    }
}
