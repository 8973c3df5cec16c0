package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.regularizers.Regularizer;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A program supplies the initializers, regularizers and constraints that its Python code has. */
class OwnPartsTest {
    private static final Tensor X = Tensor.of(Shape.of(1, 1), new float[] {1});
    private static final Tensor Y = Tensor.of(Shape.of(1, 1), new float[] {100});

    @TempDir
    Path folder = Path.of("");

    /** Each weight is the value of {@code level}. */
    private record Level(double level) implements Initializer {
        @Override
        public String className() {
            return "my>Level";
        }

        @Override
        public ObjectNode config() {
            return Config.json().put("level", level);
        }

        @Override
        public Tensor create(DataType type, Shape shape, RandomGenerator random) {
            Tensor made = Tensor.zeros(type, shape);
            for (int i = 0; i < shape.elementCount(); i++) {
                made.floats().put(i, (float) level);
            }
            return made;
        }
    }

    /** The distance of the sum of all weights from one, times a factor. */
    private record FromOne(double factor) implements Regularizer {
        @Override
        public String className() {
            return "my>FromOne";
        }

        @Override
        public ObjectNode config() {
            return Config.json().put("factor", factor);
        }

        @Override
        public Value penalty(Ops ops, Value weight) {
            Value distance = ops.abs(ops.sub(ops.reduceSum(weight, false), ops.like(weight, 1)));
            return ops.mul(distance, ops.like(weight, factor));
        }
    }

    /** Weights between two bounds. */
    private record Clip(double bound) implements Constraint {
        @Override
        public String className() {
            return "my>Clip";
        }

        @Override
        public ObjectNode config() {
            return Config.json().put("bound", bound);
        }

        @Override
        public Value project(Ops ops, Value weight) {
            return ops.clip(weight, -bound, bound);
        }
    }

    private static LayerRegistry registry(String prefix) {
        return LayerRegistry.builtIn()
                .withInitializer(prefix + "Level", config -> new Level(config.number("level", 0)))
                .withRegularizer(prefix + "FromOne", config -> new FromOne(config.number("factor", 0)))
                .withConstraint(prefix + "Clip", config -> new Clip(config.number("bound", 1)));
    }

    private static ObjectNode architecture(String key, JsonNode part) {
        try (Model model = Model.sequential(InputLayer.of(1), Dense.of(1))) {
            ObjectNode json = model.toJson();
            ((ObjectNode) json.at("/config/layers/1/config")).set(key, part);
            return json;
        }
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            my> | {"module": null, "class_name": "Level", "config": {"level": 3}, "registered_name": "my>Level"}
            ''  | {"module": null, "class_name": "Level", "config": {"level": 3}, "registered_name": "my>Level"}
            ''  | {"module": "our.code", "class_name": "Level", "config": {"level": 3}, "registered_name": "Level"}
            ''  | {"class_name": "Level", "config": {"level": 3}}
            my> | {"class_name": "my>Level", "config": {"level": 3}}
            """)
    void weightsBeginAsTheFileSaysInTheFormsThatKerasWrites(String prefix, String part) throws IOException {
        ObjectNode architecture = architecture("kernel_initializer", json(part));
        try (Model model = Model.fromJson(architecture, registry(prefix), 0)) {
            assertThat(model.predict(X).floats().get(0)).isEqualTo(3);
            assertThat(model.toJson().at("/config/layers/1/config/kernel_initializer"))
                    .isEqualTo(json(part));
        }
    }

    @Test
    void theLossHasThePenaltyOfTheProgram() throws IOException {
        JsonNode part = json("{\"class_name\": \"my>FromOne\", \"config\": {\"factor\": 10}}");
        ObjectNode architecture = architecture("kernel_regularizer", part);
        ((ObjectNode) architecture.at("/config/layers/1/config")).put("kernel_initializer", "zeros");
        try (Model model = Model.fromJson(architecture, registry(""), 0)) {
            model.compile("sgd", "mse");
            double loss = model.fit(X, Y, FitOptions.epochs(1)).get("loss").get(0);
            assertThat(loss).isCloseTo(100 * 100 + 10, within(1e-2));
        }
    }

    @Test
    void weightsStayWithinTheConstraintOfTheProgram() throws IOException {
        JsonNode part = json("{\"class_name\": \"my>Clip\", \"config\": {\"bound\": 0.25}}");
        try (Model model = Model.fromJson(architecture("kernel_constraint", part), registry("my>"), 0)) {
            model.compile("sgd", "mse");
            model.fit(X, Y, FitOptions.epochs(1));
            model.saveWeights(folder.resolve("trained.weights.h5"));
            Tensor zero = Tensor.of(Shape.of(1, 1), new float[] {0});
            float bias = model.predict(zero).floats().get(0);
            assertThat(model.predict(X).floats().get(0) - bias).isCloseTo(0.25f, within(1e-6f));
        }
    }

    @ParameterizedTest
    @CsvSource({"own.keras", "own.h5"})
    void whatIsMadeInJavaIsWrittenAsKerasRegistersItAndReadAgain(String file) throws IOException {
        Dense dense = Dense.builder(1).kernelInitializer(new Level(3)).build();
        Path path = folder.resolve(file);
        try (Model model = Model.sequential(InputLayer.of(1), dense)) {
            assertThat(model.toJson().at("/config/layers/1/config/kernel_initializer"))
                    .isEqualTo(json("{\"module\": null, \"class_name\": \"Level\", \"config\": {\"level\": 3.0},"
                            + " \"registered_name\": \"my>Level\"}"));
            model.save(path);
        }
        try (Model model = Model.load(path, registry("my>"))) {
            assertThat(model.predict(X).floats().get(0)).isEqualTo(3);
        }
    }

    @Test
    void aKeyThatTheProgramDoesNotReadIsRefused() throws IOException {
        JsonNode part = json("{\"class_name\": \"Clip\", \"config\": {\"bound\": 0.25, \"axis\": 0}}");
        ObjectNode architecture = architecture("kernel_constraint", part);
        assertThatThrownBy(() -> Model.fromJson(architecture, registry(""), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("constraint Clip")
                .hasMessageContaining("axis");
    }

    @Test
    void aNameIsRegisteredOnce() {
        LayerRegistry registry = registry("");
        assertThatThrownBy(() -> registry.withInitializer("Level", config -> new Level(1)))
                .hasMessage("initializer 'Level' (expected: a name not registered yet)");
        assertThatThrownBy(() -> registry.withRegularizer("FromOne", config -> new FromOne(1)))
                .hasMessage("regularizer 'FromOne' (expected: a name not registered yet)");
        assertThatThrownBy(() -> registry.withConstraint("Clip", config -> new Clip(1)))
                .hasMessage("constraint 'Clip' (expected: a name not registered yet)");
    }
}
