package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spectrograms against what PyTorch computed, by {@code conv1d} with NumPy's waves and by {@code torch.stft}. */
class SpectrogramTest {
    private static final float[] SIGNAL = {0, 1, 4, 2, -3, 5, 1, 1};

    private static Model model(String batchShape, String layer, String config) {
        String json = """
                {'class_name': 'Sequential', 'config': {'name': 'm', 'layers': [
                  {'class_name': 'InputLayer', 'config': {'name': 'x', 'batch_shape': %s}},
                  {'class_name': '%s', 'config': {'name': 'y', %s}}]}}""".formatted(batchShape, layer, config);
        try {
            ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
            return Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Numbers; of angles, whole turns do not count, as one of half a turn may be written with either sign. */
    private static void requireClose(Tensor actual, String expected, boolean areAngles) {
        String[] numbers = expected.split(", ");
        assertThat(actual.shape().elementCount()).isEqualTo(numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            double difference = actual.element(i) - Double.parseDouble(numbers[i]);
            double counted = areAngles ? Math.IEEEremainder(difference, 2 * Math.PI) : difference;
            assertThat(counted).isCloseTo(0, within(2e-5));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "real | 3.535534, -2.828427, 2.12132, -0.7071068, 2.12132, -3.535534, 4.24264, -0.7071068, -2.828427",
                "imag | 0, -0.7071068, 6.061692e-16, 0, -1.414214, -6.927648e-16, 0, -3.535534, -2.597868e-16",
                "magnitude | 3.535534, 2.915476, 2.12132, 0.7071068, 2.54951, 3.535534, 4.24264, 3.605551, 2.828427",
                "log | 1.262864, 1.070033, 0.7520387, -0.3465736, 0.9359011, 1.262864, 1.445186, 1.282475, 1.039721",
                "psd | 12.5, 17, 4.5, 0.5, 13, 12.5, 18, 26, 8",
                "angle | 0, -2.896614, 2.857509e-16, 3.141593, -0.5880026, -3.141593, 0, -1.768192, -3.141593",
                "stft | 3.535534, -2.828427, 2.12132, 0, -0.7071068, 6.061692e-16, -0.7071068, 2.12132, -3.535534, 0, -1.414214, -6.927648e-16, 4.24264, -0.7071068, -2.828427, 0, -3.535534, -2.597868e-16"
            })
    void transformsFramesOfASignal(String mode, String expected) {
        String config = "'mode': '" + mode + "', 'frame_length': 4";
        for (String shape : new String[] {"[null, 8, 1]", "[null, null, 1]"}) {
            try (Model model = model(shape, "STFTSpectrogram", config)) {
                requireClose(model.predict(Tensor.of(Shape.of(1, 8, 1), SIGNAL)), expected, mode.equals("angle"));
                try (Model again = Model.fromJson(model.toJson(), LayerRegistry.builtIn(), 0)) {
                    assertThat(again.toJson()).isEqualTo(model.toJson());
                }
            }
        }
    }

    @Test
    void channelsAreTransformedEachByItself() {
        String config = "'mode': 'real', 'frame_length': 4, 'fft_length': 6, 'padding': 'same', 'expand_dims': true";
        Tensor x = Tensor.of(Shape.of(1, 4, 2), SIGNAL);
        try (Model model = model("[null, 4, 2]", "STFTSpectrogram", config);
                Model single = model("[null, 4, 1]", "STFTSpectrogram", config)) {
            Tensor both = model.predict(x);
            Tensor second = single.predict(Tensor.of(Shape.of(1, 4, 1), 1f, 2, 5, 1));
            assertThat(both.shape()).isEqualTo(Shape.of(1, 2, 4, 2));
            for (int i = 0; i < second.shape().elementCount(); i++) {
                assertThat(both.element(2 * i + 1)).isCloseTo(second.element(i), within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "false | 0.6251609, 1.126021, 15.10798, 14.30319, 32.90358, 16.85083, 2.262335, 58.06468, 20.38186",
                "true  | 7.63912, 7.63912, 11.79206, 11.55433, 15.17243, 12.26621, 7.63912, 17.63912, 13.09244"
            })
    void sumsPowerInBandsOfTheMelScale(boolean inDecibels, String expected) {
        String config = "'fft_length': 8, 'sequence_stride': 4, 'sampling_rate': 800, 'num_mel_bins': 3, 'top_db': 10,"
                + " 'power_to_db': " + inDecibels;
        for (String shape : new String[] {"[null, 8]", "[null, null]"}) {
            try (Model model = model(shape, "MelSpectrogram", config)) {
                requireClose(model.predict(Tensor.of(Shape.of(1, 8), SIGNAL)), expected, false);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "STFTSpectrogram | 'window': 'blackman' | window = blackman (expected: hann, hamming, a list",
                "STFTSpectrogram | 'mode': 'phase' | mode = phase",
                "STFTSpectrogram | 'frame_length': 8, 'frame_step': 9 | frame_length = 8 (expected: at least frame_step 9",
                "MelSpectrogram | 'fft_length': 4, 'sequence_length': 5 | fft_length = 4 (expected: at least sequence_length 5",
                "STFTSpectrogram | 'frame_length': 16384 | frame_length = 16384 (expected: kernels of at most 16777216",
                "MelSpectrogram | 'fft_length': 8192 | fft_length = 8192 (expected: at least sequence_length 8192 and at most 4096",
                "MelSpectrogram | 'window': [1, 2] | window = 2 numbers (expected: 2048"
            })
    void refusesByName(String layer, String config, String message) {
        String shape = layer.startsWith("Mel") ? "[null, 8]" : "[null, 8, 1]";
        assertThatThrownBy(() -> model(shape, layer, config)).hasMessageContaining(message);
    }
}
