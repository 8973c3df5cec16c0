package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.ActivationLayer;
import dev.slipway.keras.layers.Add;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.Concatenate;
import dev.slipway.keras.layers.Dropout;
import dev.slipway.keras.layers.GRU;
import dev.slipway.keras.layers.GlobalAveragePooling1D;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Masking;
import dev.slipway.keras.layers.Normalization;
import dev.slipway.keras.layers.Rescaling;
import dev.slipway.keras.layers.Reshape;
import dev.slipway.keras.layers.SequenceOptions;
import dev.slipway.keras.layers.TimeDistributed;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where masks go, seen by a mean over the steps that count; the steps are 1, 0 and 5. */
class MaskTest {
    private final KerasTensor x = InputLayer.input("x", 3, 1);
    private final KerasTensor masked = Masking.of(0).apply(x);

    private static double meanOf(KerasTensor input, KerasTensor steps) {
        return valueOf(input, GlobalAveragePooling1D.of().apply(steps));
    }

    private static double valueOf(KerasTensor input, KerasTensor result) {
        try (Model model = Model.functional(List.of(input), List.of(result))) {
            return model.predict(Tensor.of(Shape.of(1, 3, 1), 1f, 0f, 5f)).element(0);
        }
    }

    @Test
    void passesThroughLayersThatKeepStepsApart() {
        assertThat(meanOf(x, x)).isEqualTo(2);
        assertThat(meanOf(x, masked)).isEqualTo(3);
        assertThat(meanOf(x, ActivationLayer.of("relu").apply(masked))).isEqualTo(3);
        assertThat(meanOf(x, Dropout.of(0.5).apply(masked))).isEqualTo(3);
        assertThat(meanOf(x, Rescaling.of(1, 1).apply(masked))).isEqualTo(4);
        Normalization halves = Normalization.of(new double[] {0}, new double[] {4});
        assertThat(meanOf(x, halves.apply(masked))).isEqualTo(1.5);
        assertThat(meanOf(x, TimeDistributed.of(Rescaling.of(1, 1)).apply(masked)))
                .isEqualTo(4);
    }

    @Test
    void endsAtOtherLayers() {
        assertThat(meanOf(x, Reshape.of(3, 1).apply(masked))).isEqualTo(2);
    }

    @Test
    void countsWhatCountsInAnyInputOfASum() {
        KerasTensor other = Masking.of(5).apply(x);
        assertThat(meanOf(x, Add.of().apply(masked, other))).isCloseTo(7 / 3.0, within(1e-6));
        assertThat(meanOf(x, Add.of().apply(masked, masked))).isEqualTo(6);
        assertThat(meanOf(x, Add.of().apply(masked, x))).isEqualTo(4);
    }

    @Test
    void isJoinedWhereTensorsAre() {
        assertThat(meanOf(x, Concatenate.of(1).apply(masked, x))).isCloseTo(2.4, within(1e-6));
        assertThat(meanOf(x, Concatenate.of(1).apply(masked, masked))).isEqualTo(3);
        assertThat(meanOf(x, Concatenate.of(-1).apply(masked, masked))).isEqualTo(3);
        assertThat(meanOf(x, Concatenate.of(-1).apply(masked, x))).isEqualTo(2);
    }

    @Test
    void goesIntoNetworksAndOutOfThem() {
        Layer passing = Network.sequential("passing", true, List.of(InputLayer.of(3, 1), Rescaling.of(1, 1)));
        Layer masking = Network.sequential("masking", true, List.of(InputLayer.of(3, 1), Masking.of(0)));
        assertThat(meanOf(x, passing.apply(masked))).isEqualTo(4);
        assertThat(meanOf(x, masking.apply(x))).isEqualTo(3);
        assertThat(meanOf(x, masking.apply(passing.apply(x)))).isEqualTo(3);
    }

    @Test
    void isGivenAsAnArgument() {
        Shape steps = Shape.of(List.of(Dimension.symbol(InputLayer.BATCH), Dimension.of(3)));
        KerasTensor mask = new InputLayer("mask", DataType.BOOL, steps).apply();
        KerasTensor mean = GlobalAveragePooling1D.of()
                .apply(CallArguments.of(List.of(x)).with("mask", mask))
                .get(0);
        try (Model model = Model.functional(List.of(x, mask), List.of(mean))) {
            Tensor first = Tensor.zeros(DataType.BOOL, Shape.of(1, 3));
            first.bytes().put(0, (byte) 1);
            Map<String, Tensor> feeds = Map.of("x", Tensor.of(Shape.of(1, 3, 1), 1f, 0f, 5f), "mask", first);
            assertThat(model.predict(feeds).values().iterator().next().element(0))
                    .isEqualTo(1);
        }
    }

    /** In Keras only a layer called with one tensor is told the mask that the tensor has. */
    @Test
    void isNotUsedWhereInitialStatesAreGiven() {
        GRU gru = GRU.of(2, SequenceOptions.lastOutput());
        KerasTensor state = GRU.of(2).apply(x);
        List<KerasTensor> results = List.of(
                stated(gru, masked, state), stated(gru, Reshape.of(3, 1).apply(masked), state), gru.apply(masked));
        try (Model model = Model.functional(List.of(x), results)) {
            Map<String, Tensor> values = model.predict(Map.of("x", Tensor.of(Shape.of(1, 3, 1), 1f, 0f, 5f)));
            List<Tensor> tensors = List.copyOf(values.values());
            assertThat(tensors.get(0).element(0)).isEqualTo(tensors.get(1).element(0));
            assertThat(tensors.get(0).element(0)).isNotEqualTo(tensors.get(2).element(0));
        }
    }

    private static KerasTensor stated(GRU gru, KerasTensor sequences, KerasTensor state) {
        return gru.apply(CallArguments.of(List.of(sequences)).with("initial_state", state))
                .get(0);
    }
}
