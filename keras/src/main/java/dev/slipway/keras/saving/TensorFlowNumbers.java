package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * TensorFlow functions of numbers that are compositions of Keras 3's operations: quotients that are never NaN, bits, running
 * products, losses as tensors, and numbers kept in bounds. They are a part of {@link TensorFlowFunctions}.
 *
 * <p>Source: {@code tf.math}, {@code tf.bitwise} and {@code tf.nn} of TensorFlow 2.
 */
final class TensorFlowNumbers {
    private static final String AXIS = "axis";

    private final TensorFlowMore.Table table;

    private TensorFlowNumbers(TensorFlowMore.Table table) {
        this.table = table;
    }

    static void addTo(TensorFlowMore.Table table) {
        TensorFlowNumbers numbers = new TensorFlowNumbers(table);
        numbers.elementwise();
        numbers.alike();
        numbers.quotients();
        numbers.bits();
        numbers.losses();
        numbers.bounds();
        numbers.rows();
    }

    private void put(Consumer<TensorFlowCall> translation, String... names) {
        table.put(translation, names);
    }

    static JsonNode number(double number) {
        return Config.json().numberNode(number);
    }

    private void elementwise() {
        for (String name : new String[] {"real", "conj", "imag", "angle"}) {
            String className = Character.toUpperCase(name.charAt(0)) + name.substring(1);
            put(call -> call.operation("numpy", className, call.first()), "math." + name, className);
        }
        put(
                call -> {
                    JsonNode tail = call.then("math", "Erf", call.first());
                    call.operation("numpy", "Subtract", IntNode.valueOf(1), tail);
                },
                "math.erfc",
                "Erfc");
        put(call -> call.layer("Add", call.list()), "math.accumulate_n", "AccumulateNV2");
        put(TensorFlowNumbers::polynomial, "math.polyval");
    }

    /** {@code ((c0 · x) + c1) · x + …}, the coefficients being the first argument. */
    private static void polynomial(TensorFlowCall call) {
        ArrayNode coefficients = call.list();
        JsonNode x = call.require(1, "x");
        JsonNode sum = call.then("numpy", "Multiply", coefficients.path(0), IntNode.valueOf(1));
        for (int i = 1; i < coefficients.size(); i++) {
            sum = call.then("numpy", "Multiply", sum, x);
            sum = call.then("numpy", "Add", sum, coefficients.get(i));
        }
        call.layer("Identity", sum);
    }

    /** Operations of {@code keras.ops} that are called alike. */
    private void alike() {
        put(call -> call.operation("math", "Erfinv", call.first()), "math.erfinv", "Erfinv");
        put(call -> call.operation("numpy", "I0", call.first()), "math.bessel_i0");
        for (String name : new String[] {"Inv", "Det", "Cholesky", "Pinv"}) {
            String lower = name.toLowerCase(Locale.ROOT);
            put(call -> call.operation("linalg", name, call.first()), "linalg." + lower);
        }
        put(call -> call.operation("linalg", "Inv", call.first()), "MatrixInverse");
        put(call -> call.operation("linalg", "Det", call.first()), "MatrixDeterminant");
        put(call -> call.operation("linalg", "Logdet", call.first()), "linalg.logdet");
        put(call -> call.operation("linalg", "Slogdet", call.first()), "linalg.slogdet");
        put(call -> call.operation("linalg", "Solve", call.first(), call.require(1, "rhs")), "linalg.solve");
        put(call -> call.operation("numpy", "Cross", call.first(), call.require(1, "b")), "linalg.cross", "Cross");
        put(
                call -> {
                    ObjectNode config = call.operation("math", "ExtractSequences", call.first());
                    if (call.truth(3, "pad_end") || call.named(AXIS).asInt(-1) != -1) {
                        throw call.refused("pad_end", "true, or another axis", "false and the last axis");
                    }
                    config.set("sequence_length", call.requireConstant(1, "frame_length"));
                    config.set("sequence_stride", call.requireConstant(2, "frame_step"));
                },
                "signal.frame");
    }

    private void quotients() {
        put(call -> call.operation("numpy", "DivideNoNan", IntNode.valueOf(1), call.first()), "math.reciprocal_no_nan");
        put(call -> call.operation("numpy", "TrueDivide", call.first(), call.require(1, "y")), "realdiv");
        put(
                call -> overZero(call, call.require(1, "y"), "Multiply", call.first(), call.require(1, "y")),
                "math.multiply_no_nan");
        put(
                call -> {
                    JsonNode y = call.require(1, "y");
                    overZero(call, call.first(), "TrueDivide", call.first(), y);
                },
                "math.xdivy",
                "Xdivy");
        put(
                call -> {
                    JsonNode log = call.then("numpy", "Log", call.require(1, "y"));
                    overZero(call, call.first(), "Multiply", call.first(), log);
                },
                "math.xlogy",
                "Xlogy");
        put(
                call -> {
                    JsonNode log = call.then("numpy", "Log1p", call.require(1, "y"));
                    overZero(call, call.first(), "Multiply", call.first(), log);
                },
                "math.xlog1py",
                "Xlog1py");
    }

    /** An operation whose result is 0 where one operand is, whatever the other one is. */
    private static void overZero(TensorFlowCall call, JsonNode zero, String className, JsonNode a, JsonNode b) {
        JsonNode isZero = call.then("numpy", "Equal", zero, IntNode.valueOf(0));
        JsonNode result = call.then("numpy", className, a, b);
        call.operation("numpy", "Where", isZero, IntNode.valueOf(0), result);
    }

    private void bits() {
        binary("BitwiseAnd", "bitwise.bitwise_and", "BitwiseAnd");
        binary("BitwiseOr", "bitwise.bitwise_or", "BitwiseOr");
        binary("BitwiseXor", "bitwise.bitwise_xor", "BitwiseXor");
        binary("LeftShift", "bitwise.left_shift", "LeftShift");
        binary("RightShift", "bitwise.right_shift", "RightShift");
        put(call -> call.operation("numpy", "BitwiseNot", call.first()), "bitwise.invert", "Invert");
    }

    private void binary(String className, String... names) {
        put(call -> call.operation("numpy", className, call.first(), call.require(1, "y")), names);
    }

    private void losses() {
        put(
                call -> {
                    JsonNode square = call.then("numpy", "Square", call.first());
                    call.operation("numpy", "Multiply", call.then("numpy", "Sum", square), number(0.5));
                },
                "nn.l2_loss",
                "L2Loss");
        put(
                call -> crossEntropy(call, call.first(), call.require(1, "logits"), or(call.constant(2, AXIS), -1)),
                "nn.softmax_cross_entropy_with_logits",
                "compat.v1.nn.softmax_cross_entropy_with_logits_v2");
        put(TensorFlowNumbers::sparseCrossEntropy, "nn.sparse_softmax_cross_entropy_with_logits");
        put(TensorFlowNumbers::sigmoidCrossEntropy, "nn.sigmoid_cross_entropy_with_logits");
        put(TensorFlowNumbers::weightedCrossEntropy, "nn.weighted_cross_entropy_with_logits");
        put(
                call -> {
                    JsonNode input = call.require(1, "log_input");
                    if (call.truth(2, "compute_full_loss")) {
                        throw call.refused("compute_full_loss", "true", "false");
                    }
                    JsonNode part = call.then("numpy", "Multiply", call.first(), input);
                    call.operation("numpy", "Subtract", call.then("numpy", "Exp", input), part);
                },
                "nn.log_poisson_loss");
        put(
                call -> {
                    JsonNode isZero = call.then("numpy", "Equal", call.first(), IntNode.valueOf(0));
                    call.operation("numpy", "Mean", toType(call, isZero, "float32"));
                },
                "math.zero_fraction",
                "nn.zero_fraction");
    }

    /** The labels are the numbers of the classes. */
    private static void sparseCrossEntropy(TensorFlowCall call) {
        call.operation("numpy", "ExpandDims", call.first()).put(AXIS, -1);
        JsonNode classes = call.last();
        call.operation("nn", "LogSoftmax", call.require(1, "logits")).put(AXIS, -1);
        call.operation("numpy", "TakeAlongAxis", call.last(), classes).put(AXIS, -1);
        call.operation("numpy", "Squeeze", call.last()).put(AXIS, -1);
        call.operation("numpy", "Negative", call.last());
    }

    private static JsonNode toType(TensorFlowCall call, JsonNode x, String type) {
        call.operation("core", "Cast", x).put("dtype", type);
        return call.last();
    }

    private static JsonNode or(JsonNode value, int absent) {
        return value.isMissingNode() || value.isNull() ? IntNode.valueOf(absent) : value;
    }

    private static void crossEntropy(TensorFlowCall call, JsonNode labels, JsonNode logits, JsonNode axis) {
        call.operation("nn", "LogSoftmax", logits).set(AXIS, axis);
        JsonNode product = call.then("numpy", "Multiply", labels, call.last());
        call.operation("numpy", "Sum", product).set(AXIS, axis);
        call.operation("numpy", "Negative", call.last());
    }

    /** {@code max(x, 0) − x · z + log(1 + e^−|x|)}. */
    private static void sigmoidCrossEntropy(TensorFlowCall call) {
        JsonNode labels = call.first();
        JsonNode logits = call.require(1, "logits");
        JsonNode rest = call.then("numpy", "Multiply", logits, labels);
        JsonNode above = call.then("numpy", "Subtract", call.then("nn", "Relu", logits), rest);
        call.operation("numpy", "Add", above, softplusOfDistance(call, logits));
    }

    private static JsonNode softplusOfDistance(TensorFlowCall call, JsonNode x) {
        JsonNode below = call.then("numpy", "Negative", call.then("numpy", "Absolute", x));
        return call.then("numpy", "Log1p", call.then("numpy", "Exp", below));
    }

    /** {@code (1 − z) · x + l · (log(1 + e^−|x|) + max(−x, 0))} with {@code l = 1 + (q − 1) · z}. */
    private static void weightedCrossEntropy(TensorFlowCall call) {
        JsonNode labels = call.first();
        JsonNode logits = call.require(1, "logits");
        JsonNode times = call.then("numpy", "Multiply", call.require(2, "pos_weight"), labels);
        JsonNode others = call.then("numpy", "Subtract", IntNode.valueOf(1), labels);
        JsonNode weight = call.then("numpy", "Add", times, others);
        JsonNode below = call.then("nn", "Relu", call.then("numpy", "Negative", logits));
        JsonNode loss = call.then("numpy", "Add", softplusOfDistance(call, logits), below);
        loss = call.then("numpy", "Multiply", weight, loss);
        call.operation("numpy", "Add", call.then("numpy", "Multiply", others, logits), loss);
    }

    private void bounds() {
        put(TensorFlowNumbers::clip, "clip_by_value", "ClipByValue");
        put(TensorFlowNumbers::clipByNorm, "clip_by_norm");
        put(call -> call.operation("core", "StopGradient", call.first()), "stop_gradient", "StopGradient");
        for (String name :
                new String[] {"equal", "none_equal", "greater", "greater_equal", "less", "less_equal", "near"}) {
            checked("assert_" + name);
        }
        for (String name :
                new String[] {"positive", "negative", "non_negative", "non_positive", "all_finite", "rank"}) {
            checked("assert_" + name);
        }
        checked("Assert");
    }

    /** Checks fail the run in TensorFlow; here numbers pass. */
    private void checked(String name) {
        put(call -> call.layer("Identity", call.first()), "debugging." + name, "compat.v1." + name);
    }

    private static void clip(TensorFlowCall call) {
        JsonNode low = call.require(1, "clip_value_min");
        JsonNode high = call.require(2, "clip_value_max");
        if (low.isNumber() && high.isNumber()) {
            ObjectNode config = call.operation("numpy", "Clip", call.first());
            config.set("x_min", low);
            config.set("x_max", high);
        } else {
            JsonNode below = call.then("numpy", "Minimum", call.first(), high);
            call.operation("numpy", "Maximum", below, low);
        }
    }

    /** {@code x · c / max(‖x‖, c)}. */
    private static void clipByNorm(TensorFlowCall call) {
        JsonNode longest = call.require(1, "clip_norm");
        JsonNode square = call.then("numpy", "Square", call.first());
        ObjectNode sum = call.operation("numpy", "Sum", square).put("keepdims", true);
        JsonNode axes = call.constant(2, "axes");
        if (!axes.isMissingNode()) {
            sum.set(AXIS, axes);
        }
        JsonNode length = call.then("numpy", "Maximum", call.then("numpy", "Sqrt", call.last()), longest);
        call.operation("numpy", "TrueDivide", call.then("numpy", "Multiply", call.first(), longest), length);
    }

    private void rows() {
        put(call -> running(call, "Cumsum", 0), "math.cumsum", "cumsum", "Cumsum");
        put(call -> running(call, "Cumprod", 1), "math.cumprod", "cumprod", "Cumprod");
        put(
                TensorFlowNumbers::nonzero,
                "math.count_nonzero",
                "compat.v1.math.count_nonzero",
                "compat.v1.count_nonzero");
        put(
                call -> call.operation("math", "InTopK", call.first(), call.require(1, "predictions"))
                        .set("k", call.requireConstant(2, "k")),
                "math.in_top_k",
                "nn.in_top_k");
        put(TensorFlowNumbers::places, "searchsorted");
        put(TensorFlowNumbers::spaced, "linspace");
        put(call -> compared(call, "GreaterEqual"), "math.is_non_decreasing");
        put(call -> compared(call, "Greater"), "math.is_strictly_increasing");
        put(call -> call.operation("numpy", "Argsort", call.first()), "math.invert_permutation", "InvertPermutation");
    }

    /**
     * From the end it is the running sum of the mirrored operand. Without the element itself it is the sum of what is shifted by
     * one: to take the element away again would leave nothing of small numbers beside a great one.
     */
    private static void running(TensorFlowCall call, String className, int neutral) {
        JsonNode axis = or(call.constant(1, AXIS), 0);
        JsonNode x = call.first();
        boolean isReverse = call.truth(3, "reverse");
        if (isReverse) {
            call.operation("numpy", "Flip", x).set(AXIS, axis);
            x = call.last();
        }
        if (call.truth(2, "exclusive")) {
            x = shifted(call, x, axis, neutral);
        }
        call.operation("numpy", className, x).set(AXIS, axis);
        if (isReverse) {
            call.operation("numpy", "Flip", call.last()).set(AXIS, axis);
        }
    }

    /** What changes nothing, then all elements along an axis but the last. */
    private static JsonNode shifted(TensorFlowCall call, JsonNode x, JsonNode axis, int neutral) {
        if (Math.abs((long) axis.asInt()) > TensorFlowMore.MOST_AXES) {
            throw call.refused(AXIS, axis.toString(), "an axis of a tensor");
        }
        JsonNode first = call.then(
                "numpy",
                "GetItem",
                x,
                TensorFlowFunctions.along(axis.asInt(), NullNode.getInstance(), IntNode.valueOf(1)));
        JsonNode begin = call.then("numpy", neutral == 0 ? "ZerosLike" : "OnesLike", first);
        JsonNode others = call.then(
                "numpy",
                "GetItem",
                x,
                TensorFlowFunctions.along(axis.asInt(), NullNode.getInstance(), IntNode.valueOf(-1)));
        ArrayNode parts = Config.json().arrayNode().add(begin).add(others);
        call.operation("numpy", "Concatenate", parts).set(AXIS, axis);
        return call.last();
    }

    private static void places(TensorFlowCall call) {
        call.operation("numpy", "SearchSorted", call.first(), call.require(1, "values"))
                .put("side", call.constant(2, "side").asText("left"));
        toType(
                call,
                call.last(),
                TensorFlowFunctions.type(call.constant(3, "out_type").asText("int32")));
    }

    private static void spaced(TensorFlowCall call) {
        ObjectNode config = call.operation("numpy", "Linspace", call.first(), call.require(1, "stop"));
        config.set("num", call.requireConstant(2, "num"));
        config.set(AXIS, or(call.named(AXIS), 0));
    }

    private static void nonzero(TensorFlowCall call) {
        JsonNode counted = toType(call, call.then("numpy", "NotEqual", call.first(), IntNode.valueOf(0)), "int64");
        ObjectNode config = call.operation("numpy", "Sum", counted);
        JsonNode axis = call.constant(1, AXIS);
        if (!axis.isMissingNode()) {
            config.set(AXIS, axis);
        }
        config.put("keepdims", call.truth(2, "keepdims", "keep_dims"));
        String type = call.named("dtype").asText("int64");
        if (!type.equals("int64")) {
            toType(call, call.last(), TensorFlowFunctions.type(type));
        }
    }

    private static void compared(TensorFlowCall call, String className) {
        JsonNode row = call.then("numpy", "Ravel", call.first());
        JsonNode later = call.then(
                "numpy", "GetItem", row, TensorFlowFunctions.along(0, IntNode.valueOf(1), NullNode.getInstance()));
        JsonNode earlier = call.then(
                "numpy", "GetItem", row, TensorFlowFunctions.along(0, NullNode.getInstance(), IntNode.valueOf(-1)));
        call.operation("numpy", "All", call.then("numpy", className, later, earlier));
    }
}
