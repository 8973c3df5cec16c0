package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tensors joined, cut and surrounded. */
final class Joining {
    private static final List<String> XS = List.of("xs");

    private Joining() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.add("Concatenate", Definition.configured(XS, config -> {
            int axis = config.integer("axis", 0);
            return call -> call.ops().concat(call.list("xs"), axis);
        }));
        all.add("Append", Definition.configured(Definitions.PAIR, Joining::append));
        all.add("Hstack", Definition.of(XS, call -> hstack(call.ops(), call.list("xs"))));
        all.add("Vstack", Definition.of(XS, call -> vstack(call.ops(), call.list("xs"))));
        all.add("Dstack", Definition.of(XS, call -> dstack(call.ops(), call.list("xs"))));
        all.add("Stack", Definition.configured(List.of("x"), config -> {
            int axis = config.integer("axis", 0);
            return call -> stack(call.ops(), call.list("x"), axis);
        }));
        all.add("Split", new Definition(Definitions.X, config -> split(config, config.integer("axis", 0), false)));
        all.add("ArraySplit", new Definition(Definitions.X, config -> split(config, config.integer("axis", 0), true)));
        all.add("Vsplit", new Definition(Definitions.X, config -> split(config, 0, false)));
        all.add("Hsplit", new Definition(Definitions.X, config -> split(config, 1, false)));
        all.add("Dsplit", new Definition(Definitions.X, config -> split(config, 2, false)));
        all.add("Pad", Definition.configured(List.of("x", "constant_values"), Joining::pad));
        all.from("core");
        all.add("Unstack", new Definition(Definitions.X, Joining::unstack));
    }

    private static Definition.Function append(Config config) {
        boolean isFlat = config.find("axis").isEmpty();
        int axis = config.integer("axis", 0);
        return call -> call.ops()
                .concat(
                        call.pair("x1", "x2").stream()
                                .map(x -> isFlat ? Ordering.AlongAxis.flat(call.ops(), x) : x)
                                .toList(),
                        axis);
    }

    private static Value hstack(Ops ops, List<Value> parts) {
        return ops.concat(parts, parts.get(0).shape().rank() < 2 ? 0 : 1);
    }

    private static Value vstack(Ops ops, List<Value> parts) {
        return ops.concat(
                parts.stream()
                        .map(part -> part.shape().rank() == 1 ? ops.unsqueeze(part, 0) : part)
                        .toList(),
                0);
    }

    private static Value stack(Ops ops, List<Value> parts, int axis) {
        int at = axis < 0 ? axis + parts.get(0).shape().rank() + 1 : axis;
        return ops.concat(parts.stream().map(part -> ops.unsqueeze(part, at)).toList(), at);
    }

    private static Value dstack(Ops ops, List<Value> parts) {
        return ops.concat(
                parts.stream()
                        .map(part -> switch (part.shape().rank()) {
                            case 0 -> ops.unsqueeze(part, 0, 1, 2);
                            case 1 -> ops.unsqueeze(part, 0, 2);
                            case 2 -> ops.unsqueeze(part, 2);
                            default -> part;
                        })
                        .toList(),
                2);
    }

    /** The second axis of a vector is its only one. */
    private static Definition.Body split(Config config, int given, boolean mayDiffer) {
        int[] wanted = Axes.require(config, "indices_or_sections");
        boolean isCount = config.find("indices_or_sections").orElseThrow().isNumber();
        return call -> {
            Value x = call.tensor("x");
            int axis = given == 1 && x.shape().rank() == 1 ? 0 : given;
            Dimension whole = x.shape().dimension(axis);
            if (!whole.isKnown()) {
                throw call.refused("axis", axis + " of " + x.shape(), "an axis of known length");
            }
            Bounds.steps(config, "indices_or_sections", isCount ? wanted[0] : wanted.length);
            long[] ends = isCount ? even(call, whole.size(), wanted[0], mayDiffer) : ends(call, whole.size(), wanted);
            long[] lengths = ends.clone();
            for (int i = 1; i < ends.length; i++) {
                lengths[i] = ends[i] - ends[i - 1];
            }
            return call.ops().split(x, axis, lengths);
        };
    }

    /** The first parts are longer by one where the parts may differ. */
    private static long[] even(OperationCall call, long whole, int count, boolean mayDiffer) {
        if (count < 1 || (!mayDiffer && (count > whole || whole % count != 0))) {
            throw call.refused("indices_or_sections", count + "", "a divisor of " + whole);
        }
        long[] ends = new long[count];
        Arrays.setAll(ends, i -> (i + 1) * (whole / count) + Math.min(i + 1, whole % count));
        return ends;
    }

    private static long[] ends(OperationCall call, long whole, int[] places) {
        long[] ends = new long[places.length + 1];
        for (int i = 0; i < places.length; i++) {
            ends[i] = Math.min(places[i] < 0 ? places[i] + whole : places[i], whole);
            if (ends[i] < (i == 0 ? 0 : ends[i - 1])) {
                throw call.refused("indices_or_sections", Arrays.toString(places), "rising places");
            }
        }
        ends[places.length] = whole;
        return ends;
    }

    private static Definition.Body unstack(Config config) {
        int axis = config.integer("axis", 0);
        config.ignore("num");
        return call -> {
            Value x = call.tensor("x");
            Dimension length = x.shape().dimension(axis);
            if (!length.isKnown() || length.size() > Short.MAX_VALUE) {
                throw call.refused("axis", axis + " of " + x.shape(), "an axis of known length");
            }
            long[] ones = new long[(int) length.size()];
            Arrays.fill(ones, 1);
            return call.ops().split(x, axis, ones).stream()
                    .map(part -> call.ops().squeeze(part, axis))
                    .toList();
        };
    }

    private static Definition.Function pad(Config config) {
        int[] widths = Axes.require(config, "pad_width");
        String mode = config.text("mode", "constant");
        if (!mode.equals("constant") && !Mirrored.MODES.contains(mode)) {
            throw config.refused("mode", mode, "constant, or one of " + Mirrored.MODES);
        }
        Definition.Function numbers = call -> {
            Value given = call.tensor("x");
            // The engine pads no truth values.
            Value x = Promotion.number(call.ops(), given);
            int rank = x.shape().rank();
            boolean isOne = widths.length == 1;
            if (!isOne && widths.length != 2 && widths.length != 2 * rank) {
                throw call.refused("pad_width", Arrays.toString(widths), "two numbers for each axis");
            }
            long[] before = new long[rank];
            long[] after = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                int at = widths.length > 2 ? 2 * axis : 0;
                before[axis] = widths[at];
                after[axis] = widths[isOne ? 0 : at + 1];
            }
            if (!mode.equals("constant")) {
                return Mirrored.pad(call.ops(), x, mode, before, after);
            }
            List<Value> operands = new ArrayList<>(List.of(x));
            if (call.find("constant_values").isPresent()) {
                operands = call.pair("x", "constant_values");
            }
            return padded(call.ops(), operands, before, after);
        };
        return call -> {
            Value result = numbers.call(call);
            boolean wasTruth = call.tensor("x").type() == DataType.BOOL
                    && call.find("constant_values").isEmpty();
            return wasTruth ? call.ops().cast(result, DataType.BOOL) : result;
        };
    }

    /** Padding with another number than zero: it is put where no element of the operand is. */
    private static Value padded(Ops ops, List<Value> operands, long[] before, long[] after) {
        Value x = operands.get(0);
        if (operands.size() == 1) {
            return ops.pad(x, before, after);
        }
        Value isInside = ops.cast(ops.pad(ops.expandLike(ops.like(x, 1), x), before, after), DataType.BOOL);
        return ops.where(isInside, ops.pad(x, before, after), operands.get(1));
    }
}
