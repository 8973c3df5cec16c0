package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Steps of an optimizer on one weight, with gradients that a test gives. */
final class Run {
    private final Optimizer optimizer;
    private final Trained weight;
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    Run(String className, String config, Shape shape, float... start) {
        this(className, config, new Trained("w", DataType.FLOAT, shape, Optional.empty()), start);
    }

    Run(String className, String config, Trained weight, float... start) {
        this.optimizer = Optimizers.of(className, json(config));
        this.weight = weight;
        state.put("iteration", Tensor.zeros(DataType.INT64, Shape.scalar()));
        state.put("w", Tensor.of(weight.shape(), start));
        optimizer.leadingSlots().forEach(this::add);
        optimizer.sharedSlots().forEach(this::add);
        slots().forEach(this::add);
    }

    static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Slot> slots() {
        List<Slot> slots = new ArrayList<>(optimizer.commonSlots(weight));
        optimizer.slotGroups(weight).forEach(slots::addAll);
        return slots;
    }

    private void add(Slot slot) {
        Tensor tensor = Tensor.zeros(slot.type(), slot.shape());
        for (int i = 0; slot.type() == DataType.FLOAT && i < slot.shape().elementCount(); i++) {
            tensor.floats().put(i, (float) slot.initial());
        }
        state.put(slot.name(), tensor);
    }

    /** Runs a step; gives the weight after it. */
    float[] step(float... gradient) {
        Graph graph = new Graph("step");
        Ops ops = new Ops(graph);
        Map<String, Value> in = new LinkedHashMap<>();
        state.forEach((name, tensor) -> in.put(name, graph.input(name, tensor.type(), tensor.shape())));
        Value given = graph.input("gradient", DataType.FLOAT, weight.shape());
        Variables before = new Variables(
                values(in, optimizer.leadingSlots()),
                value(in, "iteration"),
                values(in, optimizer.sharedSlots()),
                List.of(value(in, "w")),
                List.of(values(in, slots())));
        Value loss = optimizer.scaledLoss(ops, ops.constant(DataType.FLOAT, 1), before);
        Value rate = optimizer
                .options()
                .schedule()
                .map(schedule -> schedule.at(ops, before.iteration()))
                .orElseGet(
                        () -> ops.constant(DataType.FLOAT, optimizer.options().learningRate()));
        Variables after =
                optimizer.apply(ops, rate, List.of(weight), before, List.of(Optional.of(ops.mul(given, loss))));
        Map<String, Value> next = new LinkedHashMap<>();
        next.put("iteration", after.iteration());
        next.put("w", after.weights().get(0));
        put(next, optimizer.leadingSlots(), after.leading());
        put(next, optimizer.sharedSlots(), after.shared());
        put(next, slots(), after.slots().get(0));
        next.forEach((name, value) -> graph.output("next:" + name, ops.identity(value)));
        Map<String, Tensor> feeds = new LinkedHashMap<>(state);
        feeds.put("gradient", Tensor.of(weight.shape(), gradient));
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults())) {
            compiled.run(feeds).forEach((name, tensor) -> state.put(name.substring("next:".length()), tensor));
        }
        return get("w");
    }

    private static Value value(Map<String, Value> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private static List<Value> values(Map<String, Value> values, List<Slot> slots) {
        return slots.stream().map(slot -> value(values, slot.name())).toList();
    }

    private static void put(Map<String, Value> into, List<Slot> slots, List<Value> values) {
        for (int i = 0; i < slots.size(); i++) {
            into.put(slots.get(i).name(), values.get(i));
        }
    }

    /** What a variable holds now. */
    float[] get(String name) {
        Tensor found = Objects.requireNonNull(state.get(name), name);
        float[] numbers = new float[(int) found.shape().elementCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) found.element(i);
        }
        return numbers;
    }
}
