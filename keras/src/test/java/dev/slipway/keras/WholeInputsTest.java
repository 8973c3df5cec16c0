package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.keras.layers.Conv1D;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers with kernels take whole numbers for the floating-point numbers that their kernels are of, as in Keras. */
class WholeInputsTest {
    static Stream<Layer> layers() {
        return Stream.of(Dense.of(3), Conv1D.of(2, 2));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void countAsFloats(Layer layer) {
        InputLayer floats = InputLayer.of(4, 2);
        Tensor x = Tensor.of(floats.shape().with(0, Dimension.of(1)), 1f, 2, 3, 4, 5, 6, 7, 8);
        try (Model expected = Model.sequential(floats, layer)) {
            for (DataType type : new DataType[] {DataType.INT32, DataType.UINT8, DataType.INT64}) {
                try (Model model = Model.sequential(new InputLayer("", type, floats.shape()), layer)) {
                    expected.weights().forEach(weight -> model.assign(weight.path(), expected.weight(weight.path())));
                    Tensor found = model.predict(x.cast(type));
                    Tensor wanted = expected.predict(x);
                    assertThat(found.shape()).isEqualTo(wanted.shape());
                    assertThat(found.floats()).isEqualTo(wanted.floats());
                }
            }
        }
    }
}
