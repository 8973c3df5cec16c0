package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.function.Consumer;

/**
 * TensorFlow functions that few models record: angles, tests of numbers, linear algebra, order and images. They are a part
 * of {@link TensorFlowFunctions}, of which one screen would not hold all.
 */
final class TensorFlowMore {
    /** TensorFlow's tensors have no more, and a file may say anything. */
    static final int MOST_AXES = 254;

    private final Table table;

    /** Where translations are put by the functions' names. */
    interface Table {
        void put(Consumer<TensorFlowCall> translation, String... names);
    }

    private TensorFlowMore(Table table) {
        this.table = table;
    }

    static void addTo(Table table) {
        TensorFlowMore more = new TensorFlowMore(table);
        more.numbers();
        more.rows();
        more.algebra();
        more.images();
    }

    private void numbers() {
        unary("numpy", "Arcsin", "math.asin", "Asin");
        unary("numpy", "Arccos", "math.acos", "Acos");
        unary("numpy", "Arctan", "math.atan", "Atan");
        unary("numpy", "Sinh", "math.sinh", "Sinh");
        unary("numpy", "Cosh", "math.cosh", "Cosh");
        unary("numpy", "Arcsinh", "math.asinh", "Asinh");
        unary("numpy", "Arccosh", "math.acosh", "Acosh");
        unary("numpy", "Arctanh", "math.atanh", "Atanh");
        unary("numpy", "Isnan", "math.is_nan", "IsNan");
        unary("numpy", "Isinf", "math.is_inf", "IsInf");
        unary("numpy", "Isfinite", "math.is_finite", "IsFinite");
        unary("nn", "LogSigmoid", "math.log_sigmoid");
        binary("Arctan2", "math.atan2", "Atan2");
        binary("DivideNoNan", "math.divide_no_nan", "DivNoNan");
        table.put(call -> call.operation("numpy", "Multiply", call.first(), call.require(1, "x")), "math.scalar_mul");
        table.put(
                call -> call.layer("Identity", call.first()),
                "ensure_shape",
                "EnsureShape",
                "grad_pass_through",
                // A check that fails the run in TensorFlow; here numbers pass.
                "debugging.check_numerics",
                "CheckNumerics");
        unary("numpy", "Round", "math.rint", "Rint");
        unary("numpy", "Reciprocal", "Inv");
        table.put(
                call -> {
                    ObjectNode config = call.operation("core", "ConvertToTensor", call.first());
                    JsonNode type = call.constant(1, "dtype");
                    if (!type.isMissingNode()) {
                        config.set("dtype", type);
                    }
                },
                "convert_to_tensor");
        table.put(
                call -> {
                    call.operation("numpy", "Negative", call.first());
                    ArrayNode both = Config.json().arrayNode();
                    both.add(call.first()).add(call.last());
                    call.operation("numpy", "Concatenate", both).put("axis", -1);
                    call.operation("nn", "Relu", call.last());
                },
                "nn.crelu");
    }

    /** What is done along an axis. */
    private void rows() {
        table.put(call -> along(call, "Flip"), "reverse", "ReverseV2");
        table.put(call -> sorted(call, "Sort"), "sort");
        table.put(call -> sorted(call, "Argsort"), "argsort");
        table.put(
                call -> {
                    JsonNode repeats = call.requireConstant(1, "repeats");
                    along(call, "Repeat", call.constant(2, "axis")).set("repeats", repeats);
                },
                "repeat");
        table.put(
                call -> {
                    JsonNode shift = call.requireConstant(1, "shift");
                    along(call, "Roll", call.requireConstant(2, "axis")).set("shift", shift);
                },
                "roll");
        table.put(
                call -> {
                    ObjectNode config = call.operation("math", "TopK", call.first());
                    config.set(
                            "k", call.constant(1, "k").isMissingNode() ? config.numberNode(1) : call.constant(1, "k"));
                    config.put("sorted", true);
                },
                "math.top_k",
                "nn.top_k",
                "TopKV2");
        table.put(TensorFlowMore::euclidean, "math.reduce_euclidean_norm");
    }

    private void algebra() {
        table.put(
                call -> {
                    JsonNode matrix = call.first();
                    if (call.truth(2, "transpose_a") || call.truth(3, "adjoint_a")) {
                        call.operation("numpy", "Swapaxes", matrix)
                                .put("axis1", -2)
                                .put("axis2", -1);
                        matrix = call.last();
                    }
                    call.operation("numpy", "ExpandDims", call.require(1, "b")).put("axis", -1);
                    call.operation("numpy", "Matmul", matrix, call.last());
                    call.operation("numpy", "Squeeze", call.last()).put("axis", -1);
                },
                "linalg.matvec");
        table.put(
                call -> {
                    ObjectNode config = call.operation("numpy", "Tensordot", call.first(), call.require(1, "b"));
                    config.set("axes", call.requireConstant(2, "axes"));
                },
                "tensordot");
        table.put(
                call -> call.operation("numpy", "Swapaxes", call.first())
                        .put("axis1", -2)
                        .put("axis2", -1),
                "linalg.matrix_transpose",
                "linalg.adjoint");
        table.put(TensorFlowMore::norm, "norm", "linalg.norm", "compat.v1.norm", "compat.v1.linalg.norm");
        table.put(TensorFlowMore::einsum, "einsum", "linalg.einsum", "Einsum");
        table.put(call -> onDiagonal(call, "Diagonal"), "linalg.diag_part");
        table.put(call -> onDiagonal(call, "Trace"), "linalg.trace");
        table.put(TensorFlowMore::band, "linalg.band_part", "MatrixBandPart");
        for (String name : new String[] {"normal", "uniform", "truncated_normal"}) {
            table.put(TensorFlowMore::random, "random." + name);
        }
        table.put(TensorFlowMore::random, "nn.dropout", "nn.experimental.stateless_dropout");
        table.put(call -> lookUp(call, 2), "nn.embedding_lookup");
        table.put(call -> lookUp(call, 5), "compat.v1.nn.embedding_lookup");
    }

    private static void lookUp(TensorFlowCall call, int maxNorm) {
        JsonNode longest = call.constant(maxNorm, "max_norm");
        if (!longest.isMissingNode() && !longest.isNull()) {
            throw call.refused("max_norm", longest.toString(), "None");
        }
        call.operation("numpy", "Take", call.first(), call.require(1, "ids")).put("axis", 0);
    }

    private void images() {
        table.put(call -> call.operation("numpy", "Flip", call.first()).put("axis", -2), "image.flip_left_right");
        table.put(call -> call.operation("numpy", "Flip", call.first()).put("axis", -3), "image.flip_up_down");
    }

    private void unary(String module, String className, String... names) {
        table.put(call -> call.operation(module, className, call.first()), names);
    }

    private void binary(String className, String... names) {
        table.put(call -> call.operation("numpy", className, call.first(), call.require(1, "x", "y")), names);
    }

    private static void along(TensorFlowCall call, String className) {
        along(call, className, call.constant(1, "axis"));
    }

    private static ObjectNode along(TensorFlowCall call, String className, JsonNode axis) {
        ObjectNode config = call.operation("numpy", className, call.first());
        if (!axis.isMissingNode()) {
            config.set("axis", axis);
        }
        return config;
    }

    private static void sorted(TensorFlowCall call, String className) {
        JsonNode axis = call.constant(1, "axis");
        boolean isDown = call.constant(2, "direction").asText().equalsIgnoreCase("descending");
        JsonNode x = call.first();
        if (isDown) {
            call.operation("numpy", "Negative", x);
            x = call.last();
        }
        call.operation("numpy", className, x).put("axis", axis.asInt(-1));
        if (isDown && className.equals("Sort")) {
            call.operation("numpy", "Negative", call.last());
        }
    }

    /** In a graph the equation is an attribute; of a call Keras 2 saves the equation only, and cannot load it either. */
    private static void einsum(TensorFlowCall call) {
        if (!call.function().equals("Einsum")) {
            throw call.refused(
                    "inputs", "nothing", "tensors, which Keras 2 leaves out; take EinsumDense or Dot in Keras");
        }
        JsonNode[] operands = call.from(0).toArray(JsonNode[]::new);
        call.operation("numpy", "Einsum", operands).set("subscripts", call.named("equation"));
    }

    private static void random(TensorFlowCall call) {
        throw call.refused(
                "function",
                call.function(),
                "one that gives the same each time; end the model before it in Keras, such as at the mean of a VAE");
    }

    private static void onDiagonal(TensorFlowCall call, String className) {
        call.refuseOther("k", "0");
        call.operation("numpy", className, call.first()).put("axis1", -2).put("axis2", -1);
    }

    /** As many diagonals below and above the main one as are kept; a negative number keeps all. */
    private static void band(TensorFlowCall call) {
        int lower = call.requireConstant(1, "num_lower").asInt();
        int upper = call.requireConstant(2, "num_upper").asInt();
        JsonNode x = call.first();
        if (lower >= 0) {
            call.operation("numpy", "Triu", x).put("k", -lower);
            x = call.last();
        }
        if (upper >= 0 || lower < 0) {
            call.operation("numpy", "Tril", x).put("k", upper >= 0 ? upper : Integer.MAX_VALUE);
        }
    }

    private static void euclidean(TensorFlowCall call) {
        norm(call, call.constant(1, "axis"), call.truth(2, "keepdims"));
    }

    private static void norm(TensorFlowCall call) {
        JsonNode order = call.constant(1, "ord");
        ObjectNode config = norm(call, call.constant(2, "axis"), call.truth(3, "keepdims"));
        String name = order.asText("euclidean");
        if (order.isNumber() || name.equals("Infinity")) {
            config.set("ord", order);
        } else if (!name.equals("euclidean") && !name.equals("fro")) {
            throw call.refused("ord", order.toString(), "euclidean, fro or a number");
        }
    }

    private static ObjectNode norm(TensorFlowCall call, JsonNode axis, boolean keepDims) {
        ObjectNode config = call.operation("linalg", "Norm", call.first());
        if (!axis.isMissingNode()) {
            config.set("axis", axis);
        }
        return config.put("keepdims", keepDims);
    }
}
