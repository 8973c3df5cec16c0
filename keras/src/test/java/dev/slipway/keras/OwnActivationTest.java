package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.ActivationLayer;
import dev.slipway.keras.layers.Bidirectional;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program supplies the functions that its Python code has: each file names them as its Keras did. */
class OwnActivationTest {
    private static final String BUILTINS =
            "{\"module\": \"builtins\", \"class_name\": \"function\", \"config\": \"%s\", \"registered_name\": \"function\"}";
    private static final Tensor X = Tensor.of(Shape.of(2, 1), new float[] {-2, 3});

    @TempDir
    Path folder = Path.of("");

    /** {@code x²}, by a name. */
    private static LayerRegistry squares(String name) {
        return LayerRegistry.builtIn().withActivation(Activation.of(name, (ops, x) -> ops.mul(x, x)));
    }

    private static ObjectNode withActivation(Model model, String key, JsonNode activation) {
        ObjectNode json = model.toJson();
        ((ObjectNode) json.at("/config/layers/1/config")).set(key, activation);
        return json;
    }

    private static ObjectNode architecture(String activation) throws IOException {
        try (Model model = Model.sequential(InputLayer.of(1), ActivationLayer.of("relu"))) {
            return withActivation(model, "activation", new ObjectMapper().readTree(activation));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            squared     | {"module": "builtins", "class_name": "function", "config": "squared", "registered_name": "function"}
            squared     | {"module": "builtins", "class_name": "function", "config": "my>squared", "registered_name": "function"}
            my>squared  | {"module": "builtins", "class_name": "function", "config": "my>squared", "registered_name": "function"}
            my>squared  | {"module": "my.code", "class_name": "function", "config": "squared", "registered_name": "my>squared"}
            squared     | {"module": "my.code", "class_name": "function", "config": "squared", "registered_name": "squared"}
            relu        | {"module": "my.code", "class_name": "function", "config": "relu", "registered_name": "relu"}
            squared     | "squared"
            my>squared  | "my>squared"
            gelu        | "gelu"
            """)
    void isFoundByTheNameInTheFileAndWrittenForKeras3(String registered, String inFile) throws IOException {
        LayerRegistry registry = squares(registered);
        JsonNode written = new ObjectMapper().readTree(inFile);
        JsonNode expected =
                written.isObject() ? written : new ObjectMapper().readTree(BUILTINS.formatted(written.asText()));
        try (Model model = Model.fromJson(architecture(inFile), registry, 0)) {
            model.save(folder.resolve("copy.keras"));
            model.save(folder.resolve("copy.h5"));
        }
        for (String file : new String[] {"copy.keras", "copy.h5"}) {
            try (Model model = Model.load(folder.resolve(file), registry)) {
                assertThat(model.predict(X).toFloatArray()).containsExactly(4, 9);
                assertThat(model.toJson().at("/config/layers/1/config/activation"))
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"swish", "squared", "Custom>squared"})
    void isFoundByItsBareNameInAFileOfKeras2(String name) throws IOException {
        ObjectNode dense = Config.json().put("class_name", "Dense");
        ObjectNode config = dense.putObject("config").put("name", "d").put("units", 1);
        config.put("activation", name).putObject("kernel_initializer").put("class_name", "Ones");
        config.putArray("batch_input_shape").addNull().add(1);
        ObjectNode architecture = Config.json().put("class_name", "Sequential").put("keras_version", "2.2.4");
        architecture.putArray("config").add(dense);
        String registered = name.substring(name.indexOf('>') + 1);
        try (Model model = Model.fromJson(architecture, squares(registered), 0)) {
            assertThat(model.predict(X).toFloatArray()).containsExactly(4, 9);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"module": "builtins", "class_name": "function", "config": "my>squared", "registered_name": "function"} | my>squared
            {"module": "my.code", "class_name": "function", "config": "relu", "registered_name": "relu"} | my.code>relu
            {"module": "my.code", "class_name": "ReLU", "config": {}, "registered_name": "my>ReLU"} | my>ReLU
            "my>relu" | my>relu
            {"module": "builtins", "class_name": "function", "config": "rellu", "registered_name": "function"} | rellu
            """)
    void isRefusedByNameWithoutTheProgramsFunction(String activation, String name) throws IOException {
        ObjectNode architecture = architecture(activation);
        assertThatThrownBy(() -> Model.fromJson(architecture, LayerRegistry.builtIn(), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("layer 'activation' (Activation): activation = " + name + " (expected: ")
                .hasMessageContaining("or one that the program registers");
    }

    /** Reading a file never runs code out of it. */
    @Test
    void isNeverALambda() throws IOException {
        ObjectNode architecture =
                architecture("{\"class_name\": \"__lambda__\", \"config\": {\"value\": [\"4wE=\", null, null]}}");
        assertThatThrownBy(() -> Model.fromJson(architecture, squares("squared"), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "layer 'activation' (Activation): activation = __lambda__ (expected: the name of a function, as a"
                                + " lambda is Python code; give it a name in Keras and register the function with the program)");
    }

    /** The engine's recurrent operators have functions of these names, but other ones. */
    @Test
    void isComputedInStepsOfRecurrentLayersToo() throws IOException {
        JsonNode own = new ObjectMapper().readTree(BUILTINS.formatted("tanh"));
        LayerRegistry registry = squares("tanh");
        Tensor steps = Tensor.of(Shape.of(1, 2, 1), new float[] {1, -2});
        try (Model plain = Model.sequential(InputLayer.of(2, 1), LSTM.of(1));
                Model model = Model.fromJson(withActivation(plain, "activation", own), registry, 0)) {
            for (String weight : new String[] {"kernel", "recurrent_kernel"}) {
                Tensor ones = Tensor.of(Shape.of(1, 4), new float[] {1, 1, 1, 1});
                model.assign("lstm/lstm_cell/" + weight, ones);
            }
            double h = 0;
            double c = 0;
            for (double x : new double[] {1, -2}) {
                double z = x + h;
                double forget = 1 / (1 + Math.exp(-z - 1));
                double gate = 1 / (1 + Math.exp(-z));
                c = forget * c + gate * z * z;
                h = gate * c * c;
            }
            assertThat(model.predict(steps).toFloatArray()[0]).isCloseTo((float) h, within(1e-5f));
        }
    }

    @Test
    void isFoundInLayersInsideOthers() throws IOException {
        JsonNode own = new ObjectMapper().readTree(BUILTINS.formatted("squared"));
        ObjectNode json;
        try (Model plain = Model.sequential(InputLayer.of(2, 1), Bidirectional.of(LSTM.of(1)), Dense.of(1))) {
            json = plain.toJson();
        }
        ((ObjectNode) json.at("/config/layers/1/config/layer/config")).set("activation", own);
        assertThatThrownBy(() -> Model.fromJson(json, LayerRegistry.builtIn(), 0))
                .hasMessageContaining("activation = squared");
        try (Model model = Model.fromJson(json, squares("squared"), 0)) {
            assertThat(model.toJson().at("/config/layers/1/config/layer/config/activation"))
                    .isEqualTo(own);
        }
    }

    @Test
    void isRegisteredOnce() {
        LayerRegistry registry = squares("squared");
        assertThatThrownBy(() -> registry.withActivation(Activation.of("squared", (ops, x) -> x)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("activation 'squared' (expected: a name not registered yet)");
    }

    /** A layer that is made anew to be said in Keras 3's words still knows the function. */
    @Test
    void isWrittenInALayerThatKeras3SaysOtherwise() throws IOException {
        ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree("""
                {"class_name": "Sequential", "keras_version": "2.3.1", "backend": "tensorflow", "config": {"name": "s",
                 "layers": [{"class_name": "LSTM", "config": {"name": "lstm", "units": 1, "activation": "squared",
                  "recurrent_activation": "hard_sigmoid", "batch_input_shape": [null, 2, 1], "dtype": "float32"}}]}}""");
        Tensor x = Tensor.of(Shape.of(1, 2, 1), new float[] {0.5f, -0.25f});
        Path file = folder.resolve("own.keras");
        try (Model model = Model.fromJson(architecture, squares("squared"), 1)) {
            assertThat(model.save(file)).hasSize(1);
            try (Model again = Model.load(file, squares("squared"))) {
                assertThat(again.predict(x).toFloatArray())
                        .containsExactly(model.predict(x).toFloatArray(), within(1e-6f));
            }
        }
    }
}
