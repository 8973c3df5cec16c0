package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.constraints.Constraints;
import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.Conv1D;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.DepthwiseConv1D;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerNormalization;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.PReLU;
import dev.slipway.keras.layers.SeparableConv1D;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Constraints are Keras's, and every layer that has some obeys them in training and writes them back. */
class ConstraintTest {
    private static final float[] WEIGHT = {3, 0.3f, -4, 0.4f};

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static float[] projected(Constraint constraint, Shape shape) {
        Graph graph = new Graph("constraint");
        graph.output("y", constraint.project(new Ops(graph), graph.input("w", DataType.FLOAT, shape)));
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults())) {
            Tensor weight = Tensor.of(shape, WEIGHT);
            return compiled.run(Map.of("w", weight)).values().iterator().next().toFloatArray();
        }
    }

    /** The columns have norms 5 and 0.5, the rows about 3.015 and 4.020. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NonNeg | {} | 3 0.3 0 0.4",
                "UnitNorm | {} | 0.6 0.6 -0.8 0.8",
                "UnitNorm | {'axis': [0, 1]} | 0.59702 0.05970 -0.79603 0.07960",
                "MaxNorm | {} | 1.2 0.3 -1.6 0.4",
                "MaxNorm | {'max_value': 1.0, 'axis': 0} | 0.6 0.3 -0.8 0.4",
                "MaxNorm | {'max_value': 3.5, 'axis': -1} | 3 0.3 -3.48263 0.34826",
                "MinMaxNorm | {} | 0.6 0.3 -0.8 0.4",
                "MinMaxNorm | {'min_value': 1.0, 'max_value': 2.0} | 1.2 0.6 -1.6 0.8",
                "MinMaxNorm | {'min_value': 1.0, 'max_value': 2.0, 'rate': 0.5} | 2.1 0.45 -2.8 0.6",
            })
    void projectsAsKerasDoes(String className, String config, String expected) {
        float[] found = projected(Constraints.of(className, json(config)), Shape.of(2, 2));
        String[] numbers = expected.split(" ");
        for (int i = 0; i < numbers.length; i++) {
            assertThat((double) found[i]).isCloseTo(Double.parseDouble(numbers[i]), within());
        }
    }

    private static Offset<Double> within() {
        return Offset.offset(1e-5);
    }

    static Stream<List<Layer>> models() {
        return Stream.of(
                List.of(InputLayer.of(3), Dense.of(4), BatchNormalization.of(), Dense.of(1)),
                List.of(InputLayer.of(3), Dense.of(4), LayerNormalization.of(), PReLU.of(), Dense.of(1)),
                List.of(InputLayer.of(3), Embedding.of(4, 2), Conv1D.of(3, 2), Flatten.of(), Dense.of(1)),
                List.of(InputLayer.of(3), Embedding.of(4, 2), LSTM.of(3), Dense.of(1)),
                List.of(
                        InputLayer.of(3),
                        Embedding.of(4, 2),
                        DepthwiseConv1D.of(2),
                        SeparableConv1D.of(3, 2),
                        Flatten.of(),
                        Dense.of(1)));
    }

    /** The keys of the constraints that a model's layers have, all set to one that shows. */
    private static Set<String> constrain(ObjectNode model) {
        Set<String> keys = new HashSet<>();
        for (JsonNode layer : (ArrayNode) model.at("/config/layers")) {
            ObjectNode config = (ObjectNode) layer.path("config");
            for (String key : (Iterable<String>) config::fieldNames) {
                if (key.endsWith("_constraint")) {
                    keys.add(key);
                    config.set(
                            key,
                            json("{'module': 'keras.constraints', 'class_name': 'NonNeg', 'config': {},"
                                    + " 'registered_name': null}"));
                }
            }
        }
        return keys;
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyLayerObeysAndRemembers(List<Layer> layers) {
        Tensor x = Tensor.of(new float[][] {{1, 2, 3}, {3, 0, 1}, {2, 2, 0}, {0, 1, 2}});
        Tensor y = Tensor.of(new float[][] {{-30}, {40}, {-20}, {10}});
        ObjectNode json;
        try (Model free = Model.sequential(layers.toArray(Layer[]::new))) {
            json = free.toJson();
        }
        assertThat(constrain(json)).isNotEmpty();
        try (Model model = Model.fromJson(json, LayerRegistry.builtIn(), 1)) {
            assertThat(model.toJson()).isEqualTo(json);
            model.compile(
                    json("{'optimizer': {'class_name': 'Adam', 'config': {'learning_rate': 2.0}}, 'loss': 'mse'}"));
            model.fit(x, y, FitOptions.epochs(3));
            for (Weight weight : model.weights()) {
                if (weight.trainable()) {
                    assertThat(least(model.weight(weight.path())))
                            .as(weight.path())
                            .isNotNegative();
                }
            }
        }
    }

    private static float least(Tensor tensor) {
        FloatBuffer numbers = tensor.floats();
        float least = Float.MAX_VALUE;
        while (numbers.hasRemaining()) {
            least = Math.min(least, numbers.get());
        }
        return least;
    }

    @Test
    void refusesByName() {
        assertThatThrownBy(() -> Constraints.named("max_nrm"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("constraint 'max_nrm' (expected: one of [MaxNorm, MinMaxNorm, NonNeg, UnitNorm]; nearest:"
                        + " MaxNorm)");
    }
}
