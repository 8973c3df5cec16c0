package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cells on top of each other as one cell: the output of one is the input of the next; the states are those of all cells in
 * order.
 *
 * <p>Source: {@code keras.layers.StackedRNNCells}.
 */
public final class StackedRNNCells extends RecurrentCell {
    private final List<RecurrentCell> cells;

    private StackedRNNCells(String name, boolean trainable, List<RecurrentCell> cells) {
        super(name, trainable);
        this.cells = List.copyOf(cells);
        if (cells.isEmpty()) {
            throw new IllegalArgumentException(this + ": no cells (expected: one or more)");
        }
    }

    /**
     * Cells on top of each other.
     *
     * @param cells the cells, the one that gets the input first
     * @return the cell they are together
     */
    public static StackedRNNCells of(RecurrentCell... cells) {
        return new StackedRNNCells("", true, List.of(cells));
    }

    static StackedRNNCells read(String name, Config config, LayerRegistry.InnerReader inner) {
        List<RecurrentCell> cells = new ArrayList<>();
        JsonNode list = config.find("cells").orElseThrow(() -> config.refused("cells", "nothing", "a list of cells"));
        for (JsonNode serialized : list) {
            cells.add(RNN.requireCell(config, "cells", inner.read(serialized)));
        }
        return new StackedRNNCells(name, config.truth("trainable", true), cells);
    }

    @Override
    public String className() {
        return "StackedRNNCells";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        ArrayNode list = config.putArray("cells");
        for (int i = 0; i < cells.size(); i++) {
            list.add(cells.get(i).toJson(nameOf(i)));
        }
    }

    /** Cells of the same name are told apart by their place. */
    private String nameOf(int place) {
        String own = ownName(cells.get(place));
        boolean taken =
                cells.subList(0, place).stream().anyMatch(cell -> ownName(cell).equals(own));
        return taken ? own + "_" + place : own;
    }

    private static String ownName(RecurrentCell cell) {
        return cell.name().isEmpty() ? SnakeCase.of(cell.className()) : cell.name();
    }

    @Override
    public List<Child> children(List<Shape> inputs) {
        List<Child> children = new ArrayList<>();
        Map<String, Integer> counters = new HashMap<>();
        Shape input = inputs.get(0);
        for (int i = 0; i < cells.size(); i++) {
            RecurrentCell cell = cells.get(i);
            String base = SnakeCase.of(cell.className());
            int count = counters.merge(base, 1, Integer::sum) - 1;
            String group = "cells/" + (count == 0 ? base : base + "_" + count);
            children.add(new Child(nameOf(i), cell, List.of(input), group));
            input = cell.output(input);
        }
        return children;
    }

    @Override
    public List<Shape> states(Shape input) {
        List<Shape> states = new ArrayList<>();
        Shape next = input;
        for (RecurrentCell cell : cells) {
            states.addAll(cell.states(next));
            next = cell.output(next);
        }
        return states;
    }

    @Override
    public Shape output(Shape input) {
        Shape output = input;
        for (RecurrentCell cell : cells) {
            output = cell.output(output);
        }
        return output;
    }

    @Override
    public Step step(LayerCall call, List<Value> states) {
        List<Steps> own = new ArrayList<>();
        cells.forEach(cell -> own.add(cell::step));
        return step(call, states, own);
    }

    @Override
    Steps steps(LayerCall around, Value input) {
        List<Steps> own = new ArrayList<>();
        Value x = input;
        for (int i = 0; i < cells.size(); i++) {
            own.add(cells.get(i).steps(around.child(nameOf(i), cells.get(i), List.of(x)), x));
            x = zeros(around.ops(), cells.get(i).output(x.shape()), input);
        }
        return (call, states) -> step(call, states, own);
    }

    private Step step(LayerCall call, List<Value> states, List<Steps> own) {
        List<Value> next = new ArrayList<>();
        Value x = call.input();
        int from = 0;
        for (int i = 0; i < cells.size(); i++) {
            RecurrentCell cell = cells.get(i);
            int to = from + cell.states(x.shape()).size();
            Step step = own.get(i).step(call.child(nameOf(i), cell, List.of(x)), states.subList(from, to));
            next.addAll(step.states());
            x = step.output();
            from = to;
        }
        return new Step(x, next);
    }
}
