package dev.slipway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Recurrent;
import dev.slipway.graph.RecurrentFunction;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Three models of the fixtures as somebody who knows ONNX Runtime would write them by hand: channels first from end to end, batch
 * normalization multiplied into the kernels beforehand, weights in the order and form that operators want, matrix products
 * for attention. What a lowering of layers is compared with.
 */
final class HandWritten {
    private static final double BATCH_EPSILON = 1e-3;
    private static final double LAYER_EPSILON = 1e-6;
    private static final List<Long> STRIDES = List.of(1L, 2L, 1L, 2L, 1L, 2L, 1L, 1L, 1L, 1L, 1L, 2L, 1L);

    private final Model model;
    private final Graph graph;
    private final Ops ops;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();

    private HandWritten(Model model) {
        this.model = model;
        this.graph = new Graph(model.name());
        this.ops = new Ops(graph);
    }

    /**
     * A graph with its weights.
     *
     * @param graph the graph, with one input {@code x} and one output {@code y}
     * @param parameters its weights
     */
    record Written(Graph graph, Map<String, Tensor> parameters) {}

    private Written done(Value y) {
        graph.output("y", y);
        return new Written(graph, parameters);
    }

    private Value input() {
        Shape shape = model.inputs().get(0).shape();
        return graph.input("x", model.inputs().get(0).type(), shape);
    }

    private Value parameter(String name, Tensor content) {
        parameters.put(name, content);
        return graph.parameter(name, content.type(), content.shape());
    }

    private Value weight(String path) {
        return parameter(path, model.weight(path));
    }

    /** {@code app_mobilenet}: images of 64 by 64. */
    static Written mobilenet(Model model) {
        HandWritten hand = new HandWritten(model);
        Value x = hand.ops.transpose(hand.input(), 0, 3, 1, 2);
        x = hand.block(x, "conv1", 3, 2, false);
        for (int i = 0; i < STRIDES.size(); i++) {
            x = hand.block(x, "conv_dw_" + (i + 1), 3, STRIDES.get(i), true);
            x = hand.block(x, "conv_pw_" + (i + 1), 1, 1, false);
        }
        Value pooled = hand.ops.reduceMean(x, true, 2, 3);
        Tensor kernel = model.weight("conv_preds/kernel");
        Value classes = hand.ops.conv(
                pooled,
                hand.parameter(
                        "conv_preds/kernel",
                        transposed(kernel, false, ones(kernel.shape().size(-1)))),
                hand.weight("conv_preds/bias"),
                Window.of(List.of(1L, 1L)),
                1);
        Shape flat = Shape.of(
                List.of(x.shape().dimension(0), Dimension.of(kernel.shape().size(-1))));
        return hand.done(hand.ops.softmax(hand.ops.reshape(classes, flat), -1));
    }

    /** Convolution, with the batch normalization behind it in kernel and bias, and ReLU6. */
    private Value block(Value x, String name, long size, long stride, boolean depthwise) {
        Tensor kernel = model.weight(name + "/kernel");
        long filters = kernel.shape().size(depthwise ? 2 : 3);
        float[] scale = new float[(int) filters];
        float[] bias = new float[(int) filters];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = (float) (number(name + "_bn/gamma", i)
                    / Math.sqrt(number(name + "_bn/moving_variance", i) + BATCH_EPSILON));
            bias[i] = (float) (number(name + "_bn/beta", i) - number(name + "_bn/moving_mean", i) * scale[i]);
        }
        // Stride 2 pads behind only, as Keras's ZeroPadding2D and padding="same" do here.
        long before = stride == 1 ? (size - 1) / 2 : 0;
        long after = size == 1 ? 0 : 1;
        Window window = Window.of(List.of(size, size))
                .withStrides(List.of(stride, stride))
                .withPadding(List.of(before, before), List.of(after, after));
        Value folded = parameter(name + "/kernel", transposed(kernel, depthwise, scale));
        Value shifted = parameter(name + "/bias", Tensor.of(Shape.of(filters), bias));
        return ops.clip(ops.conv(x, folded, shifted, window, depthwise ? filters : 1), 0, 6);
    }

    private double number(String path, int index) {
        return model.weight(path).element(index);
    }

    private static float[] ones(long count) {
        float[] ones = new float[(int) count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Keras's kernel {@code [rows, columns, channels, filters]} as ONNX wants it, each filter times its scale. */
    private static Tensor transposed(Tensor kernel, boolean depthwise, float[] scale) {
        int rows = (int) kernel.shape().size(0);
        int columns = (int) kernel.shape().size(1);
        int channels = (int) kernel.shape().size(2);
        int filters = (int) kernel.shape().size(3);
        FloatBuffer from = kernel.floats();
        float[] to = new float[from.capacity()];
        for (int at = 0; at < to.length; at++) {
            int filter = at % filters;
            int channel = at / filters % channels;
            int place = at / filters / channels;
            int outer = depthwise ? channel : filter * channels + channel;
            to[outer * rows * columns + place] = from.get(at) * scale[depthwise ? channel : filter];
        }
        Shape shape = depthwise ? Shape.of(channels, 1, rows, columns) : Shape.of(filters, channels, rows, columns);
        return Tensor.of(shape, to);
    }

    /** {@code recurrent_lstm_seq1}, or any other model of one LSTM that gives all steps. */
    static Written lstm(Model model) {
        HandWritten hand = new HandWritten(model);
        String layer = model.weights().get(0).path().replace("/kernel", "");
        Value w = hand.parameter("w", gates(model.weight(layer + "/kernel")));
        Value r = hand.parameter("r", gates(model.weight(layer + "/recurrent_kernel")));
        Tensor bias = model.weight(layer + "/bias");
        long rows = bias.shape().size(0);
        float[] both = Arrays.copyOf(gates(bias.reshaped(Shape.of(1, rows))).toFloatArray(), (int) (2 * rows));
        Recurrent recurrent = Recurrent.of(
                        w,
                        r,
                        List.of(
                                RecurrentFunction.of("Sigmoid"),
                                RecurrentFunction.of("Tanh"),
                                RecurrentFunction.of("Tanh")))
                .withBias(hand.parameter("b", Tensor.of(Shape.of(1, 2 * rows), both)));
        Value steps = hand.ops.transpose(hand.input(), 1, 0, 2);
        Value all = hand.ops.lstm(steps, recurrent).get(0);
        return hand.done(hand.ops.transpose(hand.ops.squeeze(all, 1), 1, 0, 2));
    }

    /** Keras's {@code [features, 4 · units]} in the order i, f, c, o as {@code [1, 4 · units, features]} in i, o, f, c. */
    private static Tensor gates(Tensor kernel) {
        int features = (int) kernel.shape().size(0);
        int units = (int) kernel.shape().size(1) / 4;
        int[] order = {0, 3, 1, 2};
        float[] to = new float[features * 4 * units];
        for (int row = 0; row < 4 * units; row++) {
            int column = order[row / units] * units + row % units;
            for (int feature = 0; feature < features; feature++) {
                to[row * features + feature] = kernel.floats().get(feature * 4 * units + column);
            }
        }
        return Tensor.of(Shape.of(1, 4L * units, features), to);
    }

    /** {@code graphs_transformer_classifier}: two heads of four numbers, six steps. */
    static Written transformer(Model model) {
        HandWritten hand = new HandWritten(model);
        Ops ops = hand.ops;
        Value x = ops.add(ops.gather(hand.weight("embedding_6/embeddings"), hand.input(), 0), hand.positions());
        x = hand.normalized(ops.add(x, hand.attention(x)), "layer_normalization_2");
        Value wide = ops.add(ops.matMul(x, hand.weight("dense_45/kernel")), hand.weight("dense_45/bias"));
        Value root = ops.like(wide, Math.sqrt(2));
        Value gelu =
                ops.mul(ops.mul(wide, ops.add(ops.erf(ops.div(wide, root)), ops.like(wide, 1))), ops.like(wide, 0.5));
        Value narrow = ops.add(ops.matMul(gelu, hand.weight("dense_46/kernel")), hand.weight("dense_46/bias"));
        x = hand.normalized(ops.add(x, narrow), "layer_normalization_3");
        Value pooled = ops.reduceMean(x, false, 1);
        Value scores = ops.add(ops.matMul(pooled, hand.weight("dense_47/kernel")), hand.weight("dense_47/bias"));
        return hand.done(ops.softmax(scores, -1));
    }

    private Value positions() {
        JsonNode value = model.toJson().at("/config/layers/2/inbound_nodes/0/args/1/config/value");
        List<Float> numbers = new ArrayList<>();
        value.forEach(row -> row.forEach(number -> numbers.add(number.floatValue())));
        float[] flat = new float[numbers.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = numbers.get(i);
        }
        return parameter(
                "positions", Tensor.of(Shape.of(value.size(), value.get(0).size()), flat));
    }

    private Value attention(Value x) {
        String layer = "multi_head_attention_2/";
        int heads = 2;
        int length = 4;
        int width = heads * length;
        Value query = split(projected(x, layer + "query", 1 / Math.sqrt(length)), 0, 2, 1, 3);
        Value key = split(projected(x, layer + "key", 1), 0, 2, 3, 1);
        Value value = split(projected(x, layer + "value", 1), 0, 2, 1, 3);
        Value joined = ops.matMul(ops.softmax(ops.matMul(query, key), -1), value);
        Value back = ops.reshape(ops.transpose(joined, 0, 2, 1, 3), x.shape());
        Tensor output = model.weight(layer + "attention_output/kernel").reshaped(Shape.of(width, width));
        return ops.add(ops.matMul(back, parameter(layer + "output", output)), weight(layer + "attention_output/bias"));
    }

    private Value projected(Value x, String name, double factor) {
        Tensor kernel = scaled(model.weight(name + "/kernel"), factor).reshaped(Shape.of(8, 8));
        Tensor bias = scaled(model.weight(name + "/bias"), factor).reshaped(Shape.of(8));
        return ops.add(ops.matMul(x, parameter(name + "/kernel", kernel)), parameter(name + "/bias", bias));
    }

    private static Tensor scaled(Tensor tensor, double factor) {
        float[] numbers = tensor.toFloatArray();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= (float) factor;
        }
        return Tensor.of(tensor.shape(), numbers);
    }

    private Value split(Value x, int... order) {
        Shape heads =
                Shape.of(List.of(x.shape().dimension(0), x.shape().dimension(1), Dimension.of(2), Dimension.of(4)));
        return ops.transpose(ops.reshape(x, heads), order);
    }

    private Value normalized(Value x, String name) {
        Value distance = ops.sub(x, ops.reduceMean(x, true, -1));
        Value variance = ops.reduceMean(ops.pow(distance, ops.like(x, 2)), true, -1);
        Value scaled = ops.div(distance, ops.sqrt(ops.add(variance, ops.like(x, LAYER_EPSILON))));
        return ops.add(ops.mul(scaled, weight(name + "/gamma")), weight(name + "/beta"));
    }
}
