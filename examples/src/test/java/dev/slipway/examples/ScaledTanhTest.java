package dev.slipway.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaledTanhTest {
    private static final float[][] X = {{-1}, {0.5f}, {2}};

    @TempDir
    Path folder = Path.of("");

    private static Model model() {
        return Model.sequential(InputLayer.of(1), Dense.of(2), ScaledTanh.of(3), Dense.of(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"own.keras", "own.h5"})
    void trainsIsSavedAndLoadedWithTheRegistry(String file) {
        Path path = folder.resolve(file);
        float[][] expected;
        try (Model model = model()) {
            model.compile("adam", "mse");
            float before = model.weight("scaled_tanh/scale").floats().get(0);
            model.fit(Tensor.of(X), Tensor.of(new float[][] {{1}, {2}, {3}}), FitOptions.epochs(20));
            assertThat(model.weight("scaled_tanh/scale").floats().get(0)).isNotEqualTo(before);
            expected = model.predict(X);
            model.save(path);
        }
        try (Model model = Model.load(path, ScaledTanh.registry())) {
            assertThat(model.predict(X)[2][0]).isCloseTo(expected[2][0], within(0f));
        }
    }

    @Test
    void isWrittenAsKerasWritesARegisteredClass() {
        try (Model model = model()) {
            var layer = model.toJson().at("/config/layers/2");
            assertThat(layer.path("module").isNull()).isTrue();
            assertThat(layer.path("class_name").asText()).isEqualTo("ScaledTanh");
            assertThat(layer.path("registered_name").asText()).isEqualTo("shop>ScaledTanh");
        }
    }

    @Test
    void isRefusedByNameWithoutTheRegistry() {
        Path path = folder.resolve("own.keras");
        try (Model model = model()) {
            model.save(path);
        }
        assertThatThrownBy(() -> Model.load(path))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("layer 'scaled_tanh' (shop>ScaledTanh): unknown class");
    }

    /** Another package's class may have the name of one of Keras's. */
    @Test
    void isNeverTakenForKerassOwnClass() {
        try (Model model = Model.sequential(InputLayer.of(1), Dense.of(1))) {
            ObjectNode json = model.toJson();
            ObjectNode dense = (ObjectNode) json.at("/config/layers/1");
            dense.putNull("module").put("registered_name", "shop>Dense");
            assertThatThrownBy(() -> Model.fromJson(json, LayerRegistry.builtIn(), 0))
                    .hasMessageContaining("(shop>Dense): unknown class");
            dense.put("module", "shop.layers").put("registered_name", "Dense");
            assertThatThrownBy(() -> Model.fromJson(json, LayerRegistry.builtIn(), 0))
                    .hasMessageContaining("(shop.layers>Dense): unknown class");
        }
    }
}
