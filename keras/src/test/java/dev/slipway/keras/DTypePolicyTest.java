package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.DTypePolicy;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.UpSampling2D;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models in 16 and 64 bits. The files are built from the documented layouts by {@code fixtures/dtypes/make.py}, which also
 * computes what they give; no real Keras wrote them.
 */
class DTypePolicyTest {
    @TempDir
    Path folder = Path.of("");

    /** Four rounded layers with results up to 3: four units in the last place, which is 2^-10 or 2^-7 of a number. */
    @ParameterizedTest
    @CsvSource({
        "float16, FLOAT16, FLOAT16, 4e-3",
        "bfloat16, BFLOAT16, BFLOAT16, 3e-2",
        "float64, DOUBLE, DOUBLE, 1e-12",
        "mixed_float16, FLOAT, FLOAT, 4e-3",
        "mixed_bfloat16, FLOAT, FLOAT, 3e-2"
    })
    void readsPredictsAndWritesBack(String policy, DataType weights, DataType output, double tolerance) {
        Map<String, Tensor> arrays = Npz.read(Fixtures.dtypes(policy + ".npz"));
        for (String ending : List.of(".keras", ".h5")) {
            try (Model model = Model.load(Fixtures.dtypes(policy + ending))) {
                assertThat(model.weight("hidden/kernel").type()).isEqualTo(weights);
                assertThat(model.outputs().get(0).type()).isEqualTo(output);
                Tensor x = get(arrays, "x").cast(model.inputs().get(0).type());
                Tensor y = model.predict(x);
                InferenceFixturesTest.requireClose(y, get(arrays, "y"), tolerance);
                requireSameAfterSaving(model, x, y);
            }
        }
    }

    private void requireSameAfterSaving(Model model, Tensor x, Tensor y) {
        for (String ending : List.of("again.keras", "again.h5")) {
            model.save(folder.resolve(ending));
            try (Model again = Model.load(folder.resolve(ending))) {
                assertThat(again.toJson()).isEqualTo(model.toJson());
                assertThat(again.weight("norm/gamma").bytes())
                        .isEqualTo(model.weight("norm/gamma").bytes());
                assertThat(again.predict(x).bytes()).isEqualTo(y.bytes());
            }
        }
    }

    @Test
    void keepsThePolicyOfEachLayer() {
        try (Model model = Model.load(Fixtures.dtypes("mixed_float16.keras"))) {
            assertThat(model.toJson().findValuesAsText("name"))
                    .contains("mixed_float16", "float32")
                    .doesNotContain("float16");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"int2_from_float32", "int8_from_string", "float8_from_mixed_int8", "float128", "string"})
    void refusesPoliciesByName(String policy) {
        ObjectNode architecture = dense(policy);
        assertThatThrownBy(() -> Model.fromJson(architecture, LayerRegistry.builtIn(), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("layer 'dense' (Dense)")
                .hasMessageContaining(policy)
                .hasMessageContaining("mixed_bfloat16");
    }

    private static ObjectNode dense(String policy) {
        try (Model model = Model.sequential(InputLayer.of(2), Dense.of(1))) {
            ObjectNode json = model.toJson();
            ObjectNode config = (ObjectNode)
                    json.path("config").path("layers").get(1).path("config").path("dtype");
            config.set("config", Config.json().put("name", policy));
            return json;
        }
    }

    @Test
    void namesTheLayerThatTheEngineCannotComputeInDoublePrecision() {
        Layer layer = UpSampling2D.of("bilinear", 2, 2).withDType(DTypePolicy.of("float64"));
        Dimension any = Dimension.symbol("length");
        Shape images = Shape.of(List.of(Dimension.symbol(InputLayer.BATCH), any, any, Dimension.of(1)));
        assertThatThrownBy(() -> Model.sequential(new InputLayer("in", DataType.FLOAT, images), layer))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("UpSampling2D")
                .hasMessageContaining("float32");
    }

    /** Half precision has no 4097, which would be row 4096. */
    @Test
    void picksRowsByNumbersThatHalfPrecisionDoesNotHave() {
        Layer embedding = Embedding.of(5000, 2).withDType(DTypePolicy.of("mixed_float16"));
        try (Model model = Model.sequential(InputLayer.of(1), embedding)) {
            Tensor picked = model.predict(Tensor.of(Shape.of(1, 1), 4097f));
            assertThat(picked.type()).isEqualTo(DataType.FLOAT16);
            Tensor table = model.weight("embedding/embeddings").cast(DataType.FLOAT16);
            assertThat(picked.element(0)).isEqualTo(table.element(2 * 4097));
        }
    }

    private static Tensor get(Map<String, Tensor> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }
}
