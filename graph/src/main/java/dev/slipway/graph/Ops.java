package dev.slipway.graph;

import dev.slipway.graph.Graph.TypedShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The only way to add a node to a {@link Graph}: one method per ONNX operator, which infers the result's type and shape
 * and refuses wrong operands with an {@link IllegalArgumentException} that names both.
 *
 * <p>Elementwise operators broadcast as numpy does: shapes are aligned at their last axes, and a length of 1 stretches.
 * Two different symbols in one place are taken to be the same length; the engine refuses the run if they are not.
 *
 * <p>Axes may be negative (-1 is the last). Longer than one screen because each operator is one short method.
 *
 * <p>Source: the ONNX operator specification, opset {@value OnnxWriter#OPSET}.
 */
public final class Ops {
    private final Graph graph;
    private final String scope;

    /**
     * Operators that append to a graph.
     *
     * @param graph the graph to add to
     */
    public Ops(Graph graph) {
        this(graph, "");
    }

    Ops(Graph graph, String scope) {
        this.graph = graph;
        this.scope = scope;
    }

    /**
     * The same operators, whose nodes are named below a prefix, so that a person finds a layer in a graph.
     *
     * @param name the prefix, such as a layer's name
     * @return operators on the same graph
     */
    public Ops scoped(String name) {
        return new Ops(graph, scope + name + "/");
    }

    /**
     * The graph these operators append to.
     *
     * @return the graph
     */
    public Graph graph() {
        return graph;
    }

    // ---- constants

    /**
     * Data as a value.
     *
     * @param constant the data
     * @return a value that is a part of the graph
     */
    public Value constant(Constant constant) {
        return graph.constant(constant);
    }

    /**
     * A number as a value.
     *
     * @param type the element type
     * @param value the number, converted as a Java cast does
     * @return a scalar
     */
    public Value constant(DataType type, double value) {
        return graph.constant(Constant.scalar(type, value));
    }

    /**
     * A vector of 64-bit integers, as axes and shapes are given to ONNX operators.
     *
     * @param values the elements
     * @return a vector
     */
    public Value constant(long... values) {
        return graph.constant(Constant.of(values));
    }

    /**
     * A value that is not known before others are, and so is nothing that is computed from it. The engine chooses the order of what
     * does not depend on each other; this gives it one.
     *
     * @param value the value, a scalar
     * @param earlier what is to be known before: numbers or truth values, of one element or more
     * @return the value itself if nothing is to be known before
     */
    public Value after(Value value, Collection<Value> earlier) {
        return earlier.stream()
                .map(this::firstTruth)
                .reduce(this::or)
                .map(either -> where(either, value, value))
                .orElse(value);
    }

    private Value firstTruth(Value tensor) {
        Value first = tensor;
        for (int axis = 0; axis < tensor.shape().rank(); axis++) {
            first = slice(first, axis, 0, 1);
        }
        return cast(reshape(first, Shape.scalar()), DataType.BOOL);
    }

    /**
     * A number of the same type as another value.
     *
     * @param other the value whose type is taken
     * @param value the number
     * @return a scalar
     */
    public Value like(Value other, double value) {
        return constant(other.type(), value);
    }

    // ---- arithmetic

    /**
     * The sum of two tensors.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a + b}, broadcast
     */
    public Value add(Value a, Value b) {
        return binary("Add", a, b, Operand.NUMBER, a.type());
    }

    /**
     * The difference of two tensors.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a - b}, broadcast
     */
    public Value sub(Value a, Value b) {
        return binary("Sub", a, b, Operand.NUMBER, a.type());
    }

    /**
     * The elementwise product of two tensors.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a * b}, broadcast
     */
    public Value mul(Value a, Value b) {
        return binary("Mul", a, b, Operand.NUMBER, a.type());
    }

    /**
     * The quotient of two tensors; integers are divided towards zero.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a / b}, broadcast
     */
    public Value div(Value a, Value b) {
        return binary("Div", a, b, Operand.NUMBER, a.type());
    }

    /**
     * A tensor raised to a power, elementwise.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a ^ b}, broadcast
     */
    public Value pow(Value a, Value b) {
        return binary("Pow", a, b, Operand.NUMBER, a.type());
    }

    /**
     * The smaller of two tensors, elementwise.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code min(a, b)}, broadcast
     */
    public Value min(Value a, Value b) {
        return binary("Min", a, b, Operand.NUMBER, a.type());
    }

    /**
     * The larger of two tensors, elementwise.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code max(a, b)}, broadcast
     */
    public Value max(Value a, Value b) {
        return binary("Max", a, b, Operand.NUMBER, a.type());
    }

    /**
     * The negative of a tensor.
     *
     * @param x the operand
     * @return {@code -x}, of the operand's type and shape
     */
    public Value neg(Value x) {
        return unary("Neg", x, Operand.NUMBER);
    }

    /**
     * The magnitude of a tensor.
     *
     * @param x the operand
     * @return {@code |x|}, of the operand's type and shape
     */
    public Value abs(Value x) {
        return unary("Abs", x, Operand.NUMBER);
    }

    /**
     * The sign of a tensor.
     *
     * @param x the operand
     * @return -1, 0 or 1, of the operand's type and shape
     */
    public Value sign(Value x) {
        return unary("Sign", x, Operand.NUMBER);
    }

    /**
     * The largest integer not above each element.
     *
     * @param x the operand
     * @return {@code floor(x)}, of the operand's type and shape
     */
    public Value floor(Value x) {
        return unary("Floor", x, Operand.FLOATING);
    }

    /**
     * The smallest integer not below each element.
     *
     * @param x the operand
     * @return {@code ceil(x)}, of the operand's type and shape
     */
    public Value ceil(Value x) {
        return unary("Ceil", x, Operand.FLOATING);
    }

    /**
     * The nearest integer, halves to even.
     *
     * @param x the operand
     * @return {@code round(x)}, of the operand's type and shape
     */
    public Value round(Value x) {
        return unary("Round", x, Operand.FLOATING);
    }

    /**
     * One over a tensor.
     *
     * @param x the operand
     * @return {@code 1 / x}, of the operand's type and shape
     */
    public Value reciprocal(Value x) {
        return unary("Reciprocal", x, Operand.FLOATING);
    }

    /**
     * The square root.
     *
     * @param x the operand
     * @return {@code sqrt(x)}, of the operand's type and shape
     */
    public Value sqrt(Value x) {
        return unary("Sqrt", x, Operand.FLOATING);
    }

    /**
     * The exponential.
     *
     * @param x the operand
     * @return {@code e ^ x}, of the operand's type and shape
     */
    public Value exp(Value x) {
        return unary("Exp", x, Operand.FLOATING);
    }

    /**
     * The natural logarithm.
     *
     * @param x the operand
     * @return {@code ln(x)}, of the operand's type and shape
     */
    public Value log(Value x) {
        return unary("Log", x, Operand.FLOATING);
    }

    /**
     * The sine.
     *
     * @param x the operand
     * @return {@code sin(x)}, of the operand's type and shape
     */
    public Value sin(Value x) {
        return unary("Sin", x, Operand.FLOATING);
    }

    /**
     * The cosine.
     *
     * @param x the operand
     * @return {@code cos(x)}, of the operand's type and shape
     */
    public Value cos(Value x) {
        return unary("Cos", x, Operand.FLOATING);
    }

    /**
     * The angle that has a tangent.
     *
     * @param x the operand
     * @return {@code arctan(x)} in radians, of the operand's type and shape
     */
    public Value atan(Value x) {
        return x.type() == DataType.DOUBLE ? DoubleFunctions.atan(this, x) : unary("Atan", x, Operand.FLOATING);
    }

    /**
     * The angle of a point.
     *
     * @param y how far up the point lies
     * @param x how far right it lies, of the same type
     * @return the angle in radians, from -π to π; 0 for the origin
     */
    public Value atan2(Value y, Value x) {
        Value zero = like(x, 0);
        Value isUpright = equal(x, zero);
        Value slope = atan(div(y, where(isUpright, like(x, 1), x)));
        Value halfTurn = where(less(y, zero), like(x, -Math.PI), like(x, Math.PI));
        Value angle = where(less(x, zero), add(slope, halfTurn), slope);
        return where(isUpright, mul(sign(y), like(x, Math.PI / 2)), angle);
    }

    /**
     * The error function.
     *
     * @param x the operand
     * @return {@code erf(x)}, of the operand's type and shape
     */
    public Value erf(Value x) {
        return x.type() == DataType.DOUBLE ? DoubleFunctions.erf(this, x) : unary("Erf", x, Operand.FLOATING);
    }

    /**
     * The remainder of a division.
     *
     * @param a the dividend
     * @param b the divisor, of the same type
     * @return integers with the sign of the divisor, floating-point numbers with the sign of the dividend
     */
    public Value mod(Value a, Value b) {
        requireSameType("Mod", a, b);
        Operand.NUMBER.require("Mod", a);
        Map<String, Attribute> fmod = a.type().isFloating() ? Map.of("fmod", new Attribute.Int(1)) : Map.of();
        return node("Mod", List.of(a, b), fmod, a.type(), broadcast("Mod", a.shape(), b.shape()));
    }

    // ---- activation functions

    /**
     * The rectifier.
     *
     * @param x the operand
     * @return {@code max(x, 0)}, of the operand's type and shape
     */
    public Value relu(Value x) {
        return unary("Relu", x, Operand.NUMBER);
    }

    /**
     * The logistic function.
     *
     * @param x the operand
     * @return {@code 1 / (1 + e ^ -x)}, of the operand's type and shape
     */
    public Value sigmoid(Value x) {
        // The engine's optimizer makes x · sigmoid(x) one operator, for which it has no kernel in double precision.
        return x.type() == DataType.DOUBLE
                ? reciprocal(add(like(x, 1), exp(neg(x))))
                : unary("Sigmoid", x, Operand.FLOATING);
    }

    /**
     * The hyperbolic tangent.
     *
     * @param x the operand
     * @return {@code tanh(x)}, of the operand's type and shape
     */
    public Value tanh(Value x) {
        return unary("Tanh", x, Operand.FLOATING);
    }

    /**
     * A smooth rectifier.
     *
     * @param x the operand
     * @return {@code ln(1 + e ^ x)}, of the operand's type and shape
     */
    public Value softplus(Value x) {
        return unary("Softplus", x, Operand.FLOATING);
    }

    /**
     * Exponentials that sum to one along an axis.
     *
     * @param x the logits
     * @param axis the axis
     * @return {@code e ^ x / sum(e ^ x)}, computed without overflow
     */
    public Value softmax(Value x, int axis) {
        return alongAxis("Softmax", x, axis);
    }

    /**
     * The logarithm of {@link #softmax}, computed without overflow.
     *
     * @param x the logits
     * @param axis the axis
     * @return {@code x - ln(sum(e ^ x))}
     */
    public Value logSoftmax(Value x, int axis) {
        return alongAxis("LogSoftmax", x, axis);
    }

    /**
     * A tensor limited to a range.
     *
     * @param x the operand
     * @param low the least value
     * @param high the greatest value, not below {@code low}
     * @return {@code min(max(x, low), high)}
     */
    public Value clip(Value x, double low, double high) {
        Operand.NUMBER.require("Clip", x);
        if (!(low <= high)) {
            throw new IllegalArgumentException("Clip: range " + low + " to " + high + " (expected: low <= high)");
        }
        if (x.type() == DataType.DOUBLE) {
            // The engine's optimizer fails on Clip behind Relu in double precision.
            Value raised = where(less(x, like(x, low)), like(x, low), x);
            return where(greater(x, like(x, high)), like(x, high), raised);
        }
        return node("Clip", List.of(x, like(x, low), like(x, high)), Map.of(), x.type(), x.shape());
    }

    // ---- comparison and logic

    /**
     * Where two tensors are equal.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a == b}, broadcast
     */
    public Value equal(Value a, Value b) {
        return binary("Equal", a, b, Operand.ANY, DataType.BOOL);
    }

    /**
     * Where one tensor is above another.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a > b}, broadcast
     */
    public Value greater(Value a, Value b) {
        return binary("Greater", a, b, Operand.NUMBER, DataType.BOOL);
    }

    /**
     * Where one tensor is not below another.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a >= b}, broadcast
     */
    public Value greaterOrEqual(Value a, Value b) {
        return binary("GreaterOrEqual", a, b, Operand.NUMBER, DataType.BOOL);
    }

    /**
     * Where one tensor is below another.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a < b}, broadcast
     */
    public Value less(Value a, Value b) {
        return binary("Less", a, b, Operand.NUMBER, DataType.BOOL);
    }

    /**
     * Where one tensor is not above another.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a <= b}, broadcast
     */
    public Value lessOrEqual(Value a, Value b) {
        return binary("LessOrEqual", a, b, Operand.NUMBER, DataType.BOOL);
    }

    /**
     * Where both are true.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a && b}, broadcast
     */
    public Value and(Value a, Value b) {
        return binary("And", a, b, Operand.BOOL, a.type());
    }

    /**
     * Where one or both are true.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a || b}, broadcast
     */
    public Value or(Value a, Value b) {
        return binary("Or", a, b, Operand.BOOL, a.type());
    }

    /**
     * Where just one is true.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a ^ b}, broadcast
     */
    public Value xor(Value a, Value b) {
        return binary("Xor", a, b, Operand.BOOL, a.type());
    }

    /**
     * The opposite truth value.
     *
     * @param x the operand
     * @return {@code !x}, of the operand's type and shape
     */
    public Value not(Value x) {
        return unary("Not", x, Operand.BOOL);
    }

    /**
     * The common bits of two integers.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a & b}, broadcast
     */
    public Value bitwiseAnd(Value a, Value b) {
        return binary("BitwiseAnd", a, b, Operand.INTEGER, a.type());
    }

    /**
     * The differing bits of two integers.
     *
     * @param a the left operand
     * @param b the right operand, of the same type
     * @return {@code a ^ b}, broadcast
     */
    public Value bitwiseXor(Value a, Value b) {
        return binary("BitwiseXor", a, b, Operand.INTEGER, a.type());
    }

    /**
     * Where a tensor is not a number.
     *
     * @param x the operand
     * @return truth values of the operand's shape
     */
    public Value isNaN(Value x) {
        Operand.FLOATING.require("IsNaN", x);
        return node("IsNaN", List.of(x), Map.of(), DataType.BOOL, x.shape());
    }

    /**
     * A choice between two tensors, elementwise.
     *
     * @param condition truth values
     * @param whenTrue taken where the condition is true
     * @param whenFalse taken elsewhere, of the same type
     * @return the chosen elements; all three are broadcast
     */
    public Value where(Value condition, Value whenTrue, Value whenFalse) {
        Operand.BOOL.require("Where", condition);
        requireSameType("Where", whenTrue, whenFalse);
        Shape shape = broadcast("Where", condition.shape(), broadcast("Where", whenTrue.shape(), whenFalse.shape()));
        return node("Where", List.of(condition, whenTrue, whenFalse), Map.of(), whenTrue.type(), shape);
    }

    /**
     * A tensor converted to another type.
     *
     * @param x the operand
     * @param type the type wanted
     * @return the operand itself if it has that type already
     */
    public Value cast(Value x, DataType type) {
        if (x.type() == type) {
            return x;
        }
        return node("Cast", List.of(x), Map.of("to", new Attribute.Int(type.onnxCode())), type, x.shape());
    }

    /**
     * The same tensor under another name.
     *
     * @param x the operand
     * @return a value equal to it
     */
    public Value identity(Value x) {
        return node("Identity", List.of(x), Map.of(), x.type(), x.shape());
    }

    /**
     * The same tensor, through which no gradient goes: what is computed from it takes it for a constant.
     *
     * @param x of single or double precision
     * @return a value equal to it
     */
    public Value stopGradient(Value x) {
        // ONNX has no operator for it. This is the sum of a single operand, which nothing else here makes.
        return unary("Sum", x, Operand.FLOATING);
    }

    // ---- products

    /**
     * The matrix product over the last two axes; leading axes are broadcast, vectors are promoted as numpy does.
     *
     * @param a {@code [..., n, k]} or {@code [k]}
     * @param b {@code [..., k, m]} or {@code [k]}
     * @return {@code [..., n, m]}
     */
    public Value matMul(Value a, Value b) {
        Operand.NUMBER.require("MatMul", a);
        requireSameType("MatMul", a, b);
        return node("MatMul", List.of(a, b), Map.of(), a.type(), MatMulShape.of(a.shape(), b.shape()));
    }

    /**
     * The product of two matrices, each of which may be transposed first.
     *
     * @param a {@code [n, k]}, or {@code [k, n]} to be transposed
     * @param transposeA whether the left operand is transposed
     * @param b {@code [k, m]}, or {@code [m, k]} to be transposed
     * @param transposeB whether the right operand is transposed
     * @return {@code [n, m]}
     */
    public Value gemm(Value a, boolean transposeA, Value b, boolean transposeB) {
        Operand.FLOATING.require("Gemm", a);
        requireSameType("Gemm", a, b);
        if (a.shape().rank() != 2 || b.shape().rank() != 2) {
            throw new IllegalArgumentException("Gemm: " + a.shape() + " and " + b.shape() + " (expected: matrices)");
        }
        Dimension inner = a.shape().dimension(transposeA ? 0 : 1);
        Dimension outer = b.shape().dimension(transposeB ? 1 : 0);
        if (inner.isKnown() && outer.isKnown() && !inner.equals(outer)) {
            throw new IllegalArgumentException("Gemm: " + a.shape() + (transposeA ? " transposed" : "") + " and "
                    + b.shape() + (transposeB ? " transposed" : "")
                    + " (expected: as many columns on the left as rows on the right)");
        }
        Shape shape = Shape.of(
                List.of(a.shape().dimension(transposeA ? 1 : 0), b.shape().dimension(transposeB ? 0 : 1)));
        Map<String, Attribute> attributes = Map.of(
                "transA", new Attribute.Int(transposeA ? 1 : 0), "transB", new Attribute.Int(transposeB ? 1 : 0));
        return node("Gemm", List.of(a, b), attributes, a.type(), shape);
    }

    /**
     * A convolution: in each place of the window the sum, over the window and the channels of one group, of element times
     * kernel.
     *
     * <p>Source: ONNX operator Conv, opset 18.
     *
     * @param x {@code [batch, channels, …]}
     * @param kernel {@code [filters, channels / groups, …]}, as long as the window behind
     * @param window how the kernel moves
     * @param groups into how many groups channels and filters fall, each convolved by itself
     * @return {@code [batch, filters, …]}
     */
    public Value conv(Value x, Value kernel, Window window, long groups) {
        return conv(List.of(x, kernel), window, groups);
    }

    /**
     * A convolution to which a number for each filter is added.
     *
     * <p>Source: ONNX operator Conv, opset 18.
     *
     * @param x {@code [batch, channels, …]}
     * @param kernel {@code [filters, channels / groups, …]}, as long as the window behind
     * @param bias {@code [filters]}
     * @param window how the kernel moves
     * @param groups into how many groups channels and filters fall, each convolved by itself
     * @return {@code [batch, filters, …]}
     */
    public Value conv(Value x, Value kernel, Value bias, Window window, long groups) {
        requireBias("Conv", bias, kernel, 0);
        return conv(List.of(x, kernel, bias), window, groups);
    }

    private Value conv(List<Value> inputs, Window window, long groups) {
        Shape x = inputs.get(0).shape();
        Shape kernel = inputs.get(1).shape();
        requireWindow("Conv", inputs.get(0), window);
        requireKernel("Conv", inputs.get(0), inputs.get(1), window);
        boolean divides = groups >= 1 && (!kernel.dimension(0).isKnown() || kernel.size(0) % groups == 0);
        boolean fits =
                !x.dimension(1).isKnown() || !kernel.dimension(1).isKnown() || x.size(1) == kernel.size(1) * groups;
        if (!divides || !fits) {
            throw new IllegalArgumentException("Conv: " + x + " and kernel " + kernel + " in " + groups
                    + " groups (expected: kernel [filters, channels / groups, …] with whole numbers)");
        }
        if (inputs.get(0).type() == DataType.DOUBLE) {
            return biased(new DoubleWindows(this).conv(inputs.get(0), inputs.get(1), window, groups), inputs);
        }
        Map<String, Attribute> attributes = window.attributes();
        attributes.put("group", new Attribute.Int(groups));
        return node("Conv", inputs, attributes, inputs.get(0).type(), slid("Conv", x, kernel.dimension(0), window));
    }

    /**
     * A transposed convolution: each element is spread over the window, times the kernel; what meets is added up.
     *
     * <p>Source: ONNX operator ConvTranspose, opset 18.
     *
     * @param x {@code [batch, channels, …]}
     * @param kernel {@code [channels, filters, …]}, as long as the window behind
     * @param window how the kernel moves; its padding is taken away from the result
     * @param more how many zeros come behind the result along each axis, less than the stride
     * @return {@code [batch, filters, …]}
     */
    public Value convTranspose(Value x, Value kernel, Window window, List<Long> more) {
        return convTranspose(List.of(x, kernel), window, more, 1);
    }

    /** A transposed convolution in groups, each by itself; kernel {@code [channels, filters / groups, …]}. */
    Value convTranspose(Value x, Value kernel, Window window, List<Long> more, long groups) {
        return convTranspose(List.of(x, kernel), window, more, groups);
    }

    /**
     * A transposed convolution to which a number for each filter is added.
     *
     * <p>Source: ONNX operator ConvTranspose, opset 18.
     *
     * @param x {@code [batch, channels, …]}
     * @param kernel {@code [channels, filters, …]}, as long as the window behind
     * @param bias {@code [filters]}
     * @param window how the kernel moves; its padding is taken away from the result
     * @param more how many zeros come behind the sum along each axis, less than the stride
     * @return {@code [batch, filters, …]}
     */
    public Value convTranspose(Value x, Value kernel, Value bias, Window window, List<Long> more) {
        requireBias("ConvTranspose", bias, kernel, 1);
        return convTranspose(List.of(x, kernel, bias), window, more, 1);
    }

    private Value convTranspose(List<Value> inputs, Window window, List<Long> more, long groups) {
        Value x = inputs.get(0);
        Shape kernel = inputs.get(1).shape();
        requireWindow("ConvTranspose", x, window);
        requireKernel("ConvTranspose", x, inputs.get(1), window);
        Dimension channels = x.shape().dimension(1);
        boolean fits = !channels.isKnown() || !kernel.dimension(0).isKnown() || channels.equals(kernel.dimension(0));
        if (!fits || more.size() != window.rank() || more.stream().anyMatch(n -> n < 0)) {
            throw new IllegalArgumentException("ConvTranspose: " + x.shape() + " and kernel " + kernel + " and " + more
                    + " more (expected: kernel [channels, filters, …], and a number >= 0 for each axis)");
        }
        if (x.type() == DataType.DOUBLE) {
            DoubleWindows windows = new DoubleWindows(this);
            return biased(windows.convTranspose(x, inputs.get(1), window, more, groups), inputs);
        }
        Dimension filters = times("ConvTranspose", kernel.dimension(1), groups);
        List<Dimension> dimensions = new ArrayList<>(List.of(x.shape().dimension(0), filters));
        for (int i = 0; i < window.rank(); i++) {
            Dimension places = x.shape().dimension(i + 2);
            dimensions.add(window.unslide(
                    "ConvTranspose", places, i, more.get(i), () -> graph.freshSymbol(scope + "conv_transpose")));
        }
        Map<String, Attribute> attributes = window.attributes();
        attributes.put("output_padding", new Attribute.Ints(List.copyOf(more)));
        attributes.put("group", new Attribute.Int(groups));
        return node("ConvTranspose", inputs, attributes, x.type(), Shape.of(dimensions));
    }

    /** Adds a number for each channel, if there is a third input. */
    private Value biased(Value x, List<Value> inputs) {
        if (inputs.size() < 3) {
            return x;
        }
        int[] behind = IntStream.range(1, x.shape().rank() - 1).toArray();
        return add(x, unsqueeze(inputs.get(2), behind));
    }

    private static void requireWindow(String operator, Value x, Window window) {
        Operand.FLOATING.require(operator, x);
        if (x.shape().rank() != window.rank() + 2) {
            throw new IllegalArgumentException(operator + ": " + x.shape() + " and a " + window
                    + " (expected: [batch, channels] and an axis for each of the window's)");
        }
    }

    private static void requireKernel(String operator, Value x, Value kernel, Window window) {
        requireSameType(operator, x, kernel);
        boolean fits = kernel.shape().rank() == window.rank() + 2;
        for (int i = 0; fits && i < window.rank(); i++) {
            Dimension length = kernel.shape().dimension(i + 2);
            fits = !length.isKnown() || length.is(window.lengths().get(i));
        }
        if (!fits) {
            throw new IllegalArgumentException(operator + ": kernel " + kernel.shape() + " and a " + window
                    + " (expected: a kernel as long as the window behind its first two axes)");
        }
    }

    private static void requireBias(String operator, Value bias, Value kernel, int filters) {
        requireSameType(operator, bias, kernel);
        boolean fits = bias.shape().rank() == 1
                && kernel.shape().rank() > filters
                && mayBeEqual(bias.shape(), kernel.shape().slice(filters, filters + 1), -1);
        if (!fits) {
            throw new IllegalArgumentException(operator + ": bias " + bias.shape() + " and kernel " + kernel.shape()
                    + " (expected: a number for each filter)");
        }
    }

    /** The shape that a window gives. */
    private Shape slid(String operator, Shape x, Dimension channels, Window window) {
        List<Dimension> dimensions = new ArrayList<>(List.of(x.dimension(0), channels));
        for (int i = 0; i < window.rank(); i++) {
            dimensions.add(window.slide(operator, x.dimension(i + 2), i, () -> graph.freshSymbol(scope + "window")));
        }
        return Shape.of(dimensions);
    }

    /**
     * Products of tensors, summed: {@code ab,bc->ac} is the matrix product, and becomes one.
     *
     * <p>Source: ONNX operator Einsum, opset 18.
     *
     * @param equation a letter for each axis of each operand, and of the result behind {@code ->}; letters that the result
     *     does not have are summed over, and {@code ...} stands for any axes
     * @param operands one or more tensors of one type
     * @return the sum of the products
     */
    public Value einsum(String equation, Value... operands) {
        List<Value> all = List.of(operands);
        for (Value operand : all) {
            Operand.NUMBER.require("Einsum", operand);
            requireSameType("Einsum", all.get(0), operand);
        }
        Shape shape = EinsumShape.of(equation, all.stream().map(Value::shape).toList());
        EinsumLetters letters = new EinsumLetters(this, equation, all, shape);
        return EinsumProduct.of(this, letters.equation(), letters.operands()).orElseGet(() -> {
            Map<String, Attribute> attributes = Map.of("equation", new Attribute.Text(letters.equation()));
            return node("Einsum", letters.operands(), attributes, all.get(0).type(), shape);
        });
    }

    // ---- sequences

    /**
     * A simple recurrent network over a batch of sequences: {@code h' = f(x·Wᵀ + h·Rᵀ + Wb + Rb)}.
     *
     * <p>Source: ONNX operator {@code RNN}, opset 18, direction forward, layout 0.
     *
     * @param x {@code [time, batch, features]}
     * @param recurrent weights of 1 gate and the function {@code f}; initial states: {@code h}
     * @return all outputs {@code [time, 1, batch, units]} and the last {@code h [1, batch, units]}
     */
    public List<Value> rnn(Value x, Recurrent recurrent) {
        return recurrent(new RecurrentOperator("RNN", 1, 1, 1), x, recurrent);
    }

    /**
     * Gated recurrent units over a batch of sequences; gates in the order z, r, h; {@code h' = z·h + (1 - z)·candidate}.
     *
     * <p>Source: ONNX operator {@code GRU}, opset 18, direction forward, layout 0.
     *
     * @param x {@code [time, batch, features]}
     * @param recurrent weights of 3 gates and the functions {@code f} of z and r and {@code g} of the candidate; initial
     *     states: {@code h}
     * @return all outputs {@code [time, 1, batch, units]} and the last {@code h [1, batch, units]}
     */
    public List<Value> gru(Value x, Recurrent recurrent) {
        return recurrent(new RecurrentOperator("GRU", 3, 1, 2), x, recurrent);
    }

    /**
     * Long short-term memory over a batch of sequences; gates in the order i, o, f, c.
     *
     * <p>Source: ONNX operator {@code LSTM}, opset 18, direction forward, layout 0, without peepholes.
     *
     * @param x {@code [time, batch, features]}
     * @param recurrent weights of 4 gates and the functions {@code f} of i, o and f, {@code g} of the candidate and
     *     {@code h} of the new state; initial states: {@code h}, {@code c}
     * @return all outputs {@code [time, 1, batch, units]}, the last {@code h} and the last {@code c [1, batch, units]}
     */
    public List<Value> lstm(Value x, Recurrent recurrent) {
        return recurrent(new RecurrentOperator("LSTM", 4, 2, 3), x, recurrent);
    }

    private List<Value> recurrent(RecurrentOperator operator, Value x, Recurrent recurrent) {
        List<TypedShape> results = operator.infer(x, recurrent);
        return append(operator.name(), operator.operands(x, recurrent), operator.attributes(recurrent), results);
    }

    /** The body of {@link #scan}. */
    @FunctionalInterface
    public interface ScanBody {
        /**
         * One step.
         *
         * @param ops the operators of the body; values from outside may be their operands
         * @param states the states before this step
         * @param elements the element of each sequence
         * @return the states after this step, of the same types and shapes, then what this step gives
         */
        List<Value> step(Ops ops, List<Value> states, List<Value> elements);
    }

    /**
     * A computation repeated along an axis of some tensors, with states that go from step to step.
     *
     * <p>Source: ONNX operator {@code Scan}, opset 18.
     *
     * @param states the states before the first step
     * @param sequences one or more tensors, all of one length along the axis
     * @param axis the axis to go along, from 0
     * @param body one step
     * @return the states after the last step, then what all steps gave, each with the axis put in again
     */
    public List<Value> scan(List<Value> states, List<Value> sequences, int axis, ScanBody body) {
        ScanPath path = new ScanPath(Collections.nCopies(sequences.size(), axis), result -> axis, false);
        return scan(states, sequences, path, body);
    }

    List<Value> scan(List<Value> states, List<Value> sequences, ScanPath path, ScanBody body) {
        return new ScanOperator(graph, scope, path).append(states, sequences, body);
    }

    // ---- reductions

    /**
     * The largest element in each place of a window; padding is never the largest.
     *
     * <p>Source: ONNX operator MaxPool, opset 18.
     *
     * @param x {@code [batch, channels, …]}
     * @param window how the window moves
     * @return {@code [batch, channels, …]}
     */
    public Value maxPool(Value x, Window window) {
        return pool("MaxPool", withPadApart(x), window);
    }

    /**
     * The same value, whose Pad names its axes: the engine merges one that does not into the pooling behind it, also through a
     * Transpose. There zeros would count as nothing at all for the largest number, and padding as wide as the window is refused.
     */
    private Value withPadApart(Value x) {
        Node from = graph.producer(x).orElse(null);
        if (from == null) {
            return x;
        }
        if (from.operator().equals("Transpose")) {
            Value apart = withPadApart(from.input(0));
            return apart == from.input(0)
                    ? x
                    : node("Transpose", List.of(apart), from.attributes(), x.type(), x.shape());
        }
        if (!from.operator().equals("Pad") || from.inputs().size() != 3) {
            return x;
        }
        long[] axes = LongStream.range(0, x.shape().rank()).toArray();
        List<Value> operands = List.of(from.input(0), from.input(1), from.input(2), constant(axes));
        return node("Pad", operands, from.attributes(), x.type(), x.shape());
    }

    /**
     * The largest element in each place of a window, and where it lies: of equal ones the first, counted along all axes of
     * the operand, as {@link DataType#INT64}.
     */
    List<Value> maxPoolPlaces(Value x, Window window) {
        requireWindow("MaxPool", x, window);
        Shape shape = slid("MaxPool", x.shape(), x.shape().dimension(1), window);
        return graph.append(
                scope,
                "MaxPool",
                operands(List.of(x)),
                window.attributes(),
                List.of(new TypedShape(x.type(), shape), new TypedShape(DataType.INT64, shape)));
    }

    /**
     * The mean in each place of a window; padding is not counted.
     *
     * <p>Source: ONNX operator AveragePool, opset 18.
     *
     * @param x {@code [batch, channels, …]}
     * @param window how the window moves, without dilation
     * @return {@code [batch, channels, …]}
     */
    public Value averagePool(Value x, Window window) {
        if (window.isDilated()) {
            throw new IllegalArgumentException("AveragePool: " + window + " (expected: no dilation)");
        }
        requireWindow("AveragePool", x, window);
        return x.type() == DataType.DOUBLE
                ? new DoubleWindows(this).averagePool(x, window)
                : pool("AveragePool", withPadApart(x), window);
    }

    private Value pool(String operator, Value x, Window window) {
        requireWindow(operator, x, window);
        Shape shape = slid(operator, x.shape(), x.shape().dimension(1), window);
        return node(operator, List.of(x), window.attributes(), x.type(), shape);
    }

    /**
     * The sum over some axes.
     *
     * @param x the operand
     * @param keepDims whether the reduced axes stay, with length 1
     * @param axes the axes to reduce; none means all
     * @return the sum
     */
    public Value reduceSum(Value x, boolean keepDims, int... axes) {
        return reduce("ReduceSum", x, keepDims, axes);
    }

    /**
     * The mean over some axes.
     *
     * @param x the operand
     * @param keepDims whether the reduced axes stay, with length 1
     * @param axes the axes to reduce; none means all
     * @return the mean
     */
    public Value reduceMean(Value x, boolean keepDims, int... axes) {
        return reduce("ReduceMean", x, keepDims, axes);
    }

    /**
     * The largest element over some axes.
     *
     * @param x the operand
     * @param keepDims whether the reduced axes stay, with length 1
     * @param axes the axes to reduce; none means all
     * @return the maximum
     */
    public Value reduceMax(Value x, boolean keepDims, int... axes) {
        return reduce("ReduceMax", x, keepDims, axes);
    }

    /**
     * The smallest element over some axes.
     *
     * @param x the operand
     * @param keepDims whether the reduced axes stay, with length 1
     * @param axes the axes to reduce; none means all
     * @return the minimum
     */
    public Value reduceMin(Value x, boolean keepDims, int... axes) {
        return reduce("ReduceMin", x, keepDims, axes);
    }

    /**
     * The product over some axes.
     *
     * <p>Source: ONNX operator ReduceProd, opset 18.
     *
     * @param x the operand
     * @param keepDims whether the reduced axes stay, with length 1
     * @param axes the axes to reduce; none means all
     * @return the product
     */
    public Value reduceProd(Value x, boolean keepDims, int... axes) {
        return reduce("ReduceProd", x, keepDims, axes);
    }

    /**
     * The place of the largest element along an axis; of equal ones the first.
     *
     * @param x the operand
     * @param axis the axis, which goes away
     * @return places counted from 0, as {@link DataType#INT64}
     */
    public Value argMax(Value x, int axis) {
        int at = x.shape().axis(axis);
        List<Dimension> dimensions = new ArrayList<>(x.shape().dimensions());
        dimensions.remove(at);
        return node(
                "ArgMax",
                List.of(x),
                Map.of("axis", new Attribute.Int(at), "keepdims", new Attribute.Int(0)),
                DataType.INT64,
                Shape.of(dimensions));
    }

    /**
     * The running sum along an axis.
     *
     * @param x the operand
     * @param axis the axis
     * @param reverse whether to add from the end
     * @return sums of the operand's shape, each including its own element
     */
    public Value cumSum(Value x, int axis, boolean reverse) {
        Operand.NUMBER.require("CumSum", x);
        return node(
                "CumSum",
                List.of(x, constant(DataType.INT64, x.shape().axis(axis))),
                Map.of("reverse", new Attribute.Int(reverse ? 1 : 0)),
                x.type(),
                x.shape());
    }

    /**
     * The largest elements along an axis, in falling order, and their places.
     *
     * @param x the operand
     * @param k how many: at most the length of the axis, or its symbol for all
     * @param axis the axis
     * @return the values, and their places as {@link DataType#INT64}
     */
    public List<Value> topK(Value x, Dimension k, int axis) {
        int at = x.shape().axis(axis);
        Dimension length = x.shape().dimension(at);
        boolean isTooMany = k.isKnown() && length.isKnown() && k.size() > length.size();
        if (isTooMany || (!k.isKnown() && !k.equals(length))) {
            throw new IllegalArgumentException("TopK: " + k + " of axis " + axis + " of shape " + x.shape()
                    + " (expected: " + (isTooMany ? "<= " + length : "a number, or the symbol of that axis") + ")");
        }
        Value count = k.isKnown() ? constant(k.size()) : lengthOf(x, at);
        Shape shape = x.shape().with(at, k);
        return append(
                "TopK",
                operands(List.of(x, count)),
                Map.of("axis", new Attribute.Int(at)),
                List.of(new TypedShape(x.type(), shape), new TypedShape(DataType.INT64, shape)));
    }

    // ---- shape

    /**
     * The lengths of a tensor at run time.
     *
     * @param x the operand
     * @return a vector of {@link DataType#INT64} with one element an axis
     */
    public Value shape(Value x) {
        return node(
                "Shape",
                List.of(x),
                Map.of(),
                DataType.INT64,
                Shape.of(x.shape().rank()));
    }

    /**
     * The same elements in another shape. Symbols in the target must be lengths of the operand.
     *
     * @param x the operand
     * @param target the shape wanted, with as many elements
     * @return the reshaped tensor
     */
    public Value reshape(Value x, Shape target) {
        if (x.shape().equals(target)) {
            return x;
        }
        if (x.shape().isKnown() && target.isKnown() && x.shape().elementCount() != target.elementCount()) {
            throw new IllegalArgumentException("Reshape: " + x.shape() + " to " + target
                    + " (expected: as many elements, " + x.shape().elementCount() + ")");
        }
        return reshape(x, shapeVector(x, target), target);
    }

    /**
     * The target of a reshape as a vector: one unknown length is left to the engine (-1), preferably one that the operand
     * does not have; more are read off the operand.
     */
    private Value shapeVector(Value x, Shape target) {
        int inferred = inferredAxis(x.shape(), target);
        List<Value> parts = new ArrayList<>();
        boolean known = true;
        for (int axis = 0; axis < target.rank(); axis++) {
            Dimension length = target.dimension(axis);
            boolean isRead = axis != inferred && !length.isKnown();
            known &= !isRead;
            long written = length.isKnown() ? length.size() : -1;
            parts.add(isRead ? lengthOf(x, axisOf(x, length, target)) : constant(written));
        }
        return known ? constant(parts.stream().mapToLong(Ops::only).toArray()) : concat(parts, 0);
    }

    private static long only(Value constant) {
        return constant.constant().orElseThrow().bytes().getLong();
    }

    /** The axis of the target that the engine can compute from the others; -1 for none. */
    private static int inferredAxis(Shape operand, Shape target) {
        int found = -1;
        for (int axis = 0; axis < target.rank(); axis++) {
            Dimension length = target.dimension(axis);
            if (length.is(0)) {
                return -1;
            }
            boolean fits =
                    !length.isKnown() && (found < 0 || !operand.dimensions().contains(length));
            found = fits ? axis : found;
        }
        return found;
    }

    private static int axisOf(Value x, Dimension dimension, Shape target) {
        int axis = x.shape().dimensions().indexOf(dimension);
        if (axis < 0) {
            throw new IllegalArgumentException("Reshape: " + x.shape() + " to " + target + " (expected: '" + dimension
                    + "' to be a length of the operand)");
        }
        return axis;
    }

    /**
     * The length of an axis that takes all elements of a tensor which other axes leave.
     *
     * @param shape the tensor's shape
     * @param taken the product of the lengths of the other axes, 1 or more
     * @return a number if the shape is known and divisible; a symbol of the shape if that is what is left; else a new symbol
     */
    public Dimension remainder(Shape shape, long taken) {
        long known = shape.dimensions().stream()
                .filter(Dimension::isKnown)
                .mapToLong(Dimension::size)
                .reduce(1, Math::multiplyExact);
        if (shape.isKnown() && known % taken == 0) {
            return Dimension.of(known / taken);
        }
        boolean isSymbol = shape.symbolCount() == 1 && known == taken;
        return shape.dimensions().stream()
                .filter(dimension -> isSymbol && !dimension.isKnown())
                .findFirst()
                .orElseGet(() -> graph.freshSymbol(scope + "reshape"));
    }

    /** The number of rows when all axes but the last become one. */
    Dimension rows(Shape shape) {
        Shape leading = shape.slice(0, shape.rank() - 1);
        return leading.isKnown() ? Dimension.of(leading.elementCount()) : graph.freshSymbol("rows");
    }

    /** A matrix whose rows are all places of all axes but the last. */
    Value flat(Value x) {
        return reshape(x, Shape.of(List.of(rows(x.shape()), x.shape().dimension(-1))));
    }

    /** The length of one axis at run time, as a scalar of {@link DataType#INT64}. */
    Value length(Value x, int axis) {
        return x.shape().rank() == 1 ? size(x) : squeeze(lengthOf(x, axis), 0);
    }

    /** The length of one axis at run time, as a vector of {@link DataType#INT64} with one element. */
    Value lengthOf(Value x, int axis) {
        return node(
                "Shape",
                List.of(x),
                Map.of("start", new Attribute.Int(axis), "end", new Attribute.Int(axis + 1)),
                DataType.INT64,
                Shape.of(1));
    }

    /**
     * The same elements in a shape that is computed at run time.
     *
     * @param x the operand
     * @param vector the lengths, a vector of {@link DataType#INT64}; one may be -1 for what is left
     * @param target what is known of the result's shape
     * @return the reshaped tensor
     */
    public Value reshape(Value x, Value vector, Shape target) {
        // A 0 is a length here, not ONNX's "as in the operand".
        boolean mayBeEmpty = vector.constant().isEmpty() || target.dimensions().contains(Dimension.of(0));
        Map<String, Attribute> attributes = mayBeEmpty ? Map.of("allowzero", new Attribute.Int(1)) : Map.of();
        return node("Reshape", List.of(x, vector), attributes, x.type(), target);
    }

    /** The elements of x in the shape of another value, whatever symbols that has. */
    Value reshapeLike(Value x, Value like) {
        boolean isEmpty = like.shape().dimensions().contains(Dimension.of(0));
        boolean isClear = like.shape().isKnown() || (like.shape().symbolCount() == 1 && !isEmpty);
        return isClear ? reshape(x, like.shape()) : reshape(x, shape(like), like.shape());
    }

    /**
     * A tensor stretched by broadcasting.
     *
     * @param x the operand
     * @param like a tensor whose shape the result takes
     * @return the operand, broadcast to the shape of {@code like}
     */
    public Value expandLike(Value x, Value like) {
        Shape shape = broadcast("Expand", x.shape(), like.shape());
        Value vector = like.shape().isKnown() ? constant(like.shape().toArray()) : shape(like);
        return node("Expand", List.of(x, vector), Map.of(), x.type(), shape);
    }

    /**
     * A tensor stretched by broadcasting to lengths that are computed at run time.
     *
     * @param x the operand
     * @param vector the lengths, a vector of {@link DataType#INT64}
     * @param target what is known of the result's shape
     * @return the operand, broadcast to those lengths
     */
    public Value expand(Value x, Value vector, Shape target) {
        Shape shape = broadcast("Expand", x.shape(), target);
        if (!shape.equals(target)) {
            throw new IllegalArgumentException("Expand: " + x.shape() + " to " + target + " (expected: no axis of the"
                    + " operand longer than that of the target)");
        }
        return node("Expand", List.of(x, vector), Map.of(), x.type(), target);
    }

    /**
     * A tensor stretched by broadcasting with a known shape.
     *
     * <p>Source: ONNX operator Expand, opset 18.
     *
     * @param x the operand
     * @param target the known shape to broadcast with
     * @return the operand, broadcast to what both shapes broadcast to
     */
    public Value expand(Value x, Shape target) {
        Shape shape = broadcast("Expand", x.shape(), target);
        return node("Expand", List.of(x, constant(target.toArray())), Map.of(), x.type(), shape);
    }

    /**
     * A tensor with its axes in another order.
     *
     * @param x the operand
     * @param permutation for each axis of the result, the axis of the operand it is
     * @return the transposed tensor
     */
    public Value transpose(Value x, int... permutation) {
        Set<Integer> seen = new HashSet<>();
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis : permutation) {
            seen.add(x.shape().axis(axis));
            dimensions.add(x.shape().dimension(axis));
        }
        if (permutation.length != x.shape().rank() || seen.size() != permutation.length) {
            throw new IllegalArgumentException("Transpose: permutation " + Arrays.toString(permutation) + " of shape "
                    + x.shape() + " (expected: each axis once)");
        }
        List<Long> perm = Arrays.stream(permutation)
                .mapToObj(a -> (long) x.shape().axis(a))
                .toList();
        return node("Transpose", List.of(x), Map.of("perm", new Attribute.Ints(perm)), x.type(), Shape.of(dimensions));
    }

    /**
     * A tensor with its last two axes exchanged.
     *
     * @param x the operand, of rank 2 or more
     * @return {@code [..., m, n]} for {@code [..., n, m]}
     */
    public Value transposeLast(Value x) {
        int rank = x.shape().rank();
        int[] permutation = new int[rank];
        Arrays.setAll(permutation, i -> i < rank - 2 ? i : 2 * rank - 3 - i);
        return transpose(x, permutation);
    }

    /**
     * New axes of length 1.
     *
     * @param x the operand
     * @param axes their places in the result
     * @return the same elements with a higher rank
     */
    public Value unsqueeze(Value x, int... axes) {
        int rank = x.shape().rank() + axes.length;
        Set<Integer> added = new HashSet<>();
        for (int axis : axes) {
            if (axis < -rank || axis >= rank || !added.add(axis < 0 ? axis + rank : axis)) {
                throw new IllegalArgumentException("Unsqueeze: axes " + Arrays.toString(axes) + " of shape " + x.shape()
                        + " (expected: different axes from " + -rank + " to " + (rank - 1) + ")");
            }
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0, from = 0; axis < rank; axis++) {
            dimensions.add(added.contains(axis) ? Dimension.of(1) : x.shape().dimension(from++));
        }
        long[] sorted = added.stream().mapToLong(Integer::longValue).sorted().toArray();
        return node("Unsqueeze", List.of(x, constant(sorted)), Map.of(), x.type(), Shape.of(dimensions));
    }

    /**
     * Axes of length 1 taken away.
     *
     * @param x the operand
     * @param axes the axes, each of length 1
     * @return the same elements with a lower rank
     */
    public Value squeeze(Value x, int... axes) {
        Set<Integer> removed = new HashSet<>();
        for (int axis : axes) {
            removed.add(x.shape().axis(axis));
            Dimension length = x.shape().dimension(axis);
            if (length.isKnown() && !length.is(1)) {
                throw new IllegalArgumentException(
                        "Squeeze: axis " + axis + " of shape " + x.shape() + " (expected: an axis of length 1)");
            }
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0; axis < x.shape().rank(); axis++) {
            if (!removed.contains(axis)) {
                dimensions.add(x.shape().dimension(axis));
            }
        }
        long[] sorted = removed.stream().mapToLong(Integer::longValue).sorted().toArray();
        return node("Squeeze", List.of(x, constant(sorted)), Map.of(), x.type(), Shape.of(dimensions));
    }

    /**
     * Tensors joined along an axis.
     *
     * @param parts one or more tensors that differ along that axis only
     * @param axis the axis
     * @return the joined tensor
     */
    public Value concat(List<Value> parts, int axis) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("Concat: no parts (expected: one or more)");
        }
        Value first = parts.get(0);
        int at = first.shape().axis(axis);
        Dimension length = Dimension.of(0);
        for (Value part : parts) {
            requireSameType("Concat", first, part);
            requireEqualExcept(first.shape(), part.shape(), at);
            Dimension more = part.shape().dimension(at);
            boolean known = length.isKnown() && more.isKnown();
            length = known ? Dimension.of(length.size() + more.size()) : Dimension.symbol("unknown");
        }
        Shape shape = first.shape().with(at, length.isKnown() ? length : graph.freshSymbol(scope + "concat"));
        return node("Concat", parts, Map.of("axis", new Attribute.Int(at)), first.type(), shape);
    }

    private static void requireEqualExcept(Shape a, Shape b, int axis) {
        if (!mayBeEqual(a, b, axis)) {
            throw new IllegalArgumentException(
                    "Concat: " + a + " and " + b + " (expected: equal but along axis " + axis + ")");
        }
    }

    /** Whether two shapes can turn out to be equal, leaving out one axis (none if negative). */
    static boolean mayBeEqual(Shape a, Shape b, int except) {
        boolean fits = a.rank() == b.rank();
        for (int i = 0; fits && i < a.rank(); i++) {
            Dimension p = a.dimension(i);
            Dimension q = b.dimension(i);
            fits = i == except || !p.isKnown() || !q.isKnown() || p.equals(q);
        }
        return fits;
    }

    /**
     * A stretch of a tensor along one axis.
     *
     * @param x the operand
     * @param axis the axis
     * @param start the first place, negative from the end
     * @param end one past the last place, negative from the end; {@link Long#MAX_VALUE} for all the rest
     * @return the elements from {@code start} to before {@code end}
     */
    public Value slice(Value x, int axis, long start, long end) {
        return slice(x, axis, start, end, 1);
    }

    /**
     * Every n-th element of a stretch of a tensor along one axis, as Python's {@code x[start:end:step]}.
     *
     * @param x the operand
     * @param axis the axis
     * @param start the first place, negative from the end
     * @param end the place to stop before, negative from the end; {@link Long#MAX_VALUE} for all the rest, and
     *     {@link Long#MIN_VALUE} for all down to the first with a negative step
     * @param step the distance between places, not 0
     * @return the chosen elements; where the length is a symbol, the step negative and the start before the first place,
     *     the first element, which Python would leave out
     */
    public Value slice(Value x, int axis, long start, long end, long step) {
        int at = x.shape().axis(axis);
        Dimension length = x.shape().dimension(at);
        SliceLength.requireStep(step);
        if (!length.isKnown()) {
            return slice(x, at, graph.freshSymbol(scope + "slice"), start, end, step);
        }
        long kept = SliceLength.of(length.size(), start, end, step);
        // ONNX moves a start before the first place onto it where Python keeps nothing.
        return kept == 0 ? slice(x, at, Dimension.of(0), 0, 0, 1) : slice(x, at, Dimension.of(kept), start, end, step);
    }

    /**
     * A tensor with the elements of one axis in reverse order.
     *
     * <p>Source: ONNX operator {@code Slice}, opset 18, with step -1.
     *
     * @param x the operand
     * @param axis the axis
     * @return a tensor of the operand's shape
     */
    public Value flip(Value x, int axis) {
        int at = x.shape().axis(axis);
        return slice(x, at, x.shape().dimension(at), -1, Long.MIN_VALUE, -1);
    }

    private Value slice(Value x, int axis, Dimension kept, long start, long end, long step) {
        return node(
                "Slice",
                List.of(x, constant(start), constant(end), constant((long) axis), constant(step)),
                Map.of(),
                x.type(),
                x.shape().with(axis, kept));
    }

    /**
     * A tensor cut into parts along an axis.
     *
     * @param x the operand
     * @param axis the axis
     * @param lengths the length of each part, whose sum is the length of the axis
     * @return the parts
     */
    public List<Value> split(Value x, int axis, long... lengths) {
        return split(
                x,
                axis,
                constant(lengths),
                Arrays.stream(lengths).mapToObj(Dimension::of).toList());
    }

    /** A split whose lengths are computed at run time; what is known of them is given too. */
    List<Value> split(Value x, int axis, Value vector, List<Dimension> lengths) {
        int at = x.shape().axis(axis);
        Dimension whole = x.shape().dimension(at);
        boolean known = whole.isKnown() && lengths.stream().allMatch(Dimension::isKnown);
        if (lengths.isEmpty()
                || (known
                        && whole.size()
                                != lengths.stream().mapToLong(Dimension::size).sum())) {
            throw new IllegalArgumentException("Split: axis " + axis + " of shape " + x.shape() + " into parts of "
                    + lengths + " (expected: parts that add up to " + whole + ")");
        }
        List<TypedShape> parts = lengths.stream()
                .map(length -> new TypedShape(x.type(), x.shape().with(at, length)))
                .toList();
        return append("Split", operands(List.of(x, vector)), Map.of("axis", new Attribute.Int(at)), parts);
    }

    /**
     * A tensor with zeros around it.
     *
     * @param x the operand
     * @param before how many zeros come before the first element of each axis
     * @param after how many zeros come behind the last element of each axis
     * @return a tensor of the operand's rank
     */
    public Value pad(Value x, long[] before, long[] after) {
        return pad(x, before, after, 0);
    }

    /**
     * A tensor with a number around it.
     *
     * <p>Source: ONNX operator Pad, opset 18, mode constant.
     *
     * @param x the operand
     * @param before how many elements are put before the first of each axis
     * @param after how many elements are put behind the last of each axis
     * @param fill the number put there
     * @return a tensor of the operand's rank
     */
    public Value pad(Value x, long[] before, long[] after, double fill) {
        Operand.NUMBER.require("Pad", x);
        int rank = x.shape().rank();
        boolean negative = Arrays.stream(before).anyMatch(n -> n < 0)
                || Arrays.stream(after).anyMatch(n -> n < 0);
        if (before.length != rank || after.length != rank || negative) {
            throw new IllegalArgumentException("Pad: " + x.shape() + " by " + Arrays.toString(before) + " and "
                    + Arrays.toString(after) + " (expected: for each axis a number >= 0)");
        }
        List<Dimension> dimensions = new ArrayList<>();
        long[] pads = new long[2 * rank];
        for (int axis = 0; axis < rank; axis++) {
            pads[axis] = before[axis];
            pads[rank + axis] = after[axis];
            Dimension length = x.shape().dimension(axis);
            long more = before[axis] + after[axis];
            dimensions.add(more == 0 ? length : grown(length, more));
        }
        if (Arrays.stream(pads).allMatch(n -> n == 0)) {
            return x;
        }
        return node("Pad", List.of(x, constant(pads), like(x, fill)), Map.of(), x.type(), Shape.of(dimensions));
    }

    private Dimension grown(Dimension length, long more) {
        return length.isKnown() ? Dimension.of(length.size() + more) : graph.freshSymbol(scope + "pad");
    }

    /** Zeros before and behind along one axis. */
    Value padAxis(Value x, int axis, long before, long after) {
        return padAxis(x, axis, before, after, 0);
    }

    /** A number before and behind along one axis. */
    Value padAxis(Value x, int axis, long before, long after, double fill) {
        long[] first = new long[x.shape().rank()];
        long[] last = new long[x.shape().rank()];
        first[axis] = before;
        last[axis] = after;
        return pad(x, first, last, fill);
    }

    /**
     * A tensor with some axes resized by whole factors.
     *
     * <p>Source: ONNX operator Resize, opset 18, by scales.
     *
     * @param x the operand
     * @param axes the axes
     * @param factors how many times as long each becomes, 1 or more
     * @param interpolation what is between the elements; all but {@link Interpolation#NEAREST} and
     *     {@link Interpolation#NEAREST_FROM_FIRST} for two axes at most
     * @return a tensor of the operand's rank
     */
    public Value upsample(Value x, List<Integer> axes, List<Long> factors, Interpolation interpolation) {
        requireResize(x, axes, factors);
        if (x.type() == DataType.DOUBLE) {
            Value result = x;
            for (int i = 0; i < axes.size(); i++) {
                DoubleResize resize = new DoubleResize(this, interpolation);
                result = resize.byFactor(result, x.shape().axis(axes.get(i)), factors.get(i));
            }
            return result;
        }
        Shape shape = x.shape();
        float[] scales = new float[shape.rank()];
        Arrays.fill(scales, 1);
        for (int i = 0; i < axes.size(); i++) {
            int axis = shape.axis(axes.get(i));
            long factor = factors.get(i);
            scales[axis] = factor;
            shape = shape.with(axis, times("Resize", shape.dimension(axis), factor));
        }
        Value vector = constant(Constant.of(Shape.of(scales.length), scales));
        return resize(List.of(Optional.of(x), Optional.empty(), Optional.of(vector)), interpolation, shape);
    }

    /** A length so many times over. */
    Dimension times(String operator, Dimension length, long factor) {
        if (factor == 1) {
            return length;
        }
        if (length.isKnown() && length.size() > Long.MAX_VALUE / factor) {
            throw new IllegalArgumentException(
                    operator + ": length " + length + " by " + factor + " (expected: a product below 2^63)");
        }
        return length.isKnown()
                ? Dimension.of(length.size() * factor)
                : graph.freshSymbol(scope + operator.toLowerCase(Locale.ROOT));
    }

    /**
     * A tensor with some axes resized.
     *
     * <p>Source: ONNX operator Resize, opset 18, by sizes.
     *
     * @param x the operand
     * @param axes the axes
     * @param lengths how long each becomes, 1 or more
     * @param interpolation what is between the elements; all but {@link Interpolation#NEAREST} and
     *     {@link Interpolation#NEAREST_FROM_FIRST} for two axes at most
     * @return a tensor of the operand's rank
     */
    public Value resize(Value x, List<Integer> axes, List<Long> lengths, Interpolation interpolation) {
        requireResize(x, axes, lengths);
        if (x.type() == DataType.DOUBLE) {
            Value result = x;
            for (int i = 0; i < axes.size(); i++) {
                DoubleResize resize = new DoubleResize(this, interpolation);
                result = resize.toLength(result, x.shape().axis(axes.get(i)), lengths.get(i));
            }
            return result;
        }
        Shape shape = x.shape();
        for (int i = 0; i < axes.size(); i++) {
            shape = shape.with(axes.get(i), Dimension.of(lengths.get(i)));
        }
        Value vector = shape.isKnown() ? constant(shape.toArray()) : concat(lengthVectors(x, shape), 0);
        return resize(
                List.of(Optional.of(x), Optional.empty(), Optional.empty(), Optional.of(vector)), interpolation, shape);
    }

    /** The lengths of a shape, of which those that are symbols are an operand's in the same place. */
    private List<Value> lengthVectors(Value x, Shape shape) {
        List<Value> parts = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            Dimension length = shape.dimension(axis);
            parts.add(length.isKnown() ? constant(length.size()) : lengthOf(x, axis));
        }
        return parts;
    }

    private static void requireResize(Value x, List<Integer> axes, List<Long> numbers) {
        Operand.FLOATING.require("Resize", x);
        Set<Integer> different = new HashSet<>();
        axes.forEach(axis -> different.add(x.shape().axis(axis)));
        if (different.size() != numbers.size()
                || axes.size() != numbers.size()
                || numbers.stream().anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException("Resize: axes " + axes + " of shape " + x.shape() + " by " + numbers
                    + " (expected: different axes, and a number >= 1 for each)");
        }
    }

    /** Without ONNX's attribute axes, which the engine (ONNX Runtime 1.29) forgets when it moves a transpose past. */
    private Value resize(List<Optional<Value>> inputs, Interpolation interpolation, Shape shape) {
        TypedShape result = new TypedShape(inputs.get(0).orElseThrow().type(), shape);
        return append("Resize", inputs, interpolation.attributes(), List.of(result))
                .get(0);
    }

    /**
     * Elements picked along an axis.
     *
     * @param x the table
     * @param indices the places, {@link DataType#INT32} or {@link DataType#INT64}; negative from the end
     * @param axis the axis of the table
     * @return the table's shape with that axis replaced by the shape of the indices
     */
    public Value gather(Value x, Value indices, int axis) {
        Operand.INDEX.require("Gather", indices);
        int at = x.shape().axis(axis);
        List<Dimension> dimensions = new ArrayList<>(x.shape().dimensions().subList(0, at));
        dimensions.addAll(indices.shape().dimensions());
        dimensions.addAll(x.shape().dimensions().subList(at + 1, x.shape().rank()));
        return node(
                "Gather", List.of(x, indices), Map.of("axis", new Attribute.Int(at)), x.type(), Shape.of(dimensions));
    }

    /**
     * One element picked along an axis for each place of the result.
     *
     * @param x the table
     * @param indices for each place of the result, where along the axis its element comes from; {@link DataType#INT32}
     *     or {@link DataType#INT64}, of the table's rank, negative from the end
     * @param axis the axis of the table
     * @return a tensor of the shape of the indices
     */
    public Value gatherElements(Value x, Value indices, int axis) {
        requirePlaces("GatherElements", x, indices);
        Map<String, Attribute> attributes =
                Map.of("axis", new Attribute.Int(x.shape().axis(axis)));
        return node("GatherElements", List.of(x, indices), attributes, x.type(), indices.shape());
    }

    /**
     * A tensor into which elements are written, or to which they are added, along an axis.
     *
     * @param x the tensor to change
     * @param indices for each update, its place along the axis; {@link DataType#INT32} or {@link DataType#INT64}, of the
     *     tensor's rank, negative from the end
     * @param updates the elements, of the shape of the indices
     * @param axis the axis of the tensor
     * @param add whether updates are added, in which case places may be equal; otherwise they replace what was there
     * @return the changed tensor
     */
    public Value scatterElements(Value x, Value indices, Value updates, int axis, boolean add) {
        requirePlaces("ScatterElements", x, indices);
        requireSameType("ScatterElements", x, updates);
        if (!mayBeEqual(indices.shape(), updates.shape(), -1)) {
            throw new IllegalArgumentException("ScatterElements: indices " + indices.shape() + " and updates "
                    + updates.shape() + " (expected: equal shapes)");
        }
        Map<String, Attribute> attributes = new TreeMap<>();
        attributes.put("axis", new Attribute.Int(x.shape().axis(axis)));
        if (add) {
            attributes.put("reduction", new Attribute.Text("add"));
        }
        return node("ScatterElements", List.of(x, indices, updates), attributes, x.type(), x.shape());
    }

    private static void requirePlaces(String operator, Value x, Value indices) {
        Operand.INDEX.require(operator, indices);
        if (x.shape().rank() != indices.shape().rank() || x.shape().rank() == 0) {
            throw new IllegalArgumentException(operator + ": " + x.shape() + " and indices " + indices.shape()
                    + " (expected: one rank, 1 or more)");
        }
    }

    /**
     * Classes as vectors with a single one.
     *
     * @param indices the classes, {@link DataType#INT32} or {@link DataType#INT64}
     * @param depth the number of classes
     * @param type the type of the result
     * @return the shape of the indices with an axis of length {@code depth} behind; all zero for a class out of range
     *     (from -depth to -1 counts from the end, as ONNX says)
     */
    public Value oneHot(Value indices, long depth, DataType type) {
        Operand.INDEX.require("OneHot", indices);
        if (indices.shape().rank() == 0) {
            return squeeze(oneHot(unsqueeze(indices, 0), depth, type), 0);
        }
        Value offOn = concat(List.of(unsqueeze(constant(type, 0), 0), unsqueeze(constant(type, 1), 0)), 0);
        List<Dimension> dimensions = new ArrayList<>(indices.shape().dimensions());
        dimensions.add(Dimension.of(depth));
        return node(
                "OneHot",
                List.of(indices, constant(DataType.INT64, (double) depth), offOn),
                Map.of("axis", new Attribute.Int(-1)),
                type,
                Shape.of(dimensions));
    }

    /**
     * Numbers in a row: start, start + 1, ….
     *
     * @param start the first, a scalar of {@link DataType#INT64}
     * @param end one past the last, a scalar of {@link DataType#INT64}
     * @param length what is known of their number
     * @return a vector
     */
    public Value range(Value start, Value end, Dimension length) {
        return node(
                "Range",
                List.of(start, end, constant(DataType.INT64, 1)),
                Map.of(),
                DataType.INT64,
                Shape.of(List.of(length)));
    }

    /**
     * The number of elements at run time.
     *
     * @param x the operand
     * @return a scalar of {@link DataType#INT64}
     */
    public Value size(Value x) {
        return node("Size", List.of(x), Map.of(), DataType.INT64, Shape.scalar());
    }

    // ---- what the methods above are made of

    private Value unary(String operator, Value x, Operand kind) {
        kind.require(operator, x);
        return node(operator, List.of(x), Map.of(), x.type(), x.shape());
    }

    private Value binary(String operator, Value a, Value b, Operand kind, DataType result) {
        kind.require(operator, a);
        requireSameType(operator, a, b);
        return node(operator, List.of(a, b), Map.of(), result, broadcast(operator, a.shape(), b.shape()));
    }

    private Value alongAxis(String operator, Value x, int axis) {
        Operand.FLOATING.require(operator, x);
        return node(
                operator, List.of(x), Map.of("axis", new Attribute.Int(x.shape().axis(axis))), x.type(), x.shape());
    }

    private Value reduce(String operator, Value x, boolean keepDims, int... axes) {
        Operand.NUMBER.require(operator, x);
        Set<Integer> reduced = new HashSet<>();
        for (int axis : axes) {
            reduced.add(x.shape().axis(axis));
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0; axis < x.shape().rank(); axis++) {
            boolean gone = axes.length == 0 || reduced.contains(axis);
            if (!gone) {
                dimensions.add(x.shape().dimension(axis));
            } else if (keepDims) {
                dimensions.add(Dimension.of(1));
            }
        }
        List<Value> operands = new ArrayList<>(List.of(x));
        if (axes.length > 0) {
            operands.add(constant(
                    reduced.stream().mapToLong(Integer::longValue).sorted().toArray()));
        }
        Map<String, Attribute> attributes = Map.of("keepdims", new Attribute.Int(keepDims ? 1 : 0));
        return node(operator, operands, attributes, x.type(), Shape.of(dimensions));
    }

    /**
     * The places of texts in a list.
     *
     * <p>Source: ONNX operator LabelEncoder of {@code ai.onnx.ml}, opset 2.
     *
     * @param x {@link DataType#STRING}
     * @param keys the texts, different ones
     * @param places the place of each
     * @param absent what a text has that is not in the list
     * @return {@link DataType#INT64} of the operand's shape
     */
    public Value labelEncoder(Value x, List<String> keys, List<Long> places, long absent) {
        Map<String, Attribute> attributes = Map.of(
                "keys_strings", new Attribute.Texts(keys),
                "values_int64s", new Attribute.Ints(places),
                "default_int64", new Attribute.Int(absent));
        return node(
                "LabelEncoder",
                List.of(requireType("LabelEncoder", x, DataType.STRING)),
                attributes,
                DataType.INT64,
                x.shape());
    }

    /**
     * The texts at places of a list.
     *
     * <p>Source: ONNX operator LabelEncoder of {@code ai.onnx.ml}, opset 2.
     *
     * @param x {@link DataType#INT64}
     * @param places different numbers
     * @param texts the text of each
     * @param absent what any other number has
     * @return {@link DataType#STRING} of the operand's shape
     */
    public Value labelDecoder(Value x, List<Long> places, List<String> texts, String absent) {
        Map<String, Attribute> attributes = Map.of(
                "keys_int64s", new Attribute.Ints(places),
                "values_strings", new Attribute.Texts(texts),
                "default_string", new Attribute.Text(absent));
        return node(
                "LabelEncoder",
                List.of(requireType("LabelEncoder", x, DataType.INT64)),
                attributes,
                DataType.STRING,
                x.shape());
    }

    /**
     * Texts cut wherever another one stands in them, which is left out; parts may be empty.
     *
     * <p>Source: ONNX operator {@code StringSplit}, opset 20.
     *
     * @param x {@link DataType#STRING}
     * @param delimiter where to cut, not empty
     * @return the parts {@code [..., parts]}, with empty texts behind them where another text has more; and how many there
     *     are of each text, as {@link DataType#INT64} of the operand's shape. An empty text may have one part or none.
     */
    public List<Value> stringSplit(Value x, String delimiter) {
        requireType("StringSplit", x, DataType.STRING);
        if (delimiter.isEmpty()) {
            throw new IllegalArgumentException("StringSplit: no delimiter (expected: a text that is not empty)");
        }
        List<Dimension> dimensions = new ArrayList<>(x.shape().dimensions());
        dimensions.add(graph.freshSymbol(scope + "parts"));
        return append(
                "StringSplit",
                operands(List.of(x)),
                Map.of("delimiter", new Attribute.Text(delimiter)),
                List.of(
                        new TypedShape(DataType.STRING, Shape.of(dimensions)),
                        new TypedShape(DataType.INT64, x.shape())));
    }

    /**
     * Texts put together, element by element.
     *
     * <p>Source: ONNX operator {@code StringConcat}, opset 20.
     *
     * @param a {@link DataType#STRING}, what comes first
     * @param b {@link DataType#STRING}, what comes behind it
     * @return the joined texts, of the broadcast shape
     */
    public Value stringConcat(Value a, Value b) {
        requireType("StringConcat", a, DataType.STRING);
        requireType("StringConcat", b, DataType.STRING);
        return node(
                "StringConcat",
                List.of(a, b),
                Map.of(),
                DataType.STRING,
                broadcast("StringConcat", a.shape(), b.shape()));
    }

    private static Value requireType(String operator, Value x, DataType type) {
        if (x.type() != type) {
            throw new IllegalArgumentException(operator + ": " + x + " (expected: " + type + ")");
        }
        return x;
    }

    /**
     * What a function on the host gives; in a graph for other runtimes, the same in operators.
     *
     * @param function the function
     * @param operands what it is applied to
     * @param type the type of its result
     * @param shape the shape of its result
     * @return the result
     * @throws NotInOnnxException if there have to be operators, and there are none
     */
    public Value host(HostFunction function, List<Value> operands, DataType type, Shape shape) {
        if (graph.isForOnnx()) {
            return function.asOperators(this, operands)
                    .orElseThrow(() -> new NotInOnnxException("node '" + scope + function.name() + "'"));
        }
        return node(function.name(), operands, Map.of(Node.HOST, new Attribute.Host(function)), type, shape);
    }

    private Value node(
            String operator, List<Value> inputs, Map<String, Attribute> attributes, DataType type, Shape shape) {
        return append(operator, operands(inputs), attributes, List.of(new TypedShape(type, shape)))
                .get(0);
    }

    /** Appends a node; where the engine cannot compute it in its type, one in single precision between casts. */
    private List<Value> append(
            String operator,
            List<Optional<Value>> operands,
            Map<String, Attribute> attributes,
            List<TypedShape> results) {
        Optional<DataType> replaced = KernelTypes.replaced(operator, operands, attributes);
        if (replaced.isEmpty()) {
            return graph.append(scope, operator, operands, new TreeMap<>(attributes), results);
        }
        DataType type = replaced.get();
        List<Optional<Value>> wide = operands.stream()
                .map(operand -> operand.map(x -> x.type() == type ? cast(x, DataType.FLOAT) : x))
                .toList();
        List<TypedShape> computed = results.stream()
                .map(result -> result.type() == type ? new TypedShape(DataType.FLOAT, result.shape()) : result)
                .toList();
        List<Value> values = graph.append(scope, operator, wide, new TreeMap<>(attributes), computed);
        List<Value> narrow = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            narrow.add(cast(values.get(i), results.get(i).type()));
        }
        return narrow;
    }

    private static List<Optional<Value>> operands(List<Value> inputs) {
        return inputs.stream().map(Optional::of).toList();
    }

    private static void requireSameType(String operator, Value a, Value b) {
        if (a.type() != b.type()) {
            throw new IllegalArgumentException(operator + ": " + a + " and " + b + " (expected: the same type)");
        }
    }

    private static Shape broadcast(String operator, Shape a, Shape b) {
        return Broadcast.of(operator, a, b);
    }
}
