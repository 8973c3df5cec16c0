package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.DTypes;
import dev.slipway.keras.ops.Extents.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What TensorFlow does with shapes that it computes: {@code tf.shape}, and functions whose lengths are tensors. Keras 3 has no
 * such operations: there a shape is a tuple.
 */
final class Computed {
    private static final List<String> SHAPED = List.of("x", "shape");

    private Computed() {}

    static void addTo(Definitions all) {
        all.from(Definitions.TENSORFLOW);
        all.configured("TensorFlowShape", config -> {
            DataType type = type(config, "int32");
            return (ops, x) -> ops.cast(ops.shape(x), type);
        });
        all.configured("TensorFlowSize", config -> {
            DataType type = type(config, "int32");
            return (ops, x) -> ops.cast(ops.size(x), type);
        });
        all.add("TensorFlowReshape", Definition.of(SHAPED, Computed::reshape));
        all.add("TensorFlowBroadcast", Definition.of(SHAPED, Computed::broadcast));
        all.add("TensorFlowTile", Definition.of(List.of("x", "multiples"), Computed::tile));
        all.add("TensorFlowFill", Definition.configured(List.of("dims", "value"), config -> {
            String type = config.text("dtype", "");
            return call -> fill(call, type.isEmpty() ? call.tensor("value").type() : type(config, type));
        }));
        all.add("TensorFlowRange", Definition.configured(List.of("start", "limit", "delta"), Computed::range));
        all.add("TensorFlowResize", Definition.configured(List.of("x", "size"), Computed::resize));
        all.add("TensorFlowGetItem", Definition.of(List.of("x", "key"), Computed::item));
        all.add(
                "TensorFlowConvTranspose",
                Definition.configured(List.of("x", "filters", "output_shape"), Computed::transposed));
        all.add("TensorFlowSlice", Definition.of(List.of("x", "begin", "size"), Computed::slice));
    }

    private static DataType type(Config config, String absent) {
        String name = config.text("dtype", absent);
        return DTypes.named(name).orElseThrow(() -> config.refused("dtype", name, "a type that Slipway supports"));
    }

    private static Value reshape(OperationCall call) {
        Ops ops = call.ops();
        Value x = call.tensor("x");
        Lengths lengths = Lengths.of(call, "shape");
        List<Dimension> dimensions = new ArrayList<>();
        for (Extent extent : lengths.extents()) {
            dimensions.add(extent.is(-1) ? rest(ops, x, lengths) : Lengths.dimension(ops, extent));
        }
        Shape shape = Shape.of(dimensions);
        boolean isOneSymbol = shape.symbolCount() == 1
                && x.shape().symbolCount() == 1
                && !shape.dimensions().contains(Dimension.of(0));
        if (shape.isKnown() && x.shape().isKnown()) {
            return ops.reshape(x, shape);
        }
        if (isOneSymbol && elements(shape) == elements(x.shape())) {
            // As many numbers beside the one symbol: it is the operand's, whatever computed it.
            Dimension symbol = x.shape().dimensions().stream()
                    .filter(d -> !d.isKnown())
                    .findFirst()
                    .orElseThrow();
            return ops.reshape(
                    x,
                    Shape.of(dimensions.stream()
                            .map(d -> d.isKnown() ? d : symbol)
                            .toList()));
        }
        return ops.reshape(x, lengths.vector(), shape);
    }

    private static long elements(Shape shape) {
        return shape.dimensions().stream()
                .filter(Dimension::isKnown)
                .mapToLong(Dimension::size)
                .reduce(1, Math::multiplyExact);
    }

    /** What is left for the length of -1: a number or the symbol that the operand has beside the lengths that are given. */
    private static Dimension rest(Ops ops, Value x, Lengths lengths) {
        List<Dimension> open = new ArrayList<>(
                x.shape().dimensions().stream().filter(d -> !d.isKnown()).toList());
        long taken = 1;
        for (Extent extent : lengths.extents()) {
            if (extent.isSymbol()) {
                if (!open.remove(extent.length())) {
                    return ops.graph().freshSymbol("reshape");
                }
            } else if (!extent.is(-1)) {
                if (extent.known().isEmpty() || extent.is(0)) {
                    return ops.graph().freshSymbol("reshape");
                }
                taken = Math.multiplyExact(taken, (long) extent.number());
            }
        }
        long whole = elements(x.shape());
        if (open.isEmpty() && whole % taken == 0) {
            return Dimension.of(whole / taken);
        }
        return open.size() == 1 && whole == taken ? open.get(0) : ops.graph().freshSymbol("reshape");
    }

    private static Value broadcast(OperationCall call) {
        Ops ops = call.ops();
        Lengths lengths = Lengths.of(call, "shape");
        return ops.expand(call.tensor("x"), lengths.vector(), lengths.shape(ops));
    }

    /** Each axis gets one before it, is stretched by that one, and both become one again. */
    private static Value tile(OperationCall call) {
        Ops ops = call.ops();
        Value x = call.tensor("x");
        Lengths times = Lengths.of(call, "multiples");
        int rank = x.shape().rank();
        if (times.size() != rank) {
            throw call.refused("multiples", times.size() + " numbers", "one for each axis of " + x.shape());
        }
        Value lengths = ops.shape(x);
        List<Value> stretched = new ArrayList<>();
        List<Dimension> apart = new ArrayList<>();
        List<Dimension> joined = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            Dimension length = x.shape().dimension(axis);
            Extent time = times.extents().get(axis);
            stretched.add(ops.slice(times.vector(), 0, axis, axis + 1L));
            stretched.add(ops.slice(lengths, 0, axis, axis + 1L));
            apart.add(Lengths.dimension(ops, time));
            apart.add(length);
            joined.add(product(ops, time, length));
        }
        int[] before = IntStream.range(0, rank).map(axis -> 2 * axis).toArray();
        Value wide = ops.expand(ops.unsqueeze(x, before), ops.concat(stretched, 0), Shape.of(apart));
        return ops.reshape(wide, ops.mul(times.vector(), lengths), Shape.of(joined));
    }

    private static Dimension product(Ops ops, Extent time, Dimension length) {
        if (time.known().isPresent() && length.isKnown()) {
            return Dimension.of(Math.multiplyExact((long) time.number(), length.size()));
        }
        if (time.is(1)) {
            return length;
        }
        return length.is(1) && time.isSymbol() ? time.length() : ops.graph().freshSymbol("tile");
    }

    private static Value fill(OperationCall call, DataType type) {
        Ops ops = call.ops();
        Lengths lengths = Lengths.of(call, "dims");
        return ops.expand(ops.cast(call.tensor("value"), type), lengths.vector(), lengths.shape(ops));
    }

    /** Known numbers are counted out; what is not known must be whole and go up by one. */
    private static Definition.Function range(Config config) {
        String dtype = config.text("dtype", "");
        return call -> {
            Ops ops = call.ops();
            Value start = call.tensor("start");
            Value limit = call.tensor("limit");
            Value delta = call.tensor("delta");
            DataType type = dtype.isEmpty()
                    ? Promotion.of(Promotion.of(start.type(), limit.type()), delta.type())
                    : type(config, dtype);
            double from = Extents.of(ops.graph(), start).get(0).number();
            Extent to = Extents.of(ops.graph(), limit).get(0);
            double by = Extents.of(ops.graph(), delta).get(0).number();
            double count = Math.ceil((to.number() - from) / by);
            if (!Double.isNaN(count)) {
                double[] numbers = new double[Bounds.elements(config, "limit", (long) Math.max(0, count))];
                Arrays.setAll(numbers, i -> from + i * by);
                return ops.constant(Constant.of(type, Shape.of(numbers.length), numbers));
            }
            if (by != 1 || start.type().isFloating() || limit.type().isFloating()) {
                throw call.refused("delta", by + "", "1 between whole numbers, where the model computes the limit");
            }
            Dimension length =
                    from == 0 && to.isSymbol() ? to.length() : ops.graph().freshSymbol("range");
            return ops.cast(ops.range(ops.cast(start, DataType.INT64), ops.cast(limit, DataType.INT64), length), type);
        };
    }

    private static Definition.Function resize(Config config) {
        var kept = Layered.kept(config, "interpolation", "antialias");
        return call -> {
            Lengths size = Lengths.of(call, "size");
            if (size.size() != 2 || !size.isKnown()) {
                throw call.refused(
                        "size", "lengths that are not known before", "height and width; give the inputs known shapes");
            }
            long[] lengths = size.numbers();
            return call.through(
                    Layered.layer(
                            "Resizing",
                            kept.deepCopy().put("height", lengths[0]).put("width", lengths[1])),
                    call.tensor("x"));
        };
    }

    /**
     * A transposed convolution that says how long its result is: what that is more or less than Keras 3 makes of the operand goes
     * into the padding of the output.
     */
    private static Definition.Function transposed(Config config) {
        ObjectNode kept = Layered.kept(config, "strides", "padding", "data_format");
        boolean isFirst = config.text("data_format", "channels_last").equals("channels_first");
        boolean isSame = config.text("padding", "valid").equals("same");
        int[] given = Axes.require(config, "strides");
        return call -> {
            Value x = call.tensor("x");
            Value kernel = call.tensor("filters");
            Lengths wanted = Lengths.of(call, "output_shape");
            int spatial = x.shape().rank() - 2;
            if (wanted.size() != x.shape().rank() || !kernel.shape().isKnown()) {
                throw call.refused("output_shape", wanted.size() + " numbers", "one for each axis of " + x.shape());
            }
            ObjectNode layer = kept.deepCopy()
                    .put("use_bias", false)
                    .put("filters", kernel.shape().size(-2));
            ArrayNode more = Config.json().arrayNode();
            boolean isPlain = true;
            for (int i = 0; i < spatial; i++) {
                int axis = isFirst ? i + 2 : i + 1;
                long size = kernel.shape().size(i);
                long stride = given[given.length == 1 ? 0 : i];
                Extent length = wanted.extents().get(axis);
                Dimension before = x.shape().dimension(axis);
                layer.withArrayProperty("kernel_size").add(size);
                if (length.known().isEmpty() || !before.isKnown()) {
                    // A length that the model computes is the one that Keras gives: TensorFlow refuses few others.
                    more.add(0);
                    continue;
                }
                long usual = before.size() * stride + (isSame ? 0 : Math.max(size - stride, 0));
                isPlain &= usual == (long) length.number();
                more.add((long) length.number() - (before.size() - 1) * stride - size + (isSame ? size / 2 * 2 : 0));
            }
            if (!isPlain) {
                layer.set("output_padding", more);
            }
            return call.through(Layered.layer("Conv" + spatial + "DTranspose", layer), x, Map.of("kernel", kernel));
        };
    }

    /** A length of -1 goes to the end. */
    private static Value slice(OperationCall call) {
        Value x = call.tensor("x");
        Lengths begin = Lengths.of(call, "begin");
        Lengths size = Lengths.of(call, "size");
        if (begin.size() != x.shape().rank() || size.size() != x.shape().rank() || !begin.isKnown()) {
            throw call.refused("begin", "what is not known before", "a number for each axis of " + x.shape());
        }
        for (int axis = 0; axis < begin.size(); axis++) {
            Extent length = size.extents().get(axis);
            long from = begin.numbers()[axis];
            boolean isWhole = from == 0
                    && length.isSymbol()
                    && length.length().equals(x.shape().dimension(axis));
            if (!isWhole) {
                if (length.known().isEmpty()) {
                    throw call.refused("size", "what is not known before", "a number for axis " + axis);
                }
                long to = length.is(-1) ? Long.MAX_VALUE : from + (long) length.number();
                x = call.ops().slice(x, axis, from, to);
            }
        }
        return x;
    }

    /** A key in which numbers are computed, as {@code x[:, :n]}: a slice is a list of its start, stop and step. */
    private static Value item(OperationCall call) {
        Value x = call.tensor("x");
        if (!(call.argument("key") instanceof CallArguments.Items<Value> steps)) {
            throw call.refused("key", "no list", "a list of numbers and slices");
        }
        ArrayNode key = Config.json().arrayNode();
        for (Argument<Value> step : steps.items()) {
            if (step instanceof CallArguments.Items<Value> slice) {
                ObjectNode config =
                        key.addObject().put("class_name", "__slice__").putObject("config");
                config.set("start", number(call, slice.items().get(0)));
                config.set("stop", number(call, slice.items().get(1)));
                config.set("step", number(call, slice.items().get(2)));
            } else if (step instanceof CallArguments.Plain<Value> plain
                    && plain.value().isArray()) {
                ObjectNode config =
                        key.addObject().put("class_name", "__slice__").putObject("config");
                config.set("start", plain.value().path(0));
                config.set("stop", plain.value().path(1));
                config.set("step", plain.value().path(2));
            } else {
                key.add(number(call, step));
            }
        }
        return Picking.item(call, x, key);
    }

    private static JsonNode number(OperationCall call, Argument<Value> step) {
        if (step instanceof CallArguments.Plain<Value> plain) {
            return plain.value();
        }
        if (step instanceof CallArguments.Tensor<Value> tensor) {
            List<Extent> found = Extents.of(call.ops().graph(), tensor.tensor());
            if (found.size() == 1 && found.get(0).known().isPresent()) {
                return LongNode.valueOf((long) found.get(0).number());
            }
        }
        throw call.refused("key", "a number that is not known before", "one that follows from known shapes");
    }
}
