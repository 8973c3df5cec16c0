package dev.slipway.keras.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.layers.Add;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keras gives weights to layers by their places in an order that it finds itself, so ours must be the same. */
class LayerOrderTest {
    /** Model files of real Keras 3, which lists the layers in its order. */
    static Stream<Path> models() throws IOException {
        List<Path> models = new ArrayList<>();
        for (String kind : List.of("inference", "training")) {
            try (Stream<Path> files = Files.walk(Path.of("src/test/resources/fixtures", kind))) {
                files.filter(file -> file.toString().endsWith(".keras")).forEach(models::add);
            }
        }
        return models.stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void isThatOfFilesOfKeras(Path file) {
        try (Model model = Model.load(file)) {
            requireOrder(model.network());
        }
    }

    private static void requireOrder(Network network) {
        List<Layer> listed = List.copyOf(network.layers().values());
        if (network.kind() == Network.Kind.FUNCTIONAL) {
            assertThat(LayerOrder.of(network.inputs(), network.outputs())).isEqualTo(listed);
        }
        listed.forEach(layer -> {
            if (layer instanceof Network inner) {
                requireOrder(inner);
            }
        });
    }

    @Test
    void putsFirstWhatIsFarthestFromTheOutputsAndKeepsNames() {
        KerasTensor in = InputLayer.input("in", 2);
        KerasTensor aside = InputLayer.input("aside", 2);
        Layer near = Dense.of(2);
        Layer far = Dense.of(2);
        Layer middle = Dense.of(2);
        KerasTensor end = Add.of().apply(near.apply(in), middle.apply(far.apply(in)));
        Network network = Network.functional("model", true, List.of(), List.of(in, aside), List.of(end));
        assertThat(network.layers().values().stream().filter(Dense.class::isInstance))
                .containsExactly(far, near, middle);
        assertThat(network.layers().keySet()).containsExactly("in", "dense_1", "dense", "dense_2", "aside", "add");
    }
}
