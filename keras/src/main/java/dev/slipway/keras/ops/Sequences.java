package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.DTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Numbers at equal distances, powers of numbers, grids, and tensors of one number.
 *
 * <p>Source: {@code keras.ops.numpy}.
 */
final class Sequences {
    private static final List<String> ENDS = List.of("start", "stop");
    private static final int MOST_VECTORS = 8;

    private Sequences() {}

    /** Numbers between two numbers, by how far each is on the way: from 0 to 1. */
    private interface Between {
        Value of(Ops ops, Value start, Value stop, Value shares);
    }

    static void addTo(Definitions all) {
        all.from("numpy");
        all.add("Linspace", spaced(config -> Sequences::linear));
        all.add("Logspace", spaced(config -> {
            double base = config.number("base", 10);
            return (ops, start, stop, shares) ->
                    ops.exp(ops.mul(linear(ops, start, stop, shares), ops.like(start, Math.log(base))));
        }));
        all.add("Geomspace", spaced(config -> (ops, start, stop, shares) -> {
            Value powers = linear(ops, ops.log(ops.abs(start)), ops.log(ops.abs(stop)), shares);
            return ops.mul(ops.exp(powers), ops.sign(start));
        }));
        all.configured("Vander", Sequences::powers);
        List<String> vectors =
                IntStream.range(0, MOST_VECTORS).mapToObj(i -> "x_" + i).toList();
        all.add("Meshgrid", new Definition(vectors, config -> {
            String indexing = config.text("indexing", "xy");
            return call -> grid(call, vectors, indexing.equals("xy"));
        }));
        all.add("Full", Definition.configured(List.of("fill_value"), config -> {
            int[] lengths = Axes.require(config, "shape");
            Optional<DataType> type = type(config);
            return call -> {
                Value fill = call.tensor("fill_value");
                Shape shape = Shape.of(Arrays.stream(lengths).asLongStream().toArray());
                return call.ops().expand(call.ops().cast(fill, type.orElse(fill.type())), shape);
            };
        }));
        all.add("UnravelIndex", new Definition(List.of("indices"), Sequences::unravel));
        all.configured("Trapezoid", Sequences::trapezoid);
    }

    static Optional<DataType> type(Config config) {
        return config.find("dtype")
                .map(name -> DTypes.named(name.asText())
                        .orElseThrow(() -> config.refused("dtype", name + "", "a type that Slipway supports")));
    }

    static Constant shares(DataType type, int count, double whole) {
        double[] numbers = new double[count];
        Arrays.setAll(numbers, i -> whole == 0 ? 0 : i / whole);
        return Constant.of(type, Shape.of(count), numbers);
    }

    private static Value linear(Ops ops, Value start, Value stop, Value shares) {
        return ops.add(start, ops.mul(ops.sub(stop, start), shares));
    }

    private static Definition spaced(java.util.function.Function<Config, Between> reader) {
        return Definition.configured(ENDS, config -> {
            int count = Bounds.elements(config, "num", config.integer("num", 50));
            boolean hasEnd = config.truth("endpoint", true);
            int axis = config.integer("axis", 0);
            Optional<DataType> type = type(config);
            Between between = reader.apply(config);
            if (count < 1 || config.truth("retstep", false)) {
                throw config.refused("num, retstep", count + ", " + config.truth("retstep", false), ">= 1, and false");
            }
            return call -> {
                Ops ops = call.ops();
                List<Value> ends = call.pair("start", "stop");
                DataType result = Promotion.floating(ops, ends.get(0)).type();
                List<Value> unified = ends.stream()
                        .map(end -> ops.unsqueeze(ops.cast(end, DataType.DOUBLE), -1))
                        .toList();
                Value shares = ops.constant(shares(DataType.DOUBLE, count, hasEnd ? count - 1 : count));
                Value last = between.of(ops, unified.get(0), unified.get(1), shares);
                boolean isWhole = type.isPresent() && type.get().isInteger();
                Value numbers = ops.cast(isWhole ? ops.floor(last) : last, type.orElse(result));
                return moved(ops, numbers, axis);
            };
        });
    }

    /** The last axis brought to another place. */
    private static Value moved(Ops ops, Value x, int axis) {
        int rank = x.shape().rank();
        int at = axis < 0 ? axis + rank : axis;
        int[] order = new int[rank];
        for (int i = 0; i < rank; i++) {
            order[i] = i < at ? i : i == at ? rank - 1 : i - 1;
        }
        return ops.transpose(x, order);
    }

    private static Definitions.Unary powers(Config config) {
        int wanted = config.integer("N", -1);
        boolean isRising = config.truth("increasing", false);
        return (ops, x) -> {
            Dimension length = x.shape().dimension(0);
            if (x.shape().rank() != 1 || (wanted < 0 && !length.isKnown())) {
                throw config.refused("x", x.shape() + "", "one axis, of a known length unless N is given");
            }
            int count = Bounds.steps(config, "N", wanted < 0 ? length.size() : wanted);
            Value column = ops.unsqueeze(x, 1);
            List<Value> columns = new ArrayList<>();
            Value power = ops.expandLike(ops.like(column, 1), column);
            for (int i = 0; i < count; i++) {
                columns.add(isRising ? columns.size() : 0, power);
                power = ops.mul(power, column);
            }
            return ops.concat(columns, 1);
        };
    }

    private static List<Value> grid(OperationCall call, List<String> names, boolean swaps) {
        Ops ops = call.ops();
        List<Value> vectors = new ArrayList<>();
        for (String name : names) {
            if (call.find(name).isPresent()) {
                vectors.add(Ordering.AlongAxis.flat(ops, call.tensor(name)));
            }
        }
        int rank = vectors.size();
        List<Value> placed = new ArrayList<>();
        Value all = ops.constant(DataType.FLOAT, 0);
        for (int i = 0; i < rank; i++) {
            int at = swaps && rank > 1 && i < 2 ? 1 - i : i;
            int[] others = IntStream.range(0, rank).filter(axis -> axis != at).toArray();
            Value vector = vectors.get(i);
            Value one = others.length == 0 ? vector : ops.unsqueeze(vector, others);
            placed.add(one);
            all = ops.add(all, ops.cast(one, DataType.FLOAT));
        }
        Value whole = all;
        return placed.stream().map(one -> ops.expandLike(one, whole)).toList();
    }

    private static Definition.Body unravel(Config config) {
        int[] lengths = Axes.require(config, "shape");
        return call -> {
            Ops ops = call.ops();
            Value rest = call.tensor("indices");
            List<Value> places = new ArrayList<>();
            for (int axis = lengths.length - 1; axis >= 0; axis--) {
                Value length = ops.like(rest, lengths[axis]);
                places.add(0, ops.mod(rest, length));
                rest = ops.div(ops.sub(rest, ops.mod(rest, length)), length);
            }
            return places;
        };
    }

    /** The area under lines from each number to the next. */
    private static Definitions.Unary trapezoid(Config config) {
        int axis = config.integer("axis", -1);
        double step = config.number("dx", 1);
        double[] places = config.find("x")
                .map(x -> new Config(
                        config.subject(),
                        Config.json()
                                .set("x", x.has("config") ? x.path("config").path("value") : x)))
                .flatMap(x -> x.numbers("x"))
                .orElse(new double[0]);
        return (ops, given) -> {
            Value y = Promotion.floating(ops, given);
            int at = y.shape().axis(axis);
            Value sums = ops.add(ops.slice(y, at, 1, Long.MAX_VALUE), ops.slice(y, at, 0, -1));
            if (places.length == 0) {
                return ops.mul(ops.reduceSum(sums, false, at), ops.like(y, step / 2));
            }
            if (!y.shape().dimension(at).is(places.length)) {
                throw config.refused(
                        "x", places.length + " numbers for " + y.shape(), "one axis, as long as that of y");
            }
            double[] halves = new double[places.length - 1];
            Arrays.setAll(halves, i -> (places[i + 1] - places[i]) / 2);
            long[] lengths = new long[y.shape().rank()];
            Arrays.fill(lengths, 1);
            lengths[at] = halves.length;
            Value widths = ops.constant(Constant.of(y.type(), Shape.of(lengths), halves));
            return ops.reduceSum(ops.mul(sums, widths), false, at);
        };
    }
}
