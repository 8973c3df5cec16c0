package dev.slipway.keras.trainers;

import dev.slipway.runtime.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Numbers that steps change, twice: a step reads one side and writes the other, then the sides change places. Nothing is
 * copied between steps. A variable that no step changes, or that steps may write where they read it, is the same tensor
 * on both sides.
 */
final class DoubleBuffer {
    private final List<Map<String, Tensor>> sides = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
    private int current;

    /** Adds a variable that no step changes yet. */
    void add(String name, Tensor value) {
        sides.get(0).put(name, value);
        sides.get(1).put(name, value);
    }

    /** Gives variables a second tensor, as a step is going to change them apart; true if some had none. */
    boolean split(Iterable<String> apart) {
        boolean some = false;
        for (String name : apart) {
            if (contains(name) && tensor(0, name) == tensor(1, name)) {
                sides.get(1 - current).put(name, tensor(current, name).copy());
                some = true;
            }
        }
        return some;
    }

    Set<String> names() {
        return sides.get(0).keySet();
    }

    boolean contains(String name) {
        return sides.get(0).containsKey(name);
    }

    /** Which side is read now: 0 or 1. */
    int side() {
        return current;
    }

    Tensor tensor(int side, String name) {
        Tensor found = sides.get(side).get(name);
        if (found == null) {
            throw new IllegalStateException(
                    "variable '" + name + "' (expected: one of " + sides.get(0).keySet() + ")");
        }
        return found;
    }

    /** The tensor that is read now. */
    Tensor current(String name) {
        return tensor(current, name);
    }

    /** Brings a small variable to its first tensor, which others look at between steps. */
    void settle(String name) {
        Tensor first = tensor(0, name);
        if (current(name) != first) {
            first.assign(current(name));
        }
    }

    /** Makes what was written the variable that is read, without the others. */
    void takeOver(String name) {
        Tensor written = tensor(1 - current, name);
        if (written != current(name)) {
            current(name).assign(written);
        }
    }

    void swap() {
        current = 1 - current;
    }
}
