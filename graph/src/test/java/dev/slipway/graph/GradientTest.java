package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class GradientTest {
    private final Graph graph = new Graph("test");
    private final Ops ops = new Ops(graph);

    /** The gradient of {@code sum(f(x))} at given places. */
    private double[] slopes(UnaryOperator<Value> f, double... places) throws OrtException {
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(places.length));
        return gradient(ops.reduceSum(f.apply(x), false), x, new Array(Shape.of(places.length), places))
                .values();
    }

    private Array gradient(Value loss, Value x, Array at) throws OrtException {
        graph.output("gradient", Gradient.of(ops, loss, List.of(x)).get(0));
        try (Evaluator evaluator = new Evaluator(graph)) {
            return Objects.requireNonNull(evaluator.run(Map.of(x.name(), at)).get("gradient"));
        }
    }

    private Node unruled(String operator, Value x) {
        Value result = graph.append(
                        "",
                        operator,
                        List.of(Optional.of(x)),
                        new TreeMap<>(),
                        List.of(new Graph.TypedShape(x.type(), x.shape())))
                .get(0);
        return graph.producer(result).orElseThrow();
    }

    // ---- corners, as PyTorch has them

    @Test
    void reluIsFlatAtZero() throws OrtException {
        assertThat(slopes(ops::relu, -1, 0, 2)).containsExactly(0, 0, 1);
    }

    @Test
    void absIsFlatAtZero() throws OrtException {
        assertThat(slopes(ops::abs, -3, 0, 2)).containsExactly(-1, 0, 1);
    }

    @Test
    void clipPassesTheGradientAtItsBounds() throws OrtException {
        assertThat(slopes(x -> ops.clip(x, -1, 1), -2, -1, 0, 1, 2)).containsExactly(0, 1, 1, 1, 0);
    }

    @Test
    void equalOperandsOfMaxShareTheGradient() throws OrtException {
        assertThat(slopes(x -> ops.max(x, ops.like(x, 1)), 0, 1, 2)).containsExactly(0, 0.5, 1);
    }

    @Test
    void equalOperandsOfMinShareTheGradient() throws OrtException {
        assertThat(slopes(x -> ops.min(ops.like(x, 1), x), 0, 1, 2)).containsExactly(1, 0.5, 0);
    }

    @Test
    void equalInfinitiesShareTheGradientOfMax() throws OrtException {
        double infinity = Double.POSITIVE_INFINITY;
        assertThat(slopes(x -> ops.max(x, ops.like(x, infinity)), infinity, 1)).containsExactly(0.5, 0);
    }

    @Test
    void largestElementsShareTheGradientOfReduceMax() throws OrtException {
        assertThat(slopes(x -> ops.reduceMax(x, false), 5, 1, 5, 5, 5)).containsExactly(0.25, 0, 0.25, 0.25, 0.25);
    }

    @Test
    void smallestElementsShareTheGradientOfReduceMin() throws OrtException {
        assertThat(slopes(x -> ops.reduceMin(x, true, 0), 1, 5, 1)).containsExactly(0.5, 0, 0.5);
    }

    @Test
    void firstOfTheLargestElementsOfAWindowHasTheGradientOfMaxPool() throws OrtException {
        assertThat(poolSlopes(2, 3, 3, 5, 5, 7, 7)).containsExactly(1, 0, 1, 0, 1, 0);
        assertThat(poolSlopes(1, 3, 3, 3)).containsExactly(1, 1, 0);
    }

    /** The gradient of the sum of all windows over two elements. */
    private double[] poolSlopes(long stride, double... places) throws OrtException {
        Graph fresh = new Graph("pool");
        Ops operators = new Ops(fresh);
        Shape shape = Shape.of(1, 1, places.length);
        Value x = fresh.input("x", DataType.FLOAT, shape);
        Window window = Window.of(List.of(2L)).withStrides(List.of(stride));
        Value sum = operators.reduceSum(operators.maxPool(x, window), false);
        fresh.output("gradient", Gradient.of(operators, sum, List.of(x)).get(0));
        try (Evaluator evaluator = new Evaluator(fresh)) {
            return Objects.requireNonNull(
                            evaluator.run(Map.of("x", new Array(shape, places))).get("gradient"))
                    .values();
        }
    }

    @Test
    void productWithZerosHasTheGradientOfTheOthers() throws OrtException {
        assertThat(slopes(x -> ops.reduceProd(x, false), 2, 0, 3)).containsExactly(0, 6, 0);
    }

    @Test
    void productWithTwoZerosIsFlat() throws OrtException {
        assertThat(slopes(x -> ops.reduceProd(x, true, 0), 2, 0, 0)).containsExactly(0, 0, 0);
    }

    @Test
    void zerothPowerIsFlatAtZero() throws OrtException {
        Value exponent = graph.input("exponent", DataType.DOUBLE, Shape.scalar());
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(2));
        graph.output(
                "gradient",
                Gradient.of(ops, ops.reduceSum(ops.pow(x, exponent), false), List.of(x))
                        .get(0));
        try (Evaluator evaluator = new Evaluator(graph)) {
            Map<String, Array> results =
                    evaluator.run(Map.of("x", new Array(Shape.of(2), 0, 2), "exponent", new Array(Shape.scalar(), 0)));
            assertThat(Objects.requireNonNull(results.get("gradient")).values()).containsExactly(0, 0);
        }
    }

    @Test
    void powerOfZeroIsFlatInTheExponent() throws OrtException {
        assertThat(slopes(x -> ops.pow(ops.like(x, 0), x), 0, 2)).containsExactly(0, 0);
    }

    @Test
    void squareOfANegativeNumberHasItsSlope() throws OrtException {
        assertThat(slopes(x -> ops.pow(x, ops.like(x, 2)), -3, 0)).containsExactly(-6, 0);
    }

    @Test
    void roundingIsFlat() throws OrtException {
        UnaryOperator<Value> steps =
                x -> ops.add(ops.add(ops.floor(x), ops.ceil(x)), ops.add(ops.round(x), ops.sign(x)));
        assertThat(slopes(x -> ops.add(steps.apply(x), x), 0.25, -1.75)).containsExactly(1, 1);
    }

    @Test
    void choiceSendsNothingToTheOperandNotChosen() throws OrtException {
        // The logarithm of 0 is not taken, so its infinite slope must not be either.
        UnaryOperator<Value> safe = x -> {
            Value isZero = ops.equal(x, ops.like(x, 0));
            return ops.where(isZero, ops.like(x, 7), ops.mul(ops.like(x, 2), x));
        };
        assertThat(slopes(safe, 0, 3)).containsExactly(0, 2);
    }

    // ---- what is differentiated

    @Test
    void unconnectedValueHasZeros() throws OrtException {
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(2, 3));
        Array gradient = gradient(ops.constant(DataType.DOUBLE, 4), x, new Array(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
        assertThat(gradient.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(gradient.values()).containsOnly(0);
    }

    @Test
    void unconnectedValueWithASymbolHasZeros() throws OrtException {
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(List.of(Dimension.symbol("batch"))));
        Array gradient = gradient(ops.constant(DataType.DOUBLE, 4), x, new Array(Shape.of(3), 1, 2, 3));
        assertThat(gradient.values()).containsExactly(0, 0, 0);
    }

    @Test
    void lossByItselfIsOne() throws OrtException {
        Value x = graph.input("x", DataType.DOUBLE, Shape.scalar());
        assertThat(gradient(x, x, new Array(Shape.scalar(), 9)).values()).containsExactly(1);
    }

    @Test
    void resultsOfNodesCanBeAskedForToo() throws OrtException {
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(2));
        Value square = ops.mul(x, x);
        Value loss = ops.reduceSum(ops.mul(square, square), false);
        List<Value> gradients = Gradient.of(ops, loss, List.of(square, x));
        graph.output("bySquare", gradients.get(0));
        graph.output("byX", gradients.get(1));
        try (Evaluator evaluator = new Evaluator(graph)) {
            Map<String, Array> results = evaluator.run(Map.of("x", new Array(Shape.of(2), 2, 3)));
            assertThat(Objects.requireNonNull(results.get("bySquare")).values()).containsExactly(8, 18);
            assertThat(Objects.requireNonNull(results.get("byX")).values()).containsExactly(32, 108);
        }
    }

    @Test
    void gradientHasAGradient() throws OrtException {
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(3));
        Value cubes = ops.mul(x, ops.mul(x, x));
        Value slope = Gradient.of(ops, ops.reduceSum(cubes, false), List.of(x)).get(0);
        Array gradient = gradient(ops.reduceSum(slope, false), x, new Array(Shape.of(3), 1, 2, -3));
        assertThat(gradient.values()).containsExactly(6, 12, -18);
    }

    @Test
    void gradientStopsAtIntegers() throws OrtException {
        assertThat(slopes(x -> ops.add(x, ops.cast(ops.cast(x, DataType.INT64), DataType.DOUBLE)), 1.5, 2))
                .containsExactly(1, 1);
    }

    @Test
    void valueUsedManyTimesSumsItsGradients() throws OrtException {
        assertThat(slopes(x -> ops.sub(ops.mul(x, ops.like(x, 3)), ops.add(ops.mul(x, x), ops.neg(x))), 1, 5))
                .containsExactly(2, -6);
    }

    @Test
    void operatorsOffThePathNeedNoRule() throws OrtException {
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(2));
        Value constant = ops.expandLike(ops.constant(DataType.DOUBLE, 4), x);
        unruled("Sum", x);
        Value scale = unruled("Sum", constant).output();
        Array gradient = gradient(ops.reduceSum(ops.mul(x, scale), false), x, new Array(Shape.of(2), 1, 2));
        assertThat(gradient.values()).containsExactly(4, 4);
    }

    @Test
    void equalPlacesOfAGatherAddUpWithSeveralThreads() throws OrtException {
        // ONNX Runtime 1.29 loses updates here in a ScatterND that adds, unless it runs on one thread.
        int rows = 20_000;
        Value table = graph.input("table", DataType.FLOAT, Shape.of(3, 64));
        Value places = graph.input("places", DataType.INT64, Shape.of(rows));
        Value loss = ops.reduceSum(ops.gather(table, places, 0), false);
        graph.output("gradient", Gradient.of(ops, loss, List.of(table)).get(0));
        Random random = new Random(1);
        double[] picked = random.ints(rows, 0, 3).asDoubleStream().toArray();
        try (Evaluator evaluator = new Evaluator(graph, OnnxWriter.toBytes(graph), 4)) {
            Map<String, Array> feeds = Map.of(
                    "table", new Array(Shape.of(3, 64), new double[192]), "places", new Array(Shape.of(rows), picked));
            for (int run = 0; run < 10; run++) {
                Array gradient = Objects.requireNonNull(evaluator.run(feeds).get("gradient"));
                double sum = 0;
                for (double value : gradient.values()) {
                    sum += value;
                }
                assertThat(sum).isEqualTo(64.0 * rows);
            }
        }
    }

    // ---- sizes

    @Test
    void trainingStepOfOneUnitHasSixteenNodes() {
        Dimension batch = Dimension.symbol("batch");
        Value x = graph.input("x", DataType.FLOAT, Shape.of(List.of(batch, Dimension.of(1))));
        Value y = graph.input("y", DataType.FLOAT, Shape.of(List.of(batch, Dimension.of(1))));
        Value kernel = graph.input("kernel", DataType.FLOAT, Shape.of(1, 1));
        Value bias = graph.input("bias", DataType.FLOAT, Shape.of(1));
        Value rate = graph.input("rate", DataType.FLOAT, Shape.scalar());
        Value difference = ops.sub(ops.add(ops.matMul(x, kernel), bias), y);
        Value loss = ops.reduceMean(ops.reduceMean(ops.mul(difference, difference), false, -1), false);
        graph.output("loss", loss);
        List<Value> gradients = Gradient.of(ops, loss, List.of(kernel, bias));
        graph.output("kernel:next", ops.sub(kernel, ops.mul(rate, gradients.get(0))));
        graph.output("bias:next", ops.sub(bias, ops.mul(rate, gradients.get(1))));
        assertThat(graph.neededNodes()).as(graph.toString()).hasSize(16);
    }

    @Test
    void operandsNotAskedForAddNoNodes() {
        Value x = graph.input("x", DataType.FLOAT, Shape.of(4, 3));
        Value kernel = graph.input("kernel", DataType.FLOAT, Shape.of(3, 2));
        Value loss = ops.reduceSum(ops.matMul(x, kernel), false);
        Gradient.of(ops, loss, List.of(kernel));
        assertThat(graph.nodes().stream().map(Node::operator)).containsExactly("MatMul", "ReduceSum", "Expand", "Gemm");
    }

    @Test
    void nodesAreNamedBelowTheNodeTheyBelongTo() {
        Value x = graph.input("x", DataType.FLOAT, Shape.of(3));
        Value loss = ops.reduceSum(ops.scoped("dense").sin(x), false);
        Gradient.of(ops.scoped("gradient"), loss, List.of(x));
        assertThat(graph.nodes().get(graph.nodes().size() - 1).name()).isEqualTo("gradient/dense/Sin/Cos");
    }

    // ---- refusals

    @Test
    void refusesEveryOperatorWithoutRuleAtOnce() {
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(2));
        Value first = unruled("Celu", x).output();
        Value second = unruled("Hardmax", ops.exp(first)).output();
        Value loss = ops.reduceSum(unruled("Celu", second).output(), false);
        assertThatThrownBy(() -> Gradient.of(ops, loss, List.of(x)))
                .isInstanceOfSatisfying(
                        NoGradientException.class,
                        e -> assertThat(e.operators()).containsExactly("Celu", "Hardmax"))
                .hasMessage(
                        "gradient: 'Celu' Celu, 'Hardmax' Hardmax, 'Celu_1' Celu (expected: operators that have a gradient)");
    }

    @Test
    void refusesPaddingThatOnlyTheEngineKnows() {
        Value x = graph.input(
                "x", DataType.FLOAT, Shape.of(List.of(Dimension.of(2), Dimension.of(1), Dimension.symbol("n"))));
        Window window = Window.of(List.of(2L)).withStrides(List.of(2L)).withSamePadding();
        Value loss = ops.reduceSum(ops.maxPool(x, window), false);
        assertThatThrownBy(() -> Gradient.of(ops, loss, List.of(x)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("gradient: 'MaxPool' MaxPool of [2, 1, n] padded to the same length with strides [2]"
                        + " (expected: known lengths)");
    }

    @Test
    void refusesALossThatIsNotAScalar() {
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(2));
        assertThatThrownBy(() -> Gradient.of(ops, x, List.of(x)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("gradient: loss x: DOUBLE [2] (expected: a scalar of a floating-point type)");
    }

    @Test
    void refusesAnIntegerLoss() {
        Value x = graph.input("x", DataType.INT64, Shape.scalar());
        assertThatThrownBy(() -> Gradient.of(ops, x, List.of()))
                .hasMessage("gradient: loss x: INT64 [] (expected: a scalar of a floating-point type)");
    }

    @Test
    void refusesIntegersToDifferentiateBy() {
        Value x = graph.input("x", DataType.INT64, Shape.of(2));
        Value loss = ops.constant(DataType.FLOAT, 1);
        assertThatThrownBy(() -> Gradient.of(ops, loss, List.of(x)))
                .hasMessage("gradient: x: INT64 [2] (expected: a floating-point type)");
    }
}
