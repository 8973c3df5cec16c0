package dev.slipway.keras.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.saving.StoredVariable;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which order a {@code .h5} file lists the weights of a layer: Keras's trainable ones first. */
class StoredVariablesTest {
    private static List<String> order(boolean networkTrainable, boolean denseTrainable) {
        Layer dense = Dense.builder(2)
                .name("dense")
                .useBias(false)
                .trainable(denseTrainable)
                .build();
        Layer norm = BatchNormalization.builder().name("norm").center(false).build();
        Layer last = Dense.builder(2).name("last").useBias(false).build();
        Network inner = Network.sequential("inner", networkTrainable, List.of(InputLayer.of(2), dense, norm, last));
        Network outer = Network.sequential("outer", true, List.of(InputLayer.of(2), inner));
        return StoredVariables.of(outer).stream()
                .sorted(Comparator.comparingInt(StoredVariable::legacyIndex))
                .map(variable -> variable.path().substring("inner/".length()))
                .toList();
    }

    @Test
    void statisticsComeBehindWhatIsTrained() {
        assertThat(order(true, true))
                .containsExactly(
                        "dense/kernel", "norm/gamma", "last/kernel", "norm/moving_mean", "norm/moving_variance");
    }

    @Test
    void frozenNetworkKeepsItsOrder() {
        assertThat(order(false, true))
                .containsExactly(
                        "dense/kernel", "norm/gamma", "norm/moving_mean", "norm/moving_variance", "last/kernel");
    }

    @Test
    void frozenLayerComesBehindWhatIsTrained() {
        assertThat(order(true, false))
                .containsExactly(
                        "norm/gamma", "last/kernel", "dense/kernel", "norm/moving_mean", "norm/moving_variance");
    }
}
