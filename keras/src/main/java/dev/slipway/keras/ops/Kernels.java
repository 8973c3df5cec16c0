package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What layers do with weights of theirs, done with tensors: convolutions and the normalization of batches.
 *
 * <p>Source: {@code keras.ops.nn}: {@code conv}, {@code depthwise_conv}, {@code separable_conv}, {@code conv_transpose},
 * {@code batch_normalization}.
 */
final class Kernels {
    private static final List<String> KERNEL = List.of("inputs", "kernel");

    private Kernels() {}

    static void addTo(Definitions all) {
        all.from("nn");
        all.add("Conv", convolution("Conv%dD", KERNEL));
        all.add("DepthwiseConv", convolution("DepthwiseConv%dD", KERNEL));
        all.add(
                "SeparableConv",
                convolution("SeparableConv%dD", List.of("inputs", "depthwise_kernel", "pointwise_kernel")));
        all.add("ConvTranspose", convolution("Conv%dDTranspose", KERNEL));
        all.add(
                "BatchNorm",
                Definition.configured(List.of("x", "mean", "variance", "offset", "scale"), Kernels::normalization));
    }

    private static Definition convolution(String className, List<String> parameters) {
        return Definition.configured(parameters, config -> {
            ObjectNode kept =
                    Layered.kept(config, "strides", "padding", "output_padding", "data_format", "dilation_rate");
            boolean isFirst = config.text("data_format", "channels_last").equals("channels_first");
            return call -> {
                Value x = call.tensor("inputs");
                Map<String, Value> weights = new HashMap<>();
                parameters.stream().skip(1).forEach(name -> weights.put(name, call.tensor(name)));
                Value kernel = call.tensor(parameters.get(1));
                if (!kernel.shape().isKnown()
                        || kernel.shape().rank() != x.shape().rank()) {
                    throw call.refused(
                            parameters.get(1), kernel.shape() + " for " + x.shape(), "a kernel of a known shape");
                }
                ObjectNode layer = kept.deepCopy().put("use_bias", false);
                int spatial = x.shape().rank() - 2;
                for (int i = 0; i < spatial; i++) {
                    layer.withArrayProperty("kernel_size").add(kernel.shape().size(i));
                }
                long channels = x.shape().size(isFirst ? 1 : -1);
                filters(layer, className, kernel.shape(), channels);
                if (weights.containsKey("pointwise_kernel")) {
                    layer.put(
                            "filters",
                            Objects.requireNonNull(weights.get("pointwise_kernel"))
                                    .shape()
                                    .size(-1));
                }
                return call.through(Layered.layer(className.formatted(spatial), layer), x, weights);
            };
        });
    }

    private static void filters(ObjectNode layer, String className, Shape kernel, long channels) {
        if (className.startsWith("Conv%dDT")) {
            layer.put("filters", kernel.size(-2));
        } else if (className.startsWith("Conv")) {
            layer.put("filters", kernel.size(-1)).put("groups", channels / kernel.size(-2));
        } else {
            layer.put("depth_multiplier", kernel.size(-1));
        }
    }

    /** {@code (x − mean) / sqrt(variance + ε) · scale + offset}. */
    private static Definition.Function normalization(Config config) {
        int axis = config.integer("axis");
        double epsilon = config.number("epsilon", 1e-3);
        return call -> {
            Ops ops = call.ops();
            Value x = call.floating("x");
            long[] lengths = new long[x.shape().rank()];
            Arrays.fill(lengths, 1);
            lengths[x.shape().axis(axis)] = x.shape().size(axis);
            Shape shape = Shape.of(lengths);
            Value mean = row(call, "mean", x, shape);
            Value variance = row(call, "variance", x, shape);
            Value deviation = ops.sqrt(ops.add(variance, ops.like(x, epsilon)));
            Value result = ops.div(ops.sub(x, mean), deviation);
            if (call.find("scale").isPresent()) {
                result = ops.mul(result, row(call, "scale", x, shape));
            }
            return call.find("offset").isPresent() ? ops.add(result, row(call, "offset", x, shape)) : result;
        };
    }

    private static Value row(OperationCall call, String name, Value x, Shape shape) {
        return call.ops().cast(call.ops().reshape(call.tensor(name), shape), x.type());
    }
}
