package dev.slipway.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PredictRequestReaderTest {
    /** The first is just below the middle of two floats, and its nearest double is that middle. */
    @ParameterizedTest
    @ValueSource(strings = {"1.00000017881393432617187499", "0.1", "16777217", "1e-45", "-0.0", "3.4028235e38"})
    void roundsToTheNearestFloatOnce(String text) {
        Shape shape = Shape.of(List.of(Dimension.symbol("batch")));
        PredictRequestReader reader = new PredictRequestReader(List.of(new TensorSpec("x", DataType.FLOAT, shape)));

        PredictRequest request = reader.read(("{\"instances\":[" + text + "]}").getBytes(StandardCharsets.UTF_8));

        assertThat(request.contents()
                        .get(0)
                        .bytes()
                        .order(ByteOrder.nativeOrder())
                        .getFloat())
                .isEqualTo(Float.parseFloat(text));
    }

    /** The bits are numpy's and torch's. */
    @ParameterizedTest
    @CsvSource({"FLOAT16, 0.1, 2e66", "FLOAT16, -65504, fbff", "BFLOAT16, 0.1, 3dcd", "BFLOAT16, 3, 4040"})
    void takesNumbersOfSixteenBits(DataType type, String text, String bits) {
        PredictRequest request = read(type, text);

        short found =
                request.contents().get(0).bytes().order(ByteOrder.nativeOrder()).getShort();
        assertThat(String.format("%04x", found)).isEqualTo(bits);
    }

    @Test
    void refusesWhatHalfPrecisionHasNoNumberFor() {
        assertThatThrownBy(() -> read(DataType.FLOAT16, "65520"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("float16");
    }

    private static PredictRequest read(DataType type, String text) {
        Shape shape = Shape.of(List.of(Dimension.symbol("batch")));
        PredictRequestReader reader = new PredictRequestReader(List.of(new TensorSpec("x", type, shape)));
        return reader.read(("{\"instances\":[" + text + "]}").getBytes(StandardCharsets.UTF_8));
    }
}
