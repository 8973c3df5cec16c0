package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Inputs of types that the protocols have and the engine's Java interface has not: refused by name when the model is loaded. */
final class UnsignedInputsTest {
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"UINT16", "UINT32", "UINT64"})
    void endTheLoadOfTheirModel(DataType type) {
        Shape rows = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(1)));

        assertThatThrownBy(() -> Models.model(
                        "m",
                        graph -> graph.output(
                                "y", new Ops(graph).cast(graph.input("count", type, rows), DataType.FLOAT))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "input 'count': " + type
                                + " (expected: a type that the engine's Java interface takes, such as INT64; cast it in the model)");
    }
}
