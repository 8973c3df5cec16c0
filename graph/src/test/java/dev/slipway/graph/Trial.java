package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * One random graph under test, with what is fed to it. Some lengths are made symbols, the same symbol wherever that
 * length stands; 1 never is, for a symbol is taken not to be 1.
 */
final class Trial {
    private final Random random;
    private final DataType type;
    private final Graph graph = new Graph("trial");
    private final Ops ops = new Ops(graph);
    private final Map<String, Array> feeds = new LinkedHashMap<>();
    private final List<Value> inputs = new ArrayList<>();
    private final Set<Long> symbolic = new HashSet<>();

    Trial(long seed, DataType type) {
        this.random = new Random(seed);
        this.type = type;
        for (long length = 2; length <= 6; length++) {
            if (random.nextInt(3) == 0) {
                symbolic.add(length);
            }
        }
    }

    Ops ops() {
        return ops;
    }

    Graph graph() {
        return graph;
    }

    Random random() {
        return random;
    }

    Map<String, Array> feeds() {
        return feeds;
    }

    /** The floating-point inputs. */
    List<Value> inputs() {
        return inputs;
    }

    /** The shape that lengths have in the graph: with symbols in place of some numbers. */
    Shape declared(long... lengths) {
        List<Dimension> dimensions = new ArrayList<>();
        for (long length : lengths) {
            dimensions.add(symbolic.contains(length) ? Dimension.symbol("n" + length) : Dimension.of(length));
        }
        return Shape.of(dimensions);
    }

    /** The lengths behind a shape whose symbols are of this trial. */
    static Map<String, Long> symbols() {
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (long length = 2; length <= 6; length++) {
            sizes.put("n" + length, length);
        }
        return sizes;
    }

    /** An input with random content, to be differentiated. */
    Value input(DoubleSupplier numbers, long... lengths) {
        Value value = feed(type, numbers, declared(lengths), lengths);
        inputs.add(value);
        return value;
    }

    /** An input whose lengths are all known to the graph, to be differentiated. */
    Value known(DoubleSupplier numbers, long... lengths) {
        Value value = feed(type, numbers, Shape.of(lengths), lengths);
        inputs.add(value);
        return value;
    }

    /** An input with random content of another type. */
    Value feed(DataType other, DoubleSupplier numbers, long... lengths) {
        return feed(other, numbers, declared(lengths), lengths);
    }

    private Value feed(DataType other, DoubleSupplier numbers, Shape declared, long... lengths) {
        Shape shape = Shape.of(lengths);
        double[] values = new double[Math.toIntExact(shape.elementCount())];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.getAsDouble();
        }
        String name = "x" + feeds.size();
        feeds.put(name, new Array(shape, values));
        return graph.input(name, other, declared);
    }

    /** From -2 to 2, but not near a place where some function has a corner or a pole. */
    double smooth() {
        double magnitude = 0.15 + 1.7 * random.nextDouble();
        double clear = Math.abs(magnitude - 1) < 0.1 ? magnitude + 0.2 : magnitude;
        return random.nextBoolean() ? clear : -clear;
    }

    /** From 0.3 to 2. */
    double positive() {
        return 0.3 + 1.7 * random.nextDouble();
    }

    /** Numbers far apart from each other, so that a small change never changes their order. */
    DoubleSupplier distinct() {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            places.add(i);
        }
        Collections.shuffle(places, random);
        return () -> places.remove(places.size() - 1) * 0.05 - 10;
    }

    /** A whole number from the least to the most, both included. */
    long whole(long least, long most) {
        return random.longs(1, least, most + 1).sum();
    }

    /** True or false, as 1 or 0. */
    double truth() {
        return random.nextInt(2);
    }

    /** A place along an axis, counted from either end. */
    DoubleSupplier place(long length) {
        return () -> random.nextInt((int) (2 * length)) - length;
    }

    /** Lengths from 1 to 4 for a random number of axes. */
    long[] lengths(int leastRank, int mostRank) {
        return random.longs(leastRank + random.nextInt(mostRank - leastRank + 1), 1, 5)
                .toArray();
    }

    /** An axis of a shape of some rank, counted from either end. */
    int axis(int rank) {
        return random.nextInt(2 * rank) - rank;
    }

    /** Lengths that broadcast to the given ones. */
    long[] narrowed(long[] lengths) {
        int rank = random.nextInt(4) == 0 ? random.nextInt(lengths.length + 1) : lengths.length;
        long[] narrowed = new long[rank];
        for (int i = 0; i < rank; i++) {
            narrowed[i] = random.nextInt(4) == 0 ? 1 : lengths[lengths.length - rank + i];
        }
        return narrowed;
    }
}
