package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.OnnxWriter;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NativeTensorTest {
    @ParameterizedTest
    @EnumSource(names = "STRING", mode = EnumSource.Mode.EXCLUDE)
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

    /** All bits but the sign's, all bits, and the sign's alone: the engine is given each as a signed number. */
    @ParameterizedTest
    @EnumSource(names = {"UINT16", "UINT32", "UINT64"})
    void unsignedNumbersAreWhatTheGraphComputesWith(DataType type) {
        Graph graph = new Graph("half");
        Ops ops = new Ops(graph);
        Value x = graph.input("x", type, Shape.of(List.of(Dimension.symbol("batch"))));
        graph.output("double", ops.cast(x, DataType.DOUBLE));
        graph.output("same", x);
        long highest = -1L >>> (64 - 8 * type.byteSize());
        long[] numbers = {highest >>> 1, highest, (highest >>> 1) + 1, 0};
        Tensor fed = Tensor.zeros(type, Shape.of(numbers.length));
        for (int i = 0; i < numbers.length; i++) {
            switch (type) {
                case UINT16 -> fed.bytes().putShort(2 * i, (short) numbers[i]);
                case UINT32 -> fed.bytes().putInt(4 * i, (int) numbers[i]);
                default -> fed.bytes().putLong(8 * i, numbers[i]);
            }
        }
        try (Predictor predictor = Predictor.compile(graph, Map.of(), EngineOptions.defaults())) {
            Map<String, Tensor> results = predictor.predict(Map.of("x", fed));
            assertThat(predictor.outputs()).extracting(TensorSpec::name).containsExactly("double", "same");
            assertThat(Objects.requireNonNull(results.get("same")).bytes()).isEqualTo(fed.bytes());
            for (int i = 0; i < numbers.length; i++) {
                assertThat(Objects.requireNonNull(results.get("double")).element(i))
                        .isEqualTo(new BigInteger(Long.toUnsignedString(numbers[i])).doubleValue());
            }
        }
    }

    @Test
    void anOnnxFileOfUnsignedNumbersFindsItsWeightsOutside(@TempDir Path folder) throws IOException {
        Graph graph = new Graph("sum");
        Ops ops = new Ops(graph);
        Value x = graph.input("x", DataType.UINT64, Shape.of(2));
        Value weight = graph.parameter("weight", DataType.DOUBLE, Shape.of(2));
        graph.output("y", ops.cast(ops.add(ops.cast(x, DataType.DOUBLE), weight), DataType.UINT64));
        Path file = folder.resolve("sum.onnx");
        Files.write(file, OnnxWriter.toBytes(graph));
        Tensor weights = Tensor.of(Shape.of(2), 1.0, 2.0);
        byte[] bytes = new byte[16];
        weights.bytes().get(bytes);
        Files.write(folder.resolve("bound-at-load"), bytes);

        try (CompiledGraph opened = CompiledGraph.open(file, EngineOptions.defaults())) {
            Tensor fed = Tensor.zeros(DataType.UINT64, Shape.of(2));
            fed.bytes().putLong(0, Long.MIN_VALUE).putLong(8, 40);
            Tensor y = Objects.requireNonNull(opened.run(Map.of("x", fed)).get("y"));
            assertThat(y.type()).isEqualTo(DataType.UINT64);
            assertThat(y.bytes().getLong(0)).isEqualTo(Long.MIN_VALUE);
            assertThat(y.bytes().getLong(8)).isEqualTo(42);
        }
    }
}
