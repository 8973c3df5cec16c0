package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parts of a model are frozen, cut off and used on rows that come one after the other. */
class TransferTest {
    private static final Tensor X = Tensor.of(new float[][] {{1, 2}, {3, 4}, {5, 6}, {0, 1}, {2, 0}});
    private static final Tensor Y = Tensor.of(new float[][] {{1}, {2}, {3}, {1}, {0}});
    private static final FitOptions ONE = FitOptions.epochs(1);

    private static float[] numbers(Model model, String weight) {
        return model.weight(weight).toFloatArray().clone();
    }

    private static float[] only(Map<String, Tensor> outputs) {
        return outputs.values().iterator().next().toFloatArray();
    }

    @Test
    void freezesALayerFromTheNextCompileOn() {
        Dense body = Dense.builder(3).name("body").build();
        try (Model model = Model.sequential(
                InputLayer.of(2), body, Dense.builder(1).name("head").build())) {
            model.compile("sgd", "mse");
            body.setTrainable(false);
            float[] first = numbers(model, "body/kernel");
            model.fit(X, Y, ONE);
            assertThat(numbers(model, "body/kernel")).isNotEqualTo(first);

            model.compile("sgd", "mse");
            float[] frozen = numbers(model, "body/kernel");
            float[] head = numbers(model, "head/kernel");
            model.fit(X, Y, ONE);
            assertThat(numbers(model, "body/kernel")).isEqualTo(frozen);
            assertThat(numbers(model, "head/kernel")).isNotEqualTo(head);

            body.setTrainable(true);
            model.compile("sgd", "mse");
            model.fit(X, Y, ONE);
            assertThat(numbers(model, "body/kernel")).isNotEqualTo(frozen);
        }
    }

    @Test
    void endsANetworkAtALayer() {
        try (Model whole = Model.sequential(
                InputLayer.of(2),
                Dense.builder(3).name("body").build(),
                Dense.builder(1).name("head").build())) {
            Network cut = whole.network().until("body");

            try (Model part = Model.of(cut, 0)) {
                assertThat(part.outputs().get(0).shape().size(1)).isEqualTo(3);
                assertThat(part.weights()).extracting("path").containsExactly("body/kernel", "body/bias");
            }
            assertThatThrownBy(() -> whole.network().until("tail"))
                    .hasMessageStartingWith(
                            "network 'sequential': layer 'tail' used 0 times (expected: once, by one of [");
        }
    }

    @Test
    void predictsForRowsThatComeOneAfterTheOther() {
        try (Model model = Model.sequential(InputLayer.of(2), Dense.of(3))) {
            Dataset rows = new Dataset(List.of(X), List.of(Y));
            List<Shape> shapes = new ArrayList<>();

            Map<String, Tensor> all = model.predict(rows, 2);
            model.predict(
                    rows, 2, part -> shapes.add(part.values().iterator().next().shape()));

            assertThat(only(all)).isEqualTo(model.predict(X).toFloatArray());
            assertThat(shapes).containsExactly(Shape.of(2, 3), Shape.of(2, 3), Shape.of(1, 3));
            assertThat(only(model.predictOnBatch(Map.of(model.inputs().get(0).name(), X))))
                    .isEqualTo(only(all));
            assertThatThrownBy(() -> model.predict(rows, 0)).hasMessageStartingWith("predict: batches of 0 rows");
        }
    }
}
