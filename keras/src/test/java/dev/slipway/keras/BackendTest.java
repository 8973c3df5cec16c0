package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.KerasVersion;
import dev.slipway.keras.config.Origin;
import dev.slipway.keras.layers.AveragePooling1D;
import dev.slipway.keras.layers.Conv1D;
import dev.slipway.keras.layers.Conv1DTranspose;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where Keras's backends differ, a file means what its backend computed. Numbers by hand: the kernel 1, 2, 3 spread two
 * places apart gives 1 2 3 0 0, of which TensorFlow drops the last and PyTorch the first; a window of two over 1, 3, 5 has
 * one place beside the end, which TensorFlow does not count and PyTorch fills with the end.
 */
class BackendTest {
    @TempDir
    Path folder = Path.of("");

    private static Network spreading() {
        Conv1DTranspose layer =
                Conv1DTranspose.builder(1, 3).strides(2).padding("same").build();
        return Network.sequential("spreading", true, List.of(InputLayer.of(2, 1), layer));
    }

    /** As Keras computed before 3.15. */
    private static Model spreading(Backend backend) {
        return spreading(backend, "3.14.1");
    }

    private static Model spreading(Backend backend, String version) {
        Model model = Model.of(spreading().from(new Origin(backend, KerasVersion.of(version))), 0);
        model.assign(model.weights().get(0).path(), Tensor.of(Shape.of(3, 1, 1), 1f, 2, 3));
        return model;
    }

    private static float[] spread(Model model) {
        Tensor x = Tensor.of(Shape.of(1, 2, 1), 1f, 0);
        return model.predict(x).toFloatArray();
    }

    @Test
    void transposedConvolutionsAreCutAsTheBackendDoes() {
        try (Model torch = spreading(Backend.TORCH);
                Model tensorflow = spreading(Backend.TENSORFLOW);
                Model theano = spreading(Backend.THEANO)) {
            assertThat(spread(torch)).containsExactly(2, 3, 0, 0);
            assertThat(spread(tensorflow)).containsExactly(1, 2, 3, 0);
            assertThat(spread(theano)).containsExactly(2, 3, 0, 0);
        }
    }

    @Test
    void transposedConvolutionsAreTheSameEverywhereSinceKeras315() {
        try (Model torch = spreading(Backend.TORCH, "3.15.0");
                Model tensorflow = spreading(Backend.TENSORFLOW, "3.15.0")) {
            assertThat(spread(torch)).containsExactly(1, 2, 3, 0);
            assertThat(spread(tensorflow)).containsExactly(1, 2, 3, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2.15.0, false, false, true, 3.9.2",
        "3.0.5, false, false, false, 3.0.5",
        "3.9.2, false, false, false, 3.9.2",
        "3.10.0, true, false, false, 3.10.0",
        "3.14.1, true, false, true, 3.14.1",
        "3.15.0, true, true, true, 3.15.0",
        "4.0.0.dev1, true, true, true, 4.0.0.dev1",
        "'', false, false, false, 3.9.2"
    })
    void versionsComputeOtherNumbers(String text, boolean hides, boolean spreads, boolean masks, String written) {
        KerasVersion version = KerasVersion.of(text);
        assertThat(version.hidesWholeAxes()).isEqualTo(hides);
        assertThat(version.spreadsAlikeEverywhere()).isEqualTo(spreads);
        assertThat(version.masksMetrics()).isEqualTo(masks);
        assertThat(version.inKeras3()).isEqualTo(written);
    }

    @Test
    void averagesCountPaddingAsTheBackendDoes() {
        AveragePooling1D layer =
                AveragePooling1D.builder(2).strides(1).padding("same").build();
        Network network = Network.sequential("pooling", true, List.of(InputLayer.of(3, 1), layer));
        Tensor x = Tensor.of(Shape.of(1, 3, 1), 1f, 3, 5);
        for (Backend backend : List.of(Backend.TENSORFLOW, Backend.TORCH)) {
            try (Model model = Model.of(network.on(backend), 0)) {
                assertThat(model.predict(x).toFloatArray()).containsExactly(2, 4, 5);
            }
        }
        try (Model theano = Model.of(network.on(Backend.THEANO), 0)) {
            assertThat(theano.predict(x).toFloatArray()).containsExactly(1, 2, 4);
        }
        Tensor two = Tensor.of(Shape.of(1, 2, 1), 1f, 3);
        AveragePooling1D wide =
                AveragePooling1D.builder(4).strides(1).padding("same").build();
        Network over = Network.sequential("pooling", true, List.of(InputLayer.of(2, 1), wide));
        try (Model torch = Model.of(over.on(Backend.TORCH), 0);
                Model tensorflow = Model.of(over.on(Backend.TENSORFLOW), 0)) {
            assertThat(torch.predict(two).toFloatArray()).containsExactly(2, 2.5f);
            assertThat(tensorflow.predict(two).toFloatArray()).containsExactly(2, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.keras", "model.h5"})
    void filesKeepTheBackend(String name) {
        Path file = folder.resolve(name);
        for (Backend backend : List.of(Backend.TENSORFLOW, Backend.TORCH)) {
            try (Model model = spreading(backend)) {
                model.save(file);
                float[] expected = spread(model);
                try (Model loaded = Model.load(file)) {
                    assertThat(loaded.network().backend()).isEqualTo(backend);
                    assertThat(spread(loaded)).containsExactly(expected);
                }
            }
        }
    }

    /** No Keras 3 runs on Theano, so that a file of it cannot say how that padded. */
    @ParameterizedTest
    @ValueSource(strings = {"model.keras", "model.h5"})
    void filesDoNotHoldWhatTheanoPadded(String name) {
        Path file = folder.resolve(name);
        try (Model model = spreading(Backend.THEANO)) {
            assertThatThrownBy(() -> model.save(file))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("(Conv1DTranspose): padded as Keras 2 did on Theano");
        }
        Network plain = Network.sequential("plain", true, List.of(InputLayer.of(2, 1), Conv1D.of(1, 2)));
        try (Model model = Model.of(plain.on(Backend.THEANO), 0)) {
            model.save(file);
            try (Model loaded = Model.load(file)) {
                assertThat(loaded.network().backend()).isEqualTo(Backend.TENSORFLOW);
            }
        }
    }

    @Test
    void olderKerasNeverComputedAsPyTorchDoes() {
        try (Model model = spreading(Backend.TORCH)) {
            ObjectNode json = model.toJson();
            assertThat(backendOf(json)).isEqualTo(Backend.TORCH);
            json.put("backend", "jax");
            assertThat(backendOf(json)).isEqualTo(Backend.TENSORFLOW);
            json.put("keras_version", "2.2.4");
            assertThat(backendOf(json)).isEqualTo(Backend.TENSORFLOW);
            json.put("backend", "theano");
            assertThat(backendOf(json)).isEqualTo(Backend.THEANO);
        }
    }

    /** PyTorch's optimizers are classes of their own there, so that a compiled model tells. */
    @Test
    void compiledModelsTell() {
        ObjectNode compiled = spreading().toJson("spreading");
        compiled.putObject("compile_config").putObject("optimizer").put("module", "keras.optimizers");
        assertThat(backendOf(compiled)).isEqualTo(Backend.TENSORFLOW);
        compiled.putObject("compile_config")
                .putObject("optimizer")
                .put("module", "keras.src.backend.torch.optimizers.torch_adam");
        assertThat(backendOf(compiled)).isEqualTo(Backend.TORCH);
    }

    private static Backend backendOf(ObjectNode json) {
        try (Model model = Model.fromJson(json, LayerRegistry.builtIn(), 0)) {
            return model.network().backend();
        }
    }
}
