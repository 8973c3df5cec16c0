package dev.slipway.keras.trainers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.KerasVersion;
import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.GroupNormalization;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.LayerNormalization;
import dev.slipway.keras.layers.MultiHeadAttention;
import dev.slipway.keras.layers.Reshape;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.optimizers.Optimizer;
import dev.slipway.keras.optimizers.Optimizers;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Steps that write variables where they read them give the same bits as steps whose results go elsewhere; so do updates of
 * several weights as one.
 */
class InPlaceTest {
    private static final int STEPS = 3;
    private static final int UNITS = 260;

    static Stream<String> optimizers() {
        Stream<String> plain = Optimizers.names().stream()
                .filter(name -> !name.equals("lossscaleoptimizer"))
                .map(name -> "{'class_name': '" + name + "', 'config': {}}");
        return Stream.concat(
                plain,
                Stream.of(
                        "{'class_name': 'adam', 'config': {'amsgrad': true, 'clipnorm': 0.1, 'weight_decay': 0.1}}",
                        "{'class_name': 'sgd', 'config': {'momentum': 0.9, 'nesterov': true, 'global_clipnorm': 0.1}}",
                        "{'class_name': 'rmsprop', 'config': {'momentum': 0.9, 'centered': true}}",
                        "{'class_name': 'adam', 'config': {'use_ema': true, 'ema_overwrite_frequency': 2}}",
                        "{'class_name': 'adam', 'config': {'gradient_accumulation_steps': 2}}",
                        "{'class_name': 'LossScaleOptimizer', 'config': {'inner_optimizer': {'class_name': 'adam',"
                                + " 'config': {}}}}"));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Layers large enough for the barrier, and one that is not; the middle one hands errors through its kernel. */
    private static Model model() {
        return Model.sequential(InputLayer.of(UNITS), Dense.of(UNITS, "tanh"), Dense.of(UNITS, "relu"), Dense.of(2));
    }

    /** Layers that read weights in another shape, small ones and large ones. */
    private static Model reshaping() {
        KerasTensor input = InputLayer.input("x", UNITS);
        KerasTensor normal = LayerNormalization.of()
                .apply(BatchNormalization.of().apply(Dense.of(UNITS).apply(input)));
        KerasTensor grouped =
                GroupNormalization.of(UNITS / 2).apply(Dense.of(UNITS).apply(normal));
        KerasTensor steps = Reshape.of(2, UNITS / 2).apply(grouped);
        KerasTensor attended = MultiHeadAttention.of(2, UNITS).apply(steps, steps);
        return Model.functional(
                List.of(input), List.of(Dense.of(2).apply(Reshape.of(UNITS).apply(attended))));
    }

    private static Dataset data() {
        SplittableRandom random = new SplittableRandom(1);
        return new Dataset(List.of(random(random, 8, UNITS)), List.of(random(random, 8, 2)));
    }

    private static Tensor random(SplittableRandom random, int rows, int columns) {
        Tensor tensor = Tensor.zeros(DataType.FLOAT, Shape.of(rows, columns));
        for (int i = 0; i < rows * columns; i++) {
            tensor.floats().put(i, (float) random.nextDouble(-1, 1));
        }
        return tensor;
    }

    private static StepGraph step(Model model, Optimizer optimizer) {
        Loss mse = Losses.named("mse");
        CompileOptions.Output output = new CompileOptions.Output(
                Optional.of((target, prediction) -> mse), Optional.empty(), List.of(), List.of());
        CompileOptions compile = new CompileOptions(optimizer, List.of(output), KerasVersion.latest());
        return StepGraph.training(
                model.network(),
                model.outputs(),
                model.weights(),
                new Carried(List.of(), Dimension.symbol("batch")),
                compile,
                Packing.none(),
                data().spec());
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void givesTheSameBits(String optimizer) {
        requireSameBits(model(), optimizer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "adam", "lion", "adafactor", "muon"})
    void givesTheSameBitsWhereWeightsAreReadInAnotherShape(String optimizer) {
        requireSameBits(reshaping(), "{'class_name': '" + optimizer + "', 'config': {'learning_rate': 0.1}}");
    }

    private static void requireSameBits(Model made, String optimizer) {
        ObjectNode config = json(optimizer);
        Optimizer known = Optimizers.of(config.path("class_name").asText(), (ObjectNode) config.path("config"));
        try (Model model = made) {
            Map<String, Tensor> apart = apart(model, known);
            model.compile(json("{'optimizer': " + optimizer + ", 'loss': 'mse'}"));
            model.fit(data(), FitOptions.epochs(STEPS).withShuffle(false));
            OptimizerState state = model.optimizerState().orElseThrow();
            state.variables().forEach((key, variable) -> requireSame(apart, StepGraph.slot(key), variable));
            if (!known.options().averaging().isUsed()) {
                model.weights().forEach(weight -> requireSame(apart, weight.path(), model.weight(weight.path())));
            }
        }
    }

    private static void requireSame(Map<String, Tensor> expected, String name, Tensor found) {
        assertThat(found.bytes())
                .as(name)
                .isEqualTo(Objects.requireNonNull(expected.get(name), name).bytes());
    }

    /** The variables after some steps, each of which wrote into tensors of its own. */
    private static Map<String, Tensor> apart(Model model, Optimizer optimizer) {
        StepGraph step = step(model, optimizer);
        List<Weight> trained = model.weights();
        Map<String, Tensor> state = new LinkedHashMap<>();
        trained.forEach(
                weight -> state.put(weight.path(), model.weight(weight.path()).copy()));
        OptimizerState.initial(optimizer, trained)
                .variables()
                .forEach((key, variable) -> state.put(StepGraph.slot(key), variable));
        try (CompiledGraph compiled = CompiledGraph.compile(step.graph(), Map.of(), EngineOptions.defaults())) {
            for (int i = 0; i < STEPS; i++) {
                Map<String, Tensor> feeds = new HashMap<>(state);
                feeds.keySet().retainAll(step.state());
                List<String> rows = StepGraph.rowNames(data().spec());
                feeds.put(rows.get(0), data().inputs().get(0));
                feeds.put(rows.get(1), data().targets().get(0));
                Map<String, Tensor> results = compiled.run(feeds);
                step.changed()
                        .forEach(name ->
                                state.put(name, Objects.requireNonNull(results.get(StepGraph.next(name)), name)));
            }
        }
        return state;
    }

    /** Otherwise the test above would compare a thing with itself. */
    @Test
    void largeWeightsAndSlotsAreWrittenInPlace() {
        try (Model model = model()) {
            assertThat(step(model, Optimizers.named("adam")).apart())
                    .doesNotContain(
                            "dense/kernel",
                            "dense_1/kernel",
                            "optimizer/dense/kernel/momentum",
                            "optimizer/dense/kernel/velocity",
                            "optimizer/dense_1/kernel/momentum",
                            "optimizer/dense_1/kernel/velocity")
                    .contains(StepGraph.slot(OptimizerState.ITERATION));
        }
    }

    /** The engine lets a new shape share the memory of the old one, so that who reads it reads the weight. */
    @Test
    void whatIsReadLaterInAnotherShapeIsNot() {
        Graph graph = new Graph("test");
        Ops ops = new Ops(graph);
        Value old = graph.input("old", DataType.FLOAT, Shape.of(2, 2));
        Value view = ops.unsqueeze(ops.reshape(old, Shape.of(4)), 0);
        Value fresh = ops.sub(old, ops.reduceSum(view, false));
        assertThat(InPlace.of(graph, Map.of("v", old), Map.of("v", fresh))).containsExactly("v");
        ops.mul(view, view);
        assertThat(InPlace.of(graph, Map.of("v", old), Map.of("v", fresh))).isEmpty();
    }

    @Test
    void whatIsReadLaterIsNot() {
        Graph graph = new Graph("test");
        Ops ops = new Ops(graph);
        Value old = graph.input("old", DataType.FLOAT, Shape.of(2, 2));
        Value fresh = ops.add(old, old);
        Value apart = ops.mul(old, fresh);
        assertThat(InPlace.of(graph, Map.of("v", old), Map.of("v", fresh))).isEmpty();
        assertThat(InPlace.of(graph, Map.of("v", old), Map.of("v", apart))).containsExactly("v");
        assertThat(InPlace.of(graph, Map.of("v", old), Map.of("v", ops.matMul(old, apart))))
                .isEmpty();
    }
}
