package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A layer may be called as a value inside the graph, an input or a weight is: its result still comes out right. */
class OutputNamesTest {
    private static final String MODEL = """
            {"class_name": "Functional", "keras_version": "2.11.0", "config": {"name": "m",
              "input_layers": [["x", 0, 0]], "output_layers": [["x", 0, 0], ["OUT", 0, 0], ["b", 0, 0]], "layers": [
              {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
               "config": {"name": "x", "batch_input_shape": [null, 1], "dtype": "float32"}},
              {"class_name": "LeakyReLU", "name": "OUT", "inbound_nodes": [[["x", 0, 0, {}]]],
               "config": {"name": "OUT", "trainable": true, "dtype": "float32", "alpha": 0.5}},
              {"class_name": "Dense", "name": "b", "inbound_nodes": [[["OUT", 0, 0, {}]]],
               "config": {"name": "b", "trainable": true, "dtype": "float32", "units": 1, "activation": "elu",
                 "kernel_initializer": {"class_name": "Ones", "config": {}}}}]}}
            """;
    private static final Tensor X = Tensor.of(Shape.of(2, 1), new float[] {-2, 3});

    @TempDir
    Path folder = Path.of("");

    private static Model model(String output) throws IOException {
        JsonNode json = new ObjectMapper().readTree(MODEL.replace("OUT", output));
        return Model.fromJson((ObjectNode) json, LayerRegistry.builtIn(), 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant", "constant_1", "b/kernel", "b/MatMul:0", "x_output", "out/Where:0", "output:b"})
    void aLayerMayHaveAnyName(String output) throws IOException {
        try (Model model = model(output)) {
            requireRightResults(model.predict(Map.of("x", X)));
            Path onnx = Files.write(folder.resolve("m.onnx"), model.toOnnx());
            try (CompiledGraph exported = CompiledGraph.open(onnx, EngineOptions.defaults())) {
                requireRightResults(exported.run(Map.of("x", X)));
            }
        }
    }

    private static void requireRightResults(Map<String, Tensor> results) {
        assertThat(results.values())
                .extracting(Tensor::toFloatArray)
                .containsExactly(new float[] {-2, 3}, new float[] {-1, 3}, new float[] {(float) Math.expm1(-1), 3});
    }
}
