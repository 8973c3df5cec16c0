package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.AdditiveAttention;
import dev.slipway.keras.layers.Attention;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.EinsumDense;
import dev.slipway.keras.layers.GroupQueryAttention;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.MultiHeadAttention;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What attention does with masks, scores and axes, where no fixture says it: by what must be the same. */
class AttentionTest {
    private static final int FEATURES = 8;

    static Stream<Layer> layers() throws IOException {
        return Stream.of(
                MultiHeadAttention.of(2, 3),
                GroupQueryAttention.of(3, 4, 2),
                Attention.of(),
                AdditiveAttention.of(),
                read("Attention", "{\"use_scale\": true, \"score_mode\": \"concat\"}"),
                read(
                        "MultiHeadAttention",
                        "{\"num_heads\": 2, \"key_dim\": 3, \"value_dim\": 5, \"dropout\": 0.3,"
                                + " \"output_shape\": 7, \"use_bias\": false, \"seed\": 4}"));
    }

    private static Layer read(String className, String config) throws IOException {
        return LayerRegistry.builtIn().read(className, (ObjectNode) new ObjectMapper().readTree(config), inner -> {
            throw new IllegalArgumentException("no layer inside");
        });
    }

    private static KerasTensor input(String name, DataType type, long... lengths) {
        return new InputLayer(name, type, Shape.of(lengths).prepend(Dimension.symbol(InputLayer.BATCH))).apply();
    }

    private static KerasTensor open(String name) {
        Shape shape = Shape.of(
                List.of(Dimension.symbol(InputLayer.BATCH), Dimension.symbol(name + "_time"), Dimension.of(FEATURES)));
        return new InputLayer(name, DataType.FLOAT, shape).apply();
    }

    private static Tensor random(int seed, long... lengths) {
        Random random = new Random(seed);
        Shape shape = Shape.of(lengths);
        float[] numbers = new float[(int) shape.elementCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() * 2 - 1;
        }
        return Tensor.of(shape, numbers);
    }

    private static CallArguments<KerasTensor> arguments(Layer layer, KerasTensor query, KerasTensor value) {
        List<KerasTensor> both = List.of(query, value);
        return layer.takesList() ? CallArguments.ofList(both) : CallArguments.of(both);
    }

    private static List<Tensor> predict(Model model, Tensor... inputs) {
        java.util.Map<String, Tensor> named = new java.util.HashMap<>();
        for (int i = 0; i < inputs.length; i++) {
            named.put(model.inputs().get(i).name(), inputs[i]);
        }
        return List.copyOf(model.predict(named).values());
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(2e-6f));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aMaskedPlaceIsAsIfItWereNotThere(Layer layer) {
        KerasTensor query = open("query");
        KerasTensor value = open("value");
        KerasTensor mask = input("mask", DataType.INT32, 4);
        Tensor q = random(1, 2, 3, FEATURES);
        Tensor v = random(2, 2, 4, FEATURES);
        CallArguments<KerasTensor> call = arguments(layer, query, value);
        CallArguments<KerasTensor> masked = layer.takesList()
                ? call.with(
                        "mask",
                        new CallArguments.Items<>(List.of(
                                new CallArguments.Plain<>(com.fasterxml.jackson.databind.node.NullNode.getInstance()),
                                new CallArguments.Tensor<>(mask))))
                : call.with("value_mask", mask);
        try (Model plain = Model.functional(List.of(query, value), layer.apply(call));
                Model model = Model.functional(List.of(query, value, mask), layer.apply(masked))) {
            plain.weights()
                    .forEach(weight -> assertThat(model.weight(weight.path()).bytes())
                            .isEqualTo(plain.weight(weight.path()).bytes()));
            Tensor kept = Tensor.of(Shape.of(2, 4), 1, 1, 1, 0, 1, 1, 1, 0);
            Tensor cut = cut(v, 3);
            assertClose(
                    predict(model, q, v, kept).get(0).toFloatArray(),
                    predict(plain, q, cut).get(0).toFloatArray());
        }
    }

    /** The first places of each row. */
    private static Tensor cut(Tensor x, int places) {
        long rows = x.shape().size(0);
        long length = x.shape().size(1);
        float[] from = x.toFloatArray();
        float[] into = new float[(int) rows * places * FEATURES];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(from, (int) (row * length * FEATURES), into, row * places * FEATURES, places * FEATURES);
        }
        return Tensor.of(Shape.of(rows, places, FEATURES), into);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void withACausalMaskAPlaceDoesNotSeeLaterOnes(Layer layer) {
        KerasTensor x = open("x");
        CallArguments<KerasTensor> call =
                arguments(layer, x, x).with("use_causal_mask", true).with("return_attention_scores", true);
        try (Model model = Model.functional(List.of(x), layer.apply(call))) {
            Tensor whole = random(3, 1, 5, FEATURES);
            List<Tensor> results = predict(model, whole);
            Tensor head = predict(model, cut(whole, 2)).get(0);
            float[] expected = head.toFloatArray();
            float[] actual = new float[expected.length];
            System.arraycopy(results.get(0).toFloatArray(), 0, actual, 0, actual.length);
            assertClose(actual, expected);
            assertThat(results).hasSize(2);
            float[] scores = results.get(1).toFloatArray();
            for (int row = 0; row < scores.length / 5; row++) {
                float sum = 0;
                for (int i = 0; i < 5; i++) {
                    sum += scores[5 * row + i];
                    assertThat(scores[5 * row + i] != 0).isEqualTo(i <= row % 5);
                }
                assertThat(sum).isCloseTo(1, within(1e-6f));
            }
            ObjectNode written = model.toJson();
            try (Model again = Model.fromJson(written, LayerRegistry.builtIn(), 0)) {
                assertThat(again.toJson()).isEqualTo(written);
                assertThat(again.outputs()).hasSize(2);
            }
        }
    }

    @Test
    void attendsAlongTwoAxesAsAlongOneOfAllPlaces() throws IOException {
        KerasTensor plane = input("plane", DataType.FLOAT, 2, 3, FEATURES);
        KerasTensor line = input("line", DataType.FLOAT, 6, FEATURES);
        Layer two = read("MultiHeadAttention", "{\"num_heads\": 2, \"key_dim\": 3, \"attention_axes\": [1, -2]}");
        Layer one = MultiHeadAttention.of(2, 3);
        try (Model model = Model.functional(List.of(plane), two.apply(arguments(two, plane, plane)));
                Model flat = Model.functional(List.of(line), one.apply(arguments(one, line, line)))) {
            Tensor x = random(4, 2, 6, FEATURES);
            float[] expected = predict(flat, x).get(0).toFloatArray();
            assertClose(
                    predict(model, Tensor.of(Shape.of(2, 2, 3, FEATURES), x.toFloatArray()))
                            .get(0)
                            .toFloatArray(),
                    expected);
        }
    }

    @Test
    void attendsAlongOneOfTwoAxesRowByRow() throws IOException {
        KerasTensor plane = input("plane", DataType.FLOAT, 2, 3, FEATURES);
        KerasTensor line = input("line", DataType.FLOAT, 3, FEATURES);
        Layer two = read("MultiHeadAttention", "{\"num_heads\": 2, \"key_dim\": 3, \"attention_axes\": 2}");
        Layer one = MultiHeadAttention.of(2, 3);
        try (Model model = Model.functional(List.of(plane), two.apply(arguments(two, plane, plane)));
                Model flat = Model.functional(List.of(line), one.apply(arguments(one, line, line)))) {
            Tensor x = random(4, 4, 3, FEATURES);
            assertClose(
                    predict(model, Tensor.of(Shape.of(2, 2, 3, FEATURES), x.toFloatArray()))
                            .get(0)
                            .toFloatArray(),
                    predict(flat, x).get(0).toFloatArray());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ab,bc->ac|c|4|3|[3, 4]|[4]|[batch, 4]",
                "abc,cd->abd|d|-1,4|5,3|[3, 4]|[4]|[batch, 5, 4]",
                "abc,cde->abde|de|-1,2,4|5,3|[3, 2, 4]|[2, 4]|[batch, 5, 2, 4]",
                "abc,cde->abde|d|-1,2,4|5,3|[3, 2, 4]|[2, 1]|[batch, 5, 2, 4]",
                "abc,bcd->abd|b|-1,4|5,3|[5, 3, 4]|[5, 1]|[batch, 5, 4]",
                "...x,xy->...y|y|4|5,3|[3, 4]|[4]|[batch, 5, 4]",
                "...bc,cd->...bd|b|-1,4|2,5,3|[3, 4]|[5, 1]|[batch, 2, 5, 4]",
                "ab...,bc->ac...|c|4|3,5|[3, 4]|[4, 1]|[batch, 4, 5]",
            })
    void einsumDenseFindsTheShapesOfItsWeights(
            String equation,
            String biasAxes,
            String outputShape,
            String inputShape,
            String kernel,
            String bias,
            String result) {
        EinsumDense layer = EinsumDense.of(equation, biasAxes, longs(outputShape));
        KerasTensor x = InputLayer.input("x", longs(inputShape));
        List<Weight> weights = Weight.of("", layer, List.of(x.shape()));
        assertThat(weights.get(0).spec().shape().toString()).isEqualTo(kernel);
        assertThat(weights.get(1).spec().shape().toString()).isEqualTo(bias);
        assertThat(layer.apply(x).shape().toString()).isEqualTo(result);
    }

    private static long[] longs(String list) {
        return Stream.of(list.split(",")).mapToLong(Long::parseLong).toArray();
    }

    @Test
    void refusesWhatDoesNotFit() {
        KerasTensor x = InputLayer.input("x", 5, FEATURES);
        KerasTensor flat = InputLayer.input("flat", FEATURES);
        assertThatThrownBy(() -> EinsumDense.of("ab->ab", "", 3)).hasMessageContaining("equation 'ab->ab' (expected:");
        assertThatThrownBy(() -> EinsumDense.of("ab,bc->ac", "z", 3).apply(flat))
                .hasMessageContaining("bias_axes 'z' (expected: letters of the output 'ac')");
        assertThatThrownBy(() -> EinsumDense.of("ab,bc->ac", "c", 3, 4).apply(flat))
                .hasMessageContaining("output_shape of 2 lengths (expected: 1");
        assertThatThrownBy(() -> EinsumDense.of("ab,bc->ac", "c", 3).apply(x))
                .hasMessageContaining("input of shape [batch, 5, 8] (expected: axes as in the equation");
        assertThatThrownBy(() -> MultiHeadAttention.of(2, 3).apply(x))
                .hasMessageContaining("query, value and maybe key");
        assertThatThrownBy(() -> Attention.of().apply(x)).hasMessageContaining("query, value and maybe key");
        assertThatThrownBy(() -> GroupQueryAttention.of(3, 4, 3)).hasMessageContaining("a multiple of key-value heads");
        assertThatThrownBy(
                        () -> read("MultiHeadAttention", "{\"num_heads\": 2, \"key_dim\": 3, \"attention_axes\": [2]}")
                                .apply(x, x))
                .hasMessageContaining("attention_axes [2] (expected: different axes from 1 to 1)");
    }
}
