package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Node;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * What is known, while a graph is built, of numbers that it computes from shapes, as {@code 2 * tf.shape(x)[1]}: the number
 * itself, or the length that it is, such as that of the batch.
 */
final class Extents {
    /** A shape has few numbers, and what computes one few steps. */
    private static final int MOST = 64;

    /** What leaves whole numbers as they are. */
    private static final Set<String> ROUNDING = Set.of("Floor", "Ceil", "Round");

    private final Graph graph;

    /** A value that is used many times is computed once: a file may double a number as often as it likes. */
    private final IdentityHashMap<Value, List<Extent>> found = new IdentityHashMap<>();

    private Extents(Graph graph) {
        this.graph = graph;
    }

    /**
     * One number of a tensor.
     *
     * @param number the number; NaN if it is not known
     * @param length what it is the length of, where that is not a number; otherwise without meaning
     */
    record Extent(double number, Dimension length) {
        private static final Dimension NONE = Dimension.of(0);
        static final Extent UNKNOWN = new Extent(Double.NaN, NONE);

        static Extent of(double number) {
            return new Extent(number, NONE);
        }

        static Extent of(Dimension length) {
            return length.isKnown() ? of((double) length.size()) : new Extent(Double.NaN, length);
        }

        OptionalDouble known() {
            return Double.isNaN(number) ? OptionalDouble.empty() : OptionalDouble.of(number);
        }

        boolean is(double other) {
            return number == other;
        }

        boolean isSymbol() {
            return !length.isKnown();
        }
    }

    /** The numbers of a scalar or a vector, in order. */
    static List<Extent> of(Graph graph, Value value) {
        return new Extents(graph).numbers(value, MOST);
    }

    private static List<Extent> unknown(Value value) {
        boolean isCounted = value.shape().isKnown() && value.shape().elementCount() <= MOST;
        int count = isCounted ? Math.toIntExact(value.shape().elementCount()) : 0;
        return Collections.nCopies(count, Extent.UNKNOWN);
    }

    private List<Extent> numbers(Value value, int depth) {
        boolean isShort = value.shape().isKnown() && value.shape().elementCount() <= MOST;
        if (!isShort || depth == 0) {
            return unknown(value);
        }
        if (value.constant().isPresent()) {
            return constant(value.constant().get());
        }
        List<Extent> before = found.get(value);
        if (before == null) {
            before = graph.producer(value)
                    .map(node -> inType(value.type(), computed(node, value, depth - 1)))
                    .filter(numbers -> numbers.size() == value.shape().elementCount())
                    .orElseGet(() -> unknown(value));
            found.put(value, before);
        }
        return before;
    }

    /** The engine computes in single precision: 10 times 0.7 is 7 then, and not a little less. */
    private static List<Extent> inType(DataType type, List<Extent> numbers) {
        return type == DataType.FLOAT
                ? numbers.stream()
                        .map(x -> x.known().isPresent() ? Extent.of((float) x.number()) : x)
                        .toList()
                : numbers;
    }

    private static boolean isRow(Node node) {
        return node.inputs().get(0).orElseThrow().shape().rank() <= 1;
    }

    private List<Extent> computed(Node node, Value value, int depth) {
        return switch (node.operator()) {
            case "Shape" -> shape(node);
            case "Size" -> size(node.input(0).shape());
            case "Cast" -> cast(node, value.type(), depth);
            case "Identity", "Squeeze", "Unsqueeze", "Reshape" -> numbers(node.input(0), depth);
            case "Expand" -> {
                List<Extent> one = numbers(node.input(0), depth);
                yield one.size() == 1
                        ? Collections.nCopies(Math.toIntExact(value.shape().elementCount()), one.get(0))
                        : one;
            }
            case "Concat" -> {
                if (!isRow(node)) {
                    yield unknown(value);
                }
                List<Extent> all = new ArrayList<>();
                node.inputs().forEach(part -> all.addAll(numbers(part.orElseThrow(), depth)));
                yield all;
            }
            case "Gather" -> isRow(node) ? picked(node, depth) : unknown(value);
            case "Slice" -> sliced(node, depth);
            case "Split" -> {
                if (!isRow(node)) {
                    yield unknown(value);
                }
                int from = 0;
                for (Value earlier : node.outputs().subList(0, node.outputs().indexOf(value))) {
                    from += Math.toIntExact(earlier.shape().elementCount());
                }
                List<Extent> all = numbers(node.input(0), depth);
                yield all.subList(from, from + Math.toIntExact(value.shape().elementCount()));
            }
            case "Add" -> pairs(node, depth, Double::sum, 0, true);
            case "Sub" -> pairs(node, depth, (a, b) -> a - b, 0, false);
            case "Mul" -> pairs(node, depth, (a, b) -> a * b, 1, true);
            case "Div" -> pairs(node, depth, value.type().isFloating() ? (a, b) -> a / b : Extents::whole, 1, false);
            case "Mod" ->
                pairs(
                        node,
                        depth,
                        node.intAttribute("fmod", 0) == 1 ? (a, b) -> a % b : (a, b) -> a - Math.floor(a / b) * b,
                        Double.NaN,
                        false);
            case "Max" -> pairs(node, depth, Math::max, Double.NaN, true);
            case "Min" -> pairs(node, depth, Math::min, Double.NaN, true);
            case "Equal" -> pairs(node, depth, (a, b) -> a == b ? 1 : 0, Double.NaN, false);
            case "Less" -> pairs(node, depth, (a, b) -> a < b ? 1 : 0, Double.NaN, false);
            case "Greater" -> pairs(node, depth, (a, b) -> a > b ? 1 : 0, Double.NaN, false);
            case "And" -> pairs(node, depth, (a, b) -> a * b, Double.NaN, false);
            case "Or" -> pairs(node, depth, Math::max, Double.NaN, false);
            case "Xor" -> pairs(node, depth, (a, b) -> a == b ? 0 : 1, Double.NaN, false);
            case "Not" -> each(node, depth, x -> 1 - x);
            case "Floor" -> each(node, depth, Math::floor);
            case "Ceil" -> each(node, depth, Math::ceil);
            case "Round" -> each(node, depth, Math::rint);
            case "Neg" -> each(node, depth, x -> -x);
            case "ReduceProd" -> folded(node, depth, (a, b) -> a * b);
            case "ReduceSum" -> folded(node, depth, Double::sum);
            case "ReduceMax" -> folded(node, depth, Math::max);
            case "ReduceMin" -> folded(node, depth, Math::min);
            default -> unknown(value);
        };
    }

    /** ONNX divides whole numbers towards zero. */
    private static double whole(double a, double b) {
        return b == 0 ? Double.NaN : a / b < 0 ? Math.ceil(a / b) : Math.floor(a / b);
    }

    private static List<Extent> constant(Constant constant) {
        List<Extent> numbers = new ArrayList<>();
        var bytes = constant.bytes();
        for (long i = 0; i < constant.shape().elementCount(); i++) {
            switch (constant.type()) {
                case INT32 -> numbers.add(Extent.of(bytes.getInt()));
                case INT64 -> numbers.add(Extent.of((double) bytes.getLong()));
                case FLOAT -> numbers.add(Extent.of(bytes.getFloat()));
                case DOUBLE -> numbers.add(Extent.of(bytes.getDouble()));
                case BOOL -> numbers.add(Extent.of(bytes.get()));
                default -> numbers.add(Extent.UNKNOWN);
            }
        }
        return numbers;
    }

    private static List<Extent> shape(Node node) {
        Shape shape = node.input(0).shape();
        int from = Math.toIntExact(node.intAttribute("start", 0));
        int to = Math.toIntExact(node.intAttribute("end", shape.rank()));
        return shape.dimensions().subList(from, to).stream().map(Extent::of).toList();
    }

    private static List<Extent> size(Shape shape) {
        return List.of(shape.isKnown() ? Extent.of((double) shape.elementCount()) : Extent.UNKNOWN);
    }

    private List<Extent> cast(Node node, DataType type, int depth) {
        List<Extent> before = numbers(node.input(0), depth);
        if (type == DataType.BOOL) {
            return before.stream()
                    .map(x -> x.known().isPresent() ? Extent.of(x.is(0) ? 0.0 : 1.0) : Extent.UNKNOWN)
                    .toList();
        }
        boolean cuts = node.input(0).type().isFloating() && !type.isFloating();
        return before.stream()
                .map(x -> cuts && x.known().isPresent()
                        ? Extent.of(x.number() < 0 ? Math.ceil(x.number()) : Math.floor(x.number()))
                        : x)
                .toList();
    }

    private List<Extent> picked(Node node, int depth) {
        List<Extent> all = numbers(node.input(0), depth);
        List<Extent> places = numbers(node.input(1), depth);
        List<Extent> picked = new ArrayList<>();
        for (Extent place : places) {
            if (place.known().isEmpty()) {
                return List.of();
            }
            int at = (int) place.number();
            at = at < 0 ? at + all.size() : at;
            picked.add(at >= 0 && at < all.size() ? all.get(at) : Extent.UNKNOWN);
        }
        return picked;
    }

    private List<Extent> sliced(Node node, int depth) {
        List<Extent> all = numbers(node.input(0), depth);
        List<Extent> bounds = new ArrayList<>();
        for (int i = 1; i < node.inputs().size(); i++) {
            List<Extent> given = numbers(node.input(i), depth);
            bounds.add(given.size() == 1 ? given.get(0) : Extent.UNKNOWN);
        }
        if (node.input(0).shape().rank() != 1
                || bounds.stream().anyMatch(bound -> bound.known().isEmpty())) {
            return List.of();
        }
        double step = bounds.size() > 3 ? bounds.get(3).number() : 1;
        if (step == 0) {
            return List.of();
        }
        int length = all.size();
        long start = place((long) bounds.get(0).number(), length, step > 0 ? 0 : -1, step > 0 ? length : length - 1);
        long end = place((long) bounds.get(1).number(), length, step > 0 ? 0 : -1, step > 0 ? length : length - 1);
        List<Extent> cut = new ArrayList<>();
        for (long i = start; step > 0 ? i < end : i > end; i += (long) step) {
            cut.add(all.get((int) i));
        }
        return cut;
    }

    /** A bound of a slice, counted from the front and no further than the ends. */
    private static long place(long bound, int length, long lowest, long highest) {
        long fromFront = bound < 0 && bound >= -MOST ? bound + length : bound;
        return Math.max(lowest, Math.min(highest, fromFront));
    }

    /** Two operands, of which one may be a single number; with the neutral number on one side the other side is the result. */
    private List<Extent> pairs(Node node, int depth, DoubleBinaryOperator function, double neutral, boolean isEither) {
        List<Extent> a = numbers(node.input(0), depth);
        List<Extent> b = numbers(node.input(1), depth);
        int count = Math.max(a.size(), b.size());
        if (a.isEmpty() || b.isEmpty() || (a.size() != b.size() && Math.min(a.size(), b.size()) != 1)) {
            return List.of();
        }
        List<Extent> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Extent left = a.get(a.size() == 1 ? 0 : i);
            Extent right = b.get(b.size() == 1 ? 0 : i);
            if (left.known().isPresent() && right.known().isPresent()) {
                results.add(Extent.of(function.applyAsDouble(left.number(), right.number())));
            } else if (right.is(neutral)) {
                results.add(left);
            } else {
                results.add(isEither && left.is(neutral) ? right : Extent.UNKNOWN);
            }
        }
        return results;
    }

    private List<Extent> each(Node node, int depth, DoubleUnaryOperator function) {
        return numbers(node.input(0), depth).stream()
                .map(x -> x.known().isPresent() ? Extent.of(function.applyAsDouble(x.number())) : x)
                .map(x -> x.isSymbol() && !ROUNDING.contains(node.operator()) ? Extent.UNKNOWN : x)
                .toList();
    }

    private List<Extent> folded(Node node, int depth, DoubleBinaryOperator function) {
        List<Extent> all = numbers(node.input(0), depth);
        if (all.isEmpty() || all.stream().anyMatch(x -> x.known().isEmpty())) {
            return all.size() == 1 ? all : List.of(Extent.UNKNOWN);
        }
        double result = all.get(0).number();
        for (Extent next : all.subList(1, all.size())) {
            result = function.applyAsDouble(result, next.number());
        }
        return List.of(Extent.of(result));
    }
}
