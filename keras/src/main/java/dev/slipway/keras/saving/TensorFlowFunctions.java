package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Nearest;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * TensorFlow's functions by the names under which Keras 2 recorded them, Python's ({@code math.add}) and the graph's
 * ({@code AddV2}), and what they are in Keras 3.
 *
 * <p>Longer than one screen because it is a table: one entry for each function.
 *
 * <p>Source: the signatures of {@code tf.math}, {@code tf.nn} and {@code tf} of TensorFlow 2.
 */
final class TensorFlowFunctions {
    private static final Map<String, Consumer<TensorFlowCall>> BY_NAME = new TreeMap<>();

    /** The module of operations that TensorFlow has and Keras 3 has not. */
    static final String TENSORFLOW = "tensorflow";

    /** What the names of functions begin with of which TensorFlow 2 has others. */
    private static final String VERSION_1 = "compat.v1.";

    /** What TensorFlow calls types that Keras has other names of. */
    private static final Map<String, String> TYPES = Map.of("half", "float16", "float", "float32", "double", "float64");

    /** TensorFlow's, and that of {@code UnitNormalization}. */
    private static final double UNIT_EPSILON = 1e-12;

    static {
        binary("Add", "math.add", "__operators__.add", "Add", "AddV2");
        binary("Subtract", "math.subtract", "Sub");
        binary("Multiply", "math.multiply", "Mul");
        binary("TrueDivide", "math.divide", "math.truediv", "RealDiv");
        binary("FloorDivide", "math.floordiv", "FloorDiv");
        binary("Mod", "math.floormod", "math.mod", "FloorMod");
        binary("Power", "math.pow", "Pow");
        binary("Maximum", "math.maximum", "Maximum");
        binary("Minimum", "math.minimum", "Minimum");
        binary("Equal", "math.equal", "__operators__.eq", "Equal");
        binary("NotEqual", "math.not_equal", "__operators__.ne", "NotEqual");
        binary("Greater", "math.greater", "Greater");
        binary("GreaterEqual", "math.greater_equal", "GreaterEqual");
        binary("Less", "math.less", "Less");
        binary("LessEqual", "math.less_equal", "LessEqual");
        binary("LogicalAnd", "math.logical_and", "LogicalAnd");
        binary("LogicalOr", "math.logical_or", "LogicalOr");
        binary("LogicalXor", "math.logical_xor");
        put(TensorFlowFunctions::squaredDifference, "math.squared_difference", "SquaredDifference");
        put(TensorFlowFunctions::biasAdd, "nn.bias_add", "BiasAdd");
        unary("numpy", "Negative", "math.negative", "Neg");
        unary("numpy", "Absolute", "math.abs", "Abs");
        unary("numpy", "Sign", "math.sign", "Sign");
        unary("numpy", "Square", "math.square", "Square");
        unary("numpy", "Sqrt", "math.sqrt", "Sqrt");
        unary("math", "Rsqrt", "math.rsqrt", "Rsqrt");
        unary("numpy", "Exp", "math.exp", "Exp");
        unary("numpy", "Expm1", "math.expm1", "Expm1");
        unary("numpy", "Log", "math.log", "Log");
        unary("numpy", "Log1p", "math.log1p", "Log1p");
        unary("numpy", "Reciprocal", "math.reciprocal", "Reciprocal");
        unary("numpy", "Sin", "math.sin", "Sin");
        unary("numpy", "Cos", "math.cos", "Cos");
        unary("numpy", "Tan", "math.tan", "Tan");
        unary("numpy", "Floor", "math.floor", "Floor");
        unary("numpy", "Ceil", "math.ceil", "Ceil");
        unary("numpy", "Round", "math.round", "Round");
        unary("math", "Erf", "math.erf", "Erf");
        unary("numpy", "Tanh", "math.tanh", "nn.tanh", "Tanh");
        unary("numpy", "LogicalNot", "math.logical_not", "LogicalNot");
        put(call -> like(call, "ZerosLike"), "zeros_like", "compat.v1.zeros_like", "ZerosLike");
        put(call -> like(call, "OnesLike"), "ones_like", "compat.v1.ones_like", "OnesLike");
        unary("nn", "Sigmoid", "math.sigmoid", "nn.sigmoid", "Sigmoid");
        unary("nn", "Relu", "nn.relu", "Relu");
        unary("nn", "Relu6", "nn.relu6", "Relu6");
        unary("nn", "Elu", "nn.elu", "Elu");
        unary("nn", "Selu", "nn.selu", "Selu");
        unary("nn", "Softplus", "math.softplus", "nn.softplus", "Softplus");
        unary("nn", "Softsign", "nn.softsign", "Softsign");
        put(TensorFlowFunctions::silu, "nn.silu", "nn.swish");
        put(
                call -> axis(call, call.operation("nn", "Softmax", call.first()), -1),
                "nn.softmax",
                "nn.softmax_v2",
                "math.softmax",
                "compat.v1.nn.softmax",
                "compat.v1.math.softmax",
                "Softmax");
        put(
                call -> axis(call, call.operation("nn", "LogSoftmax", call.first()), -1),
                "nn.log_softmax",
                "math.log_softmax",
                "compat.v1.nn.log_softmax",
                "compat.v1.math.log_softmax",
                "LogSoftmax");
        put(TensorFlowFunctions::leakyRelu, "nn.leaky_relu", "LeakyRelu");
        put(
                call -> call.operation("nn", "Gelu", call.first()).put("approximate", call.truth(1, "approximate")),
                "nn.gelu");
        put(call -> call.layer("Identity", call.first()), "identity", "Identity");
        for (String version : new String[] {"", VERSION_1}) {
            put(
                    TensorFlowFunctions::unitLength,
                    version + "math.l2_normalize",
                    version + "linalg.l2_normalize",
                    version + "nn.l2_normalize");
        }
        put(call -> call.layer("Add", call.list()), "math.add_n", "AddN");
        reduction("Mean", "math.reduce_mean", "Mean");
        reduction("Sum", "math.reduce_sum", "Sum");
        reduction("Max", "math.reduce_max", "Max");
        reduction("Min", "math.reduce_min", "Min");
        reduction("Prod", "math.reduce_prod", "Prod");
        reduction("Any", "math.reduce_any", "Any");
        reduction("All", "math.reduce_all", "All");
        reduction("Std", "math.reduce_std");
        reduction("Var", "math.reduce_variance");
        for (String way : new String[] {"Mean", "Sum", "Max", "Min", "Prod", "Any", "All"}) {
            reduction(way, VERSION_1 + "math.reduce_" + way.toLowerCase(Locale.ROOT));
            reduction(way, VERSION_1 + "reduce_" + way.toLowerCase(Locale.ROOT));
        }
        put(
                call -> reduce(call, call.operation("math", "Logsumexp", call.first())),
                "math.reduce_logsumexp",
                "compat.v1.math.reduce_logsumexp");
        extremum("Argmax", "math.argmax", "argmax", "ArgMax");
        extremum("Argmin", "math.argmin", "argmin", "ArgMin");
        put(TensorFlowFunctions::reshape, "reshape", "Reshape");
        TensorFlowMore.addTo(TensorFlowFunctions::put);
        TensorFlowImages.addTo(TensorFlowFunctions::put);
        TensorFlowNumbers.addTo(TensorFlowFunctions::put);
        TensorFlowPlaces.addTo(TensorFlowFunctions::put);
        TensorFlowPictures.addTo(TensorFlowFunctions::put);
        TensorFlowShapes.addTo(TensorFlowFunctions::put);
        put(
                call -> set(
                        call.operation("numpy", "ExpandDims", call.first()),
                        "axis",
                        call.requireConstant(1, "axis", "dim")),
                "expand_dims",
                "compat.v1.expand_dims",
                "ExpandDims");
        put(
                call -> set(
                        call.operation("numpy", "Squeeze", call.first()),
                        "axis",
                        emptyIsAbsent(call.constant(1, "axis", "squeeze_dims"))),
                "squeeze",
                "compat.v1.squeeze",
                "Squeeze");
        put(
                call -> set(call.operation("numpy", "Transpose", call.first()), "axes", call.constant(1, "perm")),
                "transpose",
                "compat.v1.transpose",
                "Transpose");
        put(call -> axis(call, call.operation("numpy", "Concatenate", call.list()), 0), "concat");
        put(TensorFlowFunctions::concatNode, "ConcatV2");
        put(call -> axis(call, call.operation("numpy", "Stack", call.list()), 0), "stack");
        put(TensorFlowFunctions::packNode, "Pack");
        put(
                call -> set(call.operation("core", "Unstack", call.first()), "axis", or(call.constant(2, "axis"), 0)),
                "unstack",
                "Unpack");
        put(
                call -> split(
                        call, call.first(), call.requireConstant(1, "num_or_size_splits"), call.constant(2, "axis")),
                "split",
                "compat.v1.split");
        put(
                call -> split(
                        call,
                        call.require(1, "value"),
                        call.requireConstant(9, "num_split"),
                        call.requireConstant(0, "axis")),
                "Split");
        put(
                call -> split(
                        call, call.first(), call.requireConstant(1, "size_splits"), call.requireConstant(2, "axis")),
                "SplitV");
        put(TensorFlowFunctions::matmul, "linalg.matmul", "matmul", "MatMul", "BatchMatMul", "BatchMatMulV2");
        put(TensorFlowFunctions::cast, "cast", "Cast");
        put(TensorFlowFunctions::oneHot, "one_hot", "OneHot");
        put(TensorFlowFunctions::pad, "pad", "compat.v1.pad", "Pad", "PadV2", "MirrorPad");
        put(TensorFlowFunctions::resize, "image.resize");
        TensorFlowResize.addTo(TensorFlowFunctions::put);
        put(TensorFlowFunctions::item, "__operators__.getitem");
        put(TensorFlowFunctions::stridedSlice, "StridedSlice", "strided_slice");
    }

    private TensorFlowFunctions() {}

    private static void put(Consumer<TensorFlowCall> translation, String... names) {
        for (String name : names) {
            BY_NAME.put(name, translation);
        }
    }

    private static void unary(String module, String className, String... names) {
        put(call -> call.operation(module, className, call.first()), names);
    }

    private static void binary(String className, String... names) {
        put(call -> call.operation("numpy", className, call.first(), call.require(1, "y")), names);
    }

    private static void extremum(String className, String... names) {
        for (String version : new String[] {"", VERSION_1}) {
            for (String name : names) {
                put(call -> extremum(call, className), version + name);
            }
        }
    }

    /** Places of TensorFlow are int64 unless something else is asked for, those of Keras 3 int32. */
    private static void extremum(TensorFlowCall call, String className) {
        axis(call, call.operation("numpy", className, call.first()), 0);
        String type = type(call.constant(2, "output_type").asText("int64"));
        if (!type.equals("int32")) {
            call.operation("core", "Cast", call.last()).put("dtype", type);
        }
    }

    private static void reduction(String className, String... names) {
        put(call -> reduce(call, call.operation("numpy", className, call.first())), names);
    }

    /**
     * Appends what a function does.
     *
     * @throws ConfigException if it is not known, or is called in a way that is not
     */
    static void append(String function, TensorFlowCall call) {
        Consumer<TensorFlowCall> translation = BY_NAME.get(function);
        if (translation == null) {
            throw call.refused(
                    "function",
                    function,
                    "one that Slipway knows; nearest: " + Nearest.to(function, BY_NAME.keySet())
                            + "; replace it in Keras by a built-in layer");
        }
        translation.accept(call);
    }

    private static void set(ObjectNode config, String key, JsonNode value) {
        if (!value.isMissingNode()) {
            config.set(key, value);
        }
    }

    private static JsonNode or(JsonNode value, int absent) {
        return value.isMissingNode() ? IntNode.valueOf(absent) : value;
    }

    private static JsonNode emptyIsAbsent(JsonNode axes) {
        return axes.isArray() && axes.isEmpty() ? axes.path(0) : axes;
    }

    private static void axis(TensorFlowCall call, ObjectNode config, int absent) {
        config.set("axis", or(call.constant(1, "axis", "dim", "dimension"), absent));
    }

    private static void reduce(TensorFlowCall call, ObjectNode config) {
        set(config, "axis", emptyIsAbsent(call.constant(1, "axis", "reduction_indices")));
        config.put("keepdims", call.truth(2, "keepdims", "keep_dims"));
    }

    /** The length of the batch may be computed: then the rest is the shape of a row. */
    private static void reshape(TensorFlowCall call) {
        JsonNode shape = call.lengths().list(call.require(1, "shape"));
        JsonNode x = call.first();
        boolean isOpen = false;
        for (int i = 1; i < shape.size(); i++) {
            isOpen |= shape.path(i).asInt() == -1;
        }
        TensorFlowLengths lengths = call.lengths();
        ArrayNode row = Config.json().arrayNode();
        for (int i = 1; i < shape.size(); i++) {
            row.add(shape.path(i));
        }
        boolean isRow = TensorFlowCall.isTensor(shape.path(0)) && !TensorFlowCall.isComputed(row);
        if (isRow && isOpen && lengths.isBatch(shape.path(0), x)) {
            call.layer("Reshape", x).set("target_shape", row);
        } else if (isRow && !isOpen) {
            // The one length that is left is what the model computes.
            reshape(call, x, Config.json().arrayNode().add(-1).addAll(row));
        } else {
            reshape(call, x, shape);
        }
    }

    private static void reshape(TensorFlowCall call, JsonNode x, JsonNode shape) {
        if (TensorFlowCall.isComputed(shape)) {
            call.operation(TENSORFLOW, "TensorFlowReshape", x, shape);
        } else {
            set(call.operation("numpy", "Reshape", x), "newshape", shape);
        }
    }

    private static void like(TensorFlowCall call, String className) {
        call.operation("numpy", className, call.first());
        JsonNode type = call.constant(1, "dtype");
        if (type.isTextual()) {
            call.operation("core", "Cast", call.last()).put("dtype", type(type.asText()));
        }
    }

    private static void squaredDifference(TensorFlowCall call) {
        call.operation("numpy", "Subtract", call.first(), call.require(1, "y"));
        call.operation("numpy", "Square", call.last());
    }

    private static void leakyRelu(TensorFlowCall call) {
        JsonNode alpha = call.constant(1, "alpha");
        call.operation("nn", "LeakyRelu", call.first()).put("negative_slope", alpha.asDouble(0.2));
    }

    /** In the graph the axis is the last operand. */
    private static void concatNode(TensorFlowCall call) {
        ArrayNode parts = parts(call);
        set(call.operation("numpy", "Concatenate", parts), "axis", call.requireConstant(parts.size(), "axis"));
    }

    private static void packNode(TensorFlowCall call) {
        set(call.operation("numpy", "Stack", parts(call)), "axis", or(call.named("axis"), 0));
    }

    /** As many operands as the graph says; where it does not, those that are tensors. */
    private static ArrayNode parts(TensorFlowCall call) {
        ArrayNode parts = Config.json().arrayNode();
        int count = Math.min(call.from(0).size(), call.named("N").asInt(0));
        int place = 0;
        while (place < count || TensorFlowCall.isTensor(call.find(place))) {
            parts.add(call.find(place++));
        }
        return parts;
    }

    /** TensorFlow wants the lengths of the parts, Keras 3 the places where they end. */
    private static void split(TensorFlowCall call, JsonNode x, JsonNode parts, JsonNode axis) {
        JsonNode sections = parts;
        if (parts.isArray()) {
            ArrayNode ends = Config.json().arrayNode();
            int end = 0;
            for (int i = 0; i + 1 < parts.size(); i++) {
                if (parts.get(i).asInt() < 0) {
                    endFromBehind(parts, i, ends);
                    break;
                }
                end += parts.get(i).asInt();
                ends.add(end);
            }
            sections = ends;
        }
        ObjectNode config = call.operation("numpy", "Split", x);
        config.set("indices_or_sections", sections);
        config.set("axis", or(axis, 0));
    }

    /** A length of -1 is what is left: from there on the ends are counted from behind. */
    private static void endFromBehind(JsonNode parts, int open, ArrayNode ends) {
        int rest = 0;
        for (int i = open + 1; i < parts.size(); i++) {
            rest += parts.get(i).asInt();
        }
        for (int i = open + 1; i < parts.size(); i++) {
            ends.add(-rest);
            rest -= parts.get(i).asInt();
        }
    }

    private static void matmul(TensorFlowCall call) {
        JsonNode a = call.first();
        JsonNode b = call.require(1, "b");
        // Of real numbers the adjoint is the transpose.
        if (call.truth(2, "transpose_a", "adj_x") || call.truth(4, "adjoint_a")) {
            swapLast(call, a);
            a = call.last();
        }
        if (call.truth(3, "transpose_b", "adj_y") || call.truth(5, "adjoint_b")) {
            swapLast(call, b);
            b = call.last();
        }
        call.operation("numpy", "Matmul", a, b);
    }

    private static void swapLast(TensorFlowCall call, JsonNode x) {
        call.operation("numpy", "Swapaxes", x).put("axis1", -2).put("axis2", -1);
    }

    private static void cast(TensorFlowCall call) {
        String type = type(call.requireConstant(1, "dtype", "DstT").asText());
        call.operation("core", "Cast", call.first()).put("dtype", type);
    }

    /** A type as Keras calls it: a graph has {@code DT_HALF} for {@code float16}. */
    static String type(String written) {
        String name = written.toLowerCase(Locale.ROOT).replaceFirst("^dt_", "");
        return TYPES.getOrDefault(name, name);
    }

    private static void oneHot(TensorFlowCall call) {
        JsonNode on = call.constant(2, "on_value");
        JsonNode off = call.constant(3, "off_value");
        boolean isPlain = is(on, 1) && is(off, 0);
        JsonNode type = call.constant(5, "dtype");
        ObjectNode config = call.operation("nn", "OneHot", call.first());
        config.set("num_classes", call.requireConstant(1, "depth"));
        set(config, "axis", call.constant(4, "axis"));
        String absent = on.isInt() || off.isInt() ? "int32" : on.isBoolean() || off.isBoolean() ? "bool" : "float32";
        String wanted = type(type.asText(absent));
        config.put("dtype", isPlain ? wanted : "bool");
        if (!isPlain) {
            JsonNode whenOn = on.isMissingNode() ? IntNode.valueOf(1) : on;
            JsonNode whenOff = off.isMissingNode() ? IntNode.valueOf(0) : off;
            call.operation("numpy", "Where", call.last(), whenOn, whenOff);
            call.operation("core", "Cast", call.last()).put("dtype", wanted);
        }
    }

    /** Whether an argument is this number, or is not given. */
    private static boolean is(JsonNode given, int number) {
        return given.isMissingNode()
                || given.isNull()
                || (given.isNumber() && given.asDouble() == number)
                || (given.isBoolean() && given.asBoolean() == (number == 1));
    }

    /** Around the edges lies a number, or what is inside comes again: the graph has a node of its own for that. */
    private static void pad(TensorFlowCall call) {
        boolean isMirror = call.function().equals("MirrorPad");
        JsonNode given = isMirror ? call.named("mode") : call.constant(2, "mode");
        boolean isMode = given.isTextual();
        String mode = isMode ? given.asText().toLowerCase(Locale.ROOT) : "constant";
        JsonNode value = call.function().startsWith("Pad")
                ? call.constant(2, "constant_values")
                : call.constant(3, "constant_values");
        boolean isZero = value.isMissingNode() || !mode.equals("constant") || value.asDouble(1) == 0;
        JsonNode[] arguments = isZero ? new JsonNode[] {call.first()} : new JsonNode[] {call.first(), value};
        ObjectNode config = call.operation("numpy", "Pad", arguments);
        config.put("mode", mode).set("pad_width", call.requireConstant(1, "paddings"));
    }

    private static void biasAdd(TensorFlowCall call) {
        // Of a node it is an attribute, of a call an argument.
        JsonNode format = call.function().equals("BiasAdd") ? call.named("data_format") : call.find(2, "data_format");
        JsonNode x = call.first();
        JsonNode bias = call.require(1, "bias");
        if (!format.asText().startsWith("NC")) {
            call.operation("numpy", "Add", x, bias);
            return;
        }
        call.operation("numpy", "Moveaxis", x).put("source", 1).put("destination", -1);
        call.operation("numpy", "Add", call.last(), bias);
        call.operation("numpy", "Moveaxis", call.last()).put("source", -1).put("destination", 1);
    }

    /** {@code x · sigmoid(β · x)}. */
    private static void silu(TensorFlowCall call) {
        JsonNode beta = call.find(1, "beta");
        if (beta.isMissingNode() || beta.asDouble() == 1) {
            call.operation("nn", "Silu", call.first());
            return;
        }
        call.operation("numpy", "Multiply", call.first(), beta);
        call.operation("nn", "Sigmoid", call.last());
        call.operation("numpy", "Multiply", call.first(), call.last());
    }

    /** {@code x / sqrt(max(sum(x²), ε))}, which a layer of Keras does for one ε. */
    private static void unitLength(TensorFlowCall call) {
        JsonNode axis = call.constant(1, "axis", "dim");
        JsonNode epsilon = call.constant(2, "epsilon");
        boolean isLayer = epsilon.isMissingNode() || epsilon.asDouble() == UNIT_EPSILON;
        if (isLayer && !axis.isMissingNode() && !axis.isNull()) {
            call.layer("UnitNormalization", call.first()).set("axis", axis);
            return;
        }
        call.operation("numpy", "Square", call.first());
        set(call.operation("numpy", "Sum", call.last()).put("keepdims", true), "axis", axis);
        JsonNode least = epsilon.isMissingNode() ? Config.json().numberNode(UNIT_EPSILON) : epsilon;
        call.operation("numpy", "Maximum", call.last(), least);
        call.operation("math", "Rsqrt", call.last());
        call.operation("numpy", "Multiply", call.first(), call.last());
    }

    private static void resize(TensorFlowCall call) {
        call.refuseOther("preserve_aspect_ratio", "false");
        ObjectNode config = TensorFlowResize.resized(call);
        config.put("interpolation", call.constant(2, "method").asText("bilinear"));
        config.put("antialias", call.truth(4, "antialias"));
    }

    private static void item(TensorFlowCall call) {
        JsonNode written = call.require(1, "slice_spec");
        ArrayNode key = Config.json().arrayNode();
        ArrayNode steps = Config.json().arrayNode();
        for (JsonNode step :
                written.isArray() ? written : Config.json().arrayNode().add(written)) {
            boolean isSlice = step.has("start") || step.has("stop") || step.has("step");
            key.add(isSlice ? slice(step.path("start"), step.path("stop"), step.path("step")) : step);
            ArrayNode bounds = Config.json().arrayNode();
            bounds.add(step.get("start")).add(step.get("stop")).add(step.get("step"));
            steps.add(isSlice ? bounds : step);
        }
        if (TensorFlowCall.isComputed(steps)) {
            call.operation(TENSORFLOW, "TensorFlowGetItem", call.first(), steps);
        } else {
            call.operation("numpy", "GetItem", call.first(), key);
        }
    }

    /** Slices of given lengths, of which -1 is the rest. */
    static ArrayNode ranges(JsonNode begins, JsonNode lengths) {
        ArrayNode key = Config.json().arrayNode();
        for (int i = 0; i < begins.size(); i++) {
            long begin = begins.path(i).asLong();
            long length = lengths.path(i).asLong();
            JsonNode end = length < 0 ? NullNode.getInstance() : Config.json().numberNode(begin + length);
            key.add(slice(begins.path(i), end, NullNode.getInstance()));
        }
        return key;
    }

    /** The key of a slice along one axis, which may count from the end, of a tensor of any rank. */
    static ArrayNode along(int axis, JsonNode start, JsonNode stop) {
        ArrayNode key = Config.json().arrayNode();
        if (axis < 0) {
            key.addObject().put("class_name", "__ellipsis__");
        }
        ObjectNode whole = slice(NullNode.getInstance(), NullNode.getInstance(), NullNode.getInstance());
        for (int i = 0; i < axis; i++) {
            key.add(whole);
        }
        key.add(slice(start, stop, NullNode.getInstance()));
        for (int i = axis + 1; i < 0; i++) {
            key.add(whole);
        }
        return key;
    }

    private static ObjectNode slice(JsonNode start, JsonNode stop, JsonNode step) {
        ObjectNode slice = Config.json().put("class_name", "__slice__");
        ObjectNode config = slice.putObject("config");
        config.set("start", orNull(start));
        config.set("stop", orNull(stop));
        config.set("step", orNull(step));
        return slice;
    }

    private static JsonNode orNull(JsonNode value) {
        return value.isMissingNode() ? NullNode.getInstance() : value;
    }

    /** The graph has begin, end and strides as lists, and what else stands in a slice as bits. */
    private static void stridedSlice(TensorFlowCall call) {
        JsonNode begin = call.requireConstant(1, "begin");
        JsonNode end = call.requireConstant(2, "end");
        JsonNode strides = call.constant(3, "strides");
        ArrayNode key = Config.json().arrayNode();
        for (int i = 0; i < begin.size(); i++) {
            if (bit(call, "ellipsis_mask", i)) {
                key.addObject().put("class_name", "__ellipsis__");
            } else if (bit(call, "new_axis_mask", i)) {
                key.addNull();
            } else if (bit(call, "shrink_axis_mask", i)) {
                key.add(begin.get(i));
            } else {
                JsonNode from = bit(call, "begin_mask", i) ? NullNode.getInstance() : begin.path(i);
                JsonNode to = bit(call, "end_mask", i) ? NullNode.getInstance() : end.path(i);
                key.add(slice(from, to, strides.path(i)));
            }
        }
        call.operation("numpy", "GetItem", call.first(), key);
    }

    private static boolean bit(TensorFlowCall call, String mask, int place) {
        return place < Long.SIZE && (call.find(Integer.MAX_VALUE, mask).asLong() >> place & 1) == 1;
    }
}
