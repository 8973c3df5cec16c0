package dev.slipway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.io.Format;
import dev.slipway.cli.io.OutputData;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.json.PredictRequest.Form;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results without a sign, which models of other frameworks may give, are written over their whole range. */
final class UnsignedOutputTest {
    @ParameterizedTest
    @CsvSource({"UINT16, 65535", "UINT32, 4294967295", "UINT64, 18446744073709551615"})
    void endsWithTheHighestNumber(DataType type, String highest) {
        Shape shape = Shape.of(1, 1);
        Tensor result = Tensor.zeros(type, shape);
        for (int i = 0; i < type.byteSize(); i++) {
            result.bytes().put(i, (byte) -1);
        }
        List<TensorSpec> outputs = List.of(new TensorSpec("y", type, shape));

        assertThat(OutputData.encode(Map.of("y", result), outputs, Form.ROWS, Format.CSV))
                .asString(UTF_8)
                .isEqualTo("y\r\n" + highest + "\r\n");
        assertThat(OutputData.encode(Map.of("y", result), outputs, Form.ROWS, Format.JSON))
                .asString(UTF_8)
                .contains(highest);
    }
}
