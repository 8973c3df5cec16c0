package dev.slipway.keras.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A convolution with kernels that are given as tensors is what the layer with such weights gives. */
class KernelOperationsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Shape IMAGES = Shape.of(2, 7, 6, 4);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Conv|Conv2D|\"strides\": 1, \"padding\": \"same\"|\"filters\": 3, \"kernel_size\": [3, 2]|3, 2, 4, 3",
                "Conv|Conv2D|\"strides\": [2, 1], \"padding\": \"valid\"|\"filters\": 6, \"kernel_size\": 2, \"groups\": 2"
                        + "|2, 2, 2, 6",
                "Conv|Conv2D|\"strides\": 1, \"padding\": \"same\", \"dilation_rate\": 2|\"filters\": 2, \"kernel_size\": 2"
                        + "|2, 2, 4, 2",
                "DepthwiseConv|DepthwiseConv2D|\"strides\": 2, \"padding\": \"same\""
                        + "|\"depth_multiplier\": 2, \"kernel_size\": 3|3, 3, 4, 2",
                "SeparableConv|SeparableConv2D|\"strides\": 1, \"padding\": \"valid\""
                        + "|\"depth_multiplier\": 2, \"filters\": 3, \"kernel_size\": 2|2, 2, 4, 2; 1, 1, 8, 3",
                "ConvTranspose|Conv2DTranspose|\"strides\": 2, \"padding\": \"valid\""
                        + "|\"filters\": 3, \"kernel_size\": 3|3, 3, 3, 4",
            })
    void convolvesAsTheLayerDoes(String operation, String layer, String shared, String own, String kernels)
            throws JsonProcessingException {
        List<Tensor> weights = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(3);
        ArrayNode args = JSON.createArrayNode();
        args.add(JSON.readTree(
                "{\"class_name\": \"__keras_tensor__\", \"config\": {\"keras_history\": [\"x\", 0, 0]}}"));
        for (String lengths : kernels.split(";")) {
            Shape shape = Shape.of(List.of(lengths.trim().split(", ")).stream()
                    .mapToLong(Long::parseLong)
                    .toArray());
            Tensor kernel = numbers(shape, random);
            weights.add(kernel);
            args.add(constant(kernel));
        }
        String kept = own.contains("\"filters\"") || own.contains("depth") ? ", " + own : "";
        try (Model found = model("keras.src.ops.nn", operation, "{%s}".formatted(shared), args);
                Model expected = model(
                        "keras.layers",
                        layer,
                        "{%s%s, \"use_bias\": false}".formatted(shared, kept),
                        JSON.createArrayNode().add(args.get(0)))) {
            for (int i = 0; i < weights.size(); i++) {
                expected.assign(expected.weights().get(i).path(), weights.get(i));
            }
            Tensor images = numbers(IMAGES, random);
            Tensor result = found.predict(images);
            assertThat(result.shape()).isEqualTo(expected.predict(images).shape());
            assertThat(result.toFloatArray()).isEqualTo(expected.predict(images).toFloatArray());
        }
    }

    private static Tensor numbers(Shape shape, SplittableRandom random) {
        float[] numbers = new float[Math.toIntExact(shape.elementCount())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextInt(-8, 9);
        }
        return Tensor.of(shape, numbers);
    }

    /** An array as Keras serializes it: nested lists. */
    private static ObjectNode constant(Tensor tensor) {
        ObjectNode constant = JSON.createObjectNode().put("class_name", "__numpy__");
        ObjectNode config = constant.putObject("config").put("dtype", "float32");
        config.set("value", nested(tensor, 0, 0, tensor.toFloatArray().length));
        return constant;
    }

    private static ArrayNode nested(Tensor tensor, int axis, int from, int to) {
        ArrayNode list = JSON.createArrayNode();
        int count = Math.toIntExact(tensor.shape().size(axis));
        int step = (to - from) / count;
        for (int i = 0; i < count; i++) {
            if (axis == tensor.shape().rank() - 1) {
                list.add(tensor.element(from + i));
            } else {
                list.add(nested(tensor, axis + 1, from + i * step, from + (i + 1) * step));
            }
        }
        return list;
    }

    private static Model model(String module, String className, String config, ArrayNode args)
            throws JsonProcessingException {
        ObjectNode architecture = (ObjectNode) JSON.readTree("""
                {"class_name": "Functional", "config": {"name": "m", "input_layers": [["x", 0, 0]],
                 "output_layers": [["y", 0, 0]], "layers": [
                 {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                  "config": {"name": "x", "batch_shape": [null, 7, 6, 4], "dtype": "float32"}},
                 {"module": "%s", "class_name": "%s", "name": "y", "config": %s,
                  "inbound_nodes": [{"args": %s, "kwargs": {}}]}]}}""".formatted(module, className, config, args));
        architecture.withObject("/config/layers/1/config").put("name", "y");
        return Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
    }
}
