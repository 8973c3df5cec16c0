package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.data.Npz;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of real Keras 2.3.1 with what Keras 3 has no word for, written as files of Keras 3, give what that Keras computed. {@code
 * fixtures/rewritten/make.py} wrote them.
 */
class RewrittenFilesTest {
    private static final double TOLERANCE = 1e-6;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "recurrent, copy.keras",
        "recurrent, copy.h5",
        "images, copy.keras",
        "images, copy.h5",
        "sequential, copy.keras",
        "sequential, copy.h5"
    })
    void giveWhatKeras2Computed(String name, String copy) {
        Path file = folder.resolve(copy);
        try (Model model = Model.load(Fixtures.rewritten(name + ".h5"))) {
            model.save(file);
        }
        try (Model again = Model.load(file)) {
            assertThat(again.toJson().toString()).doesNotContain("keras_2_hard_sigmoid", "LocallyConnected");
            Map<String, Tensor> arrays = Npz.read(Fixtures.rewritten(name + ".npz"));
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            again.inputs().forEach(input -> inputs.put(input.name(), get(arrays, "in_" + input.name())));
            List<Tensor> outputs = List.copyOf(again.predict(inputs).values());
            assertThat(outputs).hasSize(arrays.size() - inputs.size());
            for (int i = 0; i < outputs.size(); i++) {
                InferenceFixturesTest.requireClose(outputs.get(i), get(arrays, "out_" + i), TOLERANCE);
            }
        }
    }

    @Test
    void tellWhatWasDone() {
        try (Model model = Model.load(Fixtures.rewritten("sequential.h5"))) {
            assertThat(model.save(folder.resolve("copy.keras")))
                    .containsExactly(
                            "LocallyConnected written as fixed DepthwiseConv, Reshape and EinsumDense: local",
                            "hard_sigmoid of Keras 2 written as Keras 3's by multiplying the weights before it by 1.2:"
                                    + " local/product, lstm, dense",
                            "regularizers and constraints, if trained further, act on weights that are multiplied by 1.2:"
                                    + " lstm",
                            "hard_sigmoid of Keras 2 written as Keras 3's behind a Rescaling by 1.2: hard/function",
                            "the optimizer begins anew, as what it remembered is about the weights before");
        }
    }

    @Test
    void letTheModelItselfAsItIs() {
        try (Model model = Model.load(Fixtures.rewritten("sequential.h5"))) {
            String before = model.toJson().toString();
            Tensor kernel = model.weight("dense/kernel").copy();
            model.save(folder.resolve("copy.keras"));
            assertThat(model.toJson().toString()).isEqualTo(before);
            assertThat(model.weight("dense/kernel").bytes()).isEqualTo(kernel.bytes());
            assertThat(model.optimizerState().orElseThrow().iteration().longs().get(0))
                    .isEqualTo(1);
        }
    }

    /** What the optimizer remembers is about weights that are others now; its learning rate is not. */
    @Test
    void trainOnWithAnOptimizerThatBeginsAnew() {
        Path copy = folder.resolve("copy.keras");
        try (Model model = Model.load(Fixtures.rewritten("sequential.h5"))) {
            model.optimizerState()
                    .orElseThrow()
                    .learningRate()
                    .variable()
                    .ifPresent(rate -> rate.assign(Tensor.of(rate.shape(), 0.125f)));
            model.save(copy);
        }
        try (Model again = Model.load(copy)) {
            assertThat(again.untrainable()).isEmpty();
            OptimizerState state = again.optimizerState().orElseThrow();
            assertThat(state.iteration().longs().get(0)).isZero();
            assertThat(state.learningRate().now()).isEqualTo(0.125);
            state.slots()
                    .forEach((key, slot) ->
                            assertThat(slot.toFloatArray()).as(key.toString()).containsOnly(0));
        }
    }

    /** i, f and o are multiplied, c is not. */
    @Test
    void multiplyTheGatesOnly() {
        Path copy = folder.resolve("copy.keras");
        try (Model model = Model.load(Fixtures.rewritten("sequential.h5"))) {
            model.save(copy);
            try (Model again = Model.load(copy)) {
                String path = "lstm/lstm_cell/recurrent_kernel";
                Tensor old = model.weight(path);
                Tensor now = again.weight(path);
                for (int i = 0; i < old.shape().elementCount(); i++) {
                    boolean isCandidate = i % 16 / 4 == 2;
                    assertThat(now.element(i)).isEqualTo(isCandidate ? old.element(i) : (float) (old.element(i) * 1.2));
                }
            }
        }
    }

    private static Tensor get(Map<String, Tensor> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }
}
