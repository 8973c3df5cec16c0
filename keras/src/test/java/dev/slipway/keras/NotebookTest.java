package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.keras.models.Model;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The notebook's model as real Keras trained and saved it. */
class NotebookTest {
    /** One product and one sum in float32 are each rounded once: at most 2^-23 of the larger term together. */
    private static final double RELATIVE = 1e-6;

    @ParameterizedTest
    @ValueSource(strings = {"final.h5", "final.keras"})
    void predictsKernelTimesInputPlusBias(String name) {
        Path folder = Fixtures.all("training").stream()
                .filter(path -> path.endsWith("notebook"))
                .findFirst()
                .orElseThrow();
        try (Model model = Model.load(folder.resolve(name))) {
            double kernel = model.weight(model.weights().get(0).path()).element(0);
            double bias = model.weight(model.weights().get(1).path()).element(0);
            for (float x : new float[] {10, -1, 0, 0.5f, 1e3f, 1e-3f}) {
                double expected = kernel * x + bias;

                assertThat((double) model.predict(new float[][] {{x}})[0][0])
                        .isCloseTo(expected, within(RELATIVE * Math.abs(expected)));
            }
            assertThat(model.predict(new float[][] {{10}})[0][0]).isCloseTo(31, within(0.01f));
        }
    }
}
