package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NativeTensorTest {
    @ParameterizedTest
    @EnumSource(
            names = {"UINT16", "UINT32", "UINT64", "STRING"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyTypeGoesInAndComesOut(DataType type) {
        Graph graph = new Graph("identity");
        graph.output("y", new Ops(graph).identity(graph.input("x", type, Shape.of(2))));
        Tensor x = Tensor.zeros(type, Shape.of(2));
        x.bytes().put(0, (byte) 1).put(x.bytes().limit() - 1, (byte) 1);
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults())) {
            assertThat(compiled.inputs()).containsExactly(new TensorSpec("x", type, Shape.of(2)));
            assertThat(compiled.outputs()).containsExactly(new TensorSpec("y", type, Shape.of(2)));
            Tensor y = Objects.requireNonNull(compiled.run(Map.of("x", x)).get("y"));
            assertThat(y.type()).isEqualTo(type);
            assertThat(y.bytes()).isEqualTo(x.bytes());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT16", "UINT32", "UINT64"})
    void refusesTypesThatTheEngineTakesFromNoJavaProgram(DataType type) {
        Graph graph = new Graph("cast");
        graph.output("y", new Ops(graph).cast(graph.input("x", type, Shape.of(2)), DataType.FLOAT));
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults())) {
            assertThat(compiled.inputs()).containsExactly(new TensorSpec("x", type, Shape.of(2)));
            Tensor x = Tensor.zeros(type, Shape.of(2));
            assertThatThrownBy(() -> compiled.run(Map.of("x", x)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("tensor of " + type
                            + " (expected: a type that the engine's Java interface takes; cast it in the graph)");
        }
    }
}
