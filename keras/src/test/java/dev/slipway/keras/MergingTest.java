package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Add;
import dev.slipway.keras.layers.Average;
import dev.slipway.keras.layers.Dot;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Subtract;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the fixtures of the merging layers do not show. */
class MergingTest {
    private static Tensor merged(Layer layer, Tensor... inputs) {
        Dimension batch = Dimension.symbol(InputLayer.BATCH);
        List<KerasTensor> tensors = new ArrayList<>();
        for (Tensor input : inputs) {
            String name = "input_" + tensors.size();
            tensors.add(new InputLayer(name, input.type(), input.shape().with(0, batch)).apply());
        }
        return merged(layer, tensors, inputs);
    }

    private static Tensor merged(Layer layer, List<KerasTensor> tensors, Tensor... inputs) {
        KerasTensor output = layer.apply(tensors.toArray(KerasTensor[]::new));
        Map<String, Tensor> feeds = new HashMap<>();
        for (int i = 0; i < inputs.length; i++) {
            feeds.put("input_" + i, inputs[i]);
        }
        try (Model model = Model.functional(tensors, List.of(output))) {
            return model.predict(feeds).values().iterator().next();
        }
    }

    private static Tensor counting(long... lengths) {
        Shape shape = Shape.of(lengths);
        float[] values = new float[(int) shape.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 7 % 11) - 5;
        }
        return Tensor.of(shape, values);
    }

    @Test
    void tensorsOfALowerRankGetAxesBehindTheBatch() {
        Tensor sum = merged(Add.of(), counting(2, 2, 3), Tensor.of(Shape.of(2, 3), 0f, 10, 20, 30, 40, 50));
        assertThat(sum.shape()).isEqualTo(Shape.of(2, 2, 3));
        assertThat(sum.element(9)).isEqualTo(counting(2, 2, 3).element(9) + 30);
    }

    @Test
    void integersBesideFloatingPointNumbersBecomeSuch() {
        Tensor sum = merged(Add.of(), Tensor.of(Shape.of(1, 2), 1, 2), Tensor.of(Shape.of(1, 2), 0.5f, 0.25f));
        assertThat(sum.element(0)).isEqualTo(1.5);
    }

    @Test
    void meanOfIntegersIsNotRounded() {
        Tensor mean = merged(Average.of(), Tensor.of(Shape.of(1, 1), 1), Tensor.of(Shape.of(1, 1), 2));
        assertThat(mean.type()).isEqualTo(DataType.FLOAT);
        assertThat(mean.element(0)).isEqualTo(1.5);
    }

    @Test
    void oneTensorIsItsOwnMean() {
        assertThat(merged(Average.of(), Tensor.of(Shape.of(1, 1), 3f)).element(0))
                .isEqualTo(3);
    }

    @Test
    void refusesToSubtractThree() {
        Tensor row = counting(1, 2);
        assertThatThrownBy(() -> merged(Subtract.of(), row, row, row)).hasMessageContaining("3 inputs (expected: two)");
    }

    @Test
    void dotOfRowsIsOneNumber() {
        Tensor dot = merged(Dot.of(1, false), counting(2, 3), counting(2, 3));
        assertThat(dot.shape()).isEqualTo(Shape.of(2, 1));
        assertThat(dot.element(0)).isEqualTo(25 + 4 + 4);
    }

    @Test
    void dotSumsAnyAxesOfAnyRanks() {
        Tensor a = counting(2, 3, 4, 5);
        Tensor b = counting(2, 2, 3, 2);
        requireDot(merged(Dot.of(1, -2, false), a, b));
    }

    @Test
    void dotOfUnknownLengths() {
        Tensor a = counting(2, 3, 4, 5);
        Tensor b = counting(2, 2, 3, 2);
        List<KerasTensor> tensors = List.of(
                new InputLayer("input_0", DataType.FLOAT, unknown("a", 3)).apply(),
                new InputLayer("input_1", DataType.FLOAT, unknown("b", 3)).apply());
        requireDot(merged(Dot.of(1, -2, false), tensors, a, b));
    }

    private static Shape unknown(String name, int count) {
        List<Dimension> dimensions = new ArrayList<>(List.of(Dimension.symbol(InputLayer.BATCH)));
        for (int i = 0; i < count; i++) {
            dimensions.add(Dimension.symbol(name + i));
        }
        return Shape.of(dimensions);
    }

    /** Of [2, 3, 4, 5] along axis 1 and [2, 2, 3, 2] along axis 2. */
    private static void requireDot(Tensor actual) {
        Tensor a = counting(2, 3, 4, 5);
        Tensor b = counting(2, 2, 3, 2);
        assertThat(actual.shape()).isEqualTo(Shape.of(2, 4, 5, 2, 2));
        for (int i = 0; i < 160; i++) {
            int n = i / 80;
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                sum += a.element((n * 3 + k) * 20 + i / 4 % 20) * b.element(((n * 2 + i / 2 % 2) * 3 + k) * 2 + i % 2);
            }
            assertThat(actual.element(i)).as("element %d", i).isEqualTo(sum);
        }
    }

    @Test
    void normalizedDotIsTheCosine() {
        Tensor a = Tensor.of(Shape.of(2, 2), 3f, 4, 0, 0);
        Tensor b = Tensor.of(Shape.of(2, 2), 0f, 9, 1, 1);
        Tensor cosine = merged(Dot.of(-1, true), a, b);
        assertThat(cosine.element(0)).isCloseTo(0.8, within(1e-6));
        assertThat(cosine.element(1)).isZero();
    }

    @Test
    void refusesAxesOfDifferentLengths() {
        assertThatThrownBy(() -> merged(Dot.of(1, false), counting(1, 2), counting(1, 3)))
                .hasMessageContaining("axes of lengths 2 and 3 (expected: equal lengths)");
        assertThatThrownBy(() -> merged(Dot.of(0, false), counting(1, 2), counting(1, 2)))
                .hasMessageContaining("axis 0 of shape [batch, 2] (expected: an axis behind the batch)");
    }
}
