package dev.slipway.runtime;

import static dev.slipway.runtime.TestGraphs.ONE_THREAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Interpolation;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the engine has no kernels for in double precision gives what its kernels give in single precision, of whole numbers,
 * which these hold exactly; and of numbers that single precision does not hold, what is right to 1e-10 and better.
 */
class DoublePrecisionTest {
    /** Half a unit in the last place of a single is 2^-24 of it; cubics take differences of sixteen terms. */
    private static final double SINGLE = 1e-6;

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    /** One random use of an operator of {@code [batch, channels, …]} and kernel. */
    private record Use(Shape x, Shape kernel, Operator operator) {
        interface Operator {
            Value append(Ops ops, Value x, Value kernel);
        }

        /** The result of whole numbers in some type; {@code [batch, …]} of an unknown batch. */
        Tensor run(DataType type, double[] xs, double[] kernels) {
            Graph graph = new Graph("use");
            Ops ops = new Ops(graph);
            Value input = graph.input("x", type, x.with(0, Dimension.symbol("batch")));
            Value weights = graph.parameter("kernel", type, kernel);
            graph.output("y", operator.append(ops, input, weights));
            Tensor rows = Tensor.of(x, xs).cast(type);
            Map<String, Tensor> parameters =
                    Map.of("kernel", Tensor.of(kernel, kernels).cast(type));
            try (CompiledGraph compiled = CompiledGraph.compile(graph, parameters, ONE_THREAD)) {
                return Objects.requireNonNull(compiled.run(Map.of("x", rows)).get("y"));
            }
        }

        /** Linear: of {@code a + b / 2^30} it gives as much of both, which only double precision can hold. */
        void requireExact(SplittableRandom random) {
            double[] kernels = whole(kernel, random);
            double[] a = whole(x, random);
            double[] b = whole(x, random);
            double[] sum = new double[a.length];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = a[i] + b[i] * 0x1p-30;
            }
            Tensor found = run(DataType.DOUBLE, sum, kernels);
            Tensor ofA = run(DataType.FLOAT, a, kernels);
            Tensor ofB = run(DataType.FLOAT, b, kernels);
            assertThat(found.type()).isEqualTo(DataType.DOUBLE);
            assertThat(found.shape()).isEqualTo(ofA.shape());
            for (int i = 0; i < ofA.shape().elementCount(); i++) {
                assertThat(found.element(i)).isEqualTo(ofA.element(i) + ofB.element(i) * 0x1p-30);
            }
        }
    }

    private static double[] whole(Shape shape, SplittableRandom random) {
        return random.ints(shape.elementCount(), -8, 9).asDoubleStream().toArray();
    }

    private static List<Long> some(SplittableRandom random, int count, int from, int to) {
        return random.longs(count, from, to + 1).boxed().toList();
    }

    private static Shape shape(List<Long> first, List<Long> then) {
        List<Long> lengths = new ArrayList<>(first);
        lengths.addAll(then);
        return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void convolvesExactly(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rank = random.nextInt(1, 4);
        long groups = random.nextLong(1, 4);
        long channels = random.nextLong(1, 3);
        long filters = groups * random.nextLong(1, 3);
        List<Long> lengths = some(random, rank, 1, 3);
        Window window = Window.of(lengths).withStrides(some(random, rank, 1, 3));
        Window padded = random.nextBoolean()
                ? window.withSamePadding()
                : window.withDilations(some(random, rank, 1, 2))
                        .withPadding(some(random, rank, 0, 2), some(random, rank, 0, 2));
        Shape x = shape(List.of(2L, groups * channels), some(random, rank, 5, 8));
        new Use(
                        x,
                        shape(List.of(filters, channels), lengths),
                        (ops, input, kernel) -> ops.conv(input, kernel, padded, groups))
                .requireExact(random);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void convolvesTransposedExactly(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rank = random.nextInt(1, 3);
        List<Long> lengths = some(random, rank, 1, 4);
        List<Long> strides = some(random, rank, 1, 3);
        List<Long> more =
                strides.stream().map(stride -> random.nextLong(0, stride)).toList();
        Window window = Window.of(lengths)
                .withStrides(strides)
                .withDilations(some(random, rank, 1, 2))
                .withPadding(some(random, rank, 0, 1), some(random, rank, 0, 1));
        Shape x = shape(List.of(2L, 3L), some(random, rank, 4, 6));
        new Use(
                        x,
                        shape(List.of(3L, 2L), lengths),
                        (ops, input, kernel) -> ops.convTranspose(input, kernel, window, more))
                .requireExact(random);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void averagesWhatIsNotPadding(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rank = random.nextInt(1, 4);
        Window window = Window.of(some(random, rank, 2, 3)).withStrides(some(random, rank, 1, 3));
        Window padded = random.nextBoolean()
                ? window.withSamePadding()
                : window.withPadding(some(random, rank, 0, 1), some(random, rank, 0, 1));
        Shape x = shape(List.of(2L, 3L), some(random, rank, 5, 8));
        requireLikeSingle(x, random, (ops, input) -> ops.averagePool(input, padded));
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void resizesAsInSinglePrecision(Interpolation interpolation) {
        SplittableRandom random = new SplittableRandom(7);
        Shape x = Shape.of(2, 1, 6, 5);
        for (long height : new long[] {3, 4, 6, 13}) {
            requireLikeSingle(
                    x, random, (ops, input) -> ops.resize(input, List.of(2, 3), List.of(height, 9L), interpolation));
        }
        requireLikeSingle(
                x, random, (ops, input) -> ops.upsample(input, List.of(2, 3), List.of(2L, 3L), interpolation));
    }

    private interface Unary {
        Value append(Ops ops, Value x);
    }

    private static void requireLikeSingle(Shape shape, SplittableRandom random, Unary operator) {
        Use use = new Use(shape, Shape.of(1), (ops, x, zero) -> ops.add(operator.append(ops, x), zero));
        double[] xs = whole(shape, random);
        Tensor found = use.run(DataType.DOUBLE, xs, new double[1]);
        Tensor expected = use.run(DataType.FLOAT, xs, new double[1]);
        assertThat(found.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.shape().elementCount(); i++) {
            assertThat(found.element(i)).isCloseTo(expected.element(i), within(32 * SINGLE));
        }
    }

    @Test
    void repeatsAxesOfUnknownLengths() {
        Graph graph = new Graph("repeat");
        Ops ops = new Ops(graph);
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(List.of(Dimension.symbol("rows"), Dimension.of(1))));
        graph.output("y", ops.upsample(x, List.of(0), List.of(2L), Interpolation.NEAREST));
        assertThat(run(graph, Tensor.of(Shape.of(3, 1), 0.1, 0.2, 0.3))).containsExactly(0.1, 0.1, 0.2, 0.2, 0.3, 0.3);
    }

    /** By C's {@code erf}. */
    @Test
    void knowsTheErrorFunctionToTheLastPlaces() {
        double[] places = {
            -7, -4.5, -2.5, -1, -0.5, -0.46875, -0.1, 0, 1e-9, 0.3, 0.46875, 0.47, 0.7, 1.3, 2, 3.1, 3.99, 4, 4.2, 5,
            5.9, 6, 30
        };
        double[] expected = {
            -1.0,
            -0.9999999998033839,
            -0.999593047982555,
            -0.8427007929497149,
            -0.5204998778130465,
            -0.49261347321793797,
            -0.1124629160182849,
            0.0,
            1.1283791670955127e-09,
            0.3286267594591274,
            0.49261347321793797,
            0.4937450508860821,
            0.6778011938374184,
            0.9340079449406524,
            0.9953222650189527,
            0.9999883513426328,
            0.9999999832607886,
            0.9999999845827421,
            0.9999999971445058,
            0.9999999999984626,
            0.9999999999999999,
            1.0,
            1.0
        };
        requireClose(elementwise(places, Ops::erf), expected);
    }

    @Test
    void knowsAnglesToTheLastPlaces() {
        double[] places = {
            -1e300, -100, -2.5, -2.4, -1, -0.67, -0.65, -1e-9, 0, 0.1, 0.66, 1.5, 2.42, 1e9, Double.POSITIVE_INFINITY
        };
        double[] expected = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            expected[i] = Math.atan(places[i]);
        }
        requireClose(elementwise(places, Ops::atan), expected);
    }

    private static void requireClose(double[] found, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(4e-16));
        }
    }

    private static double[] elementwise(double[] places, Unary function) {
        Graph graph = new Graph("function");
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(places.length));
        graph.output("y", function.append(new Ops(graph), x));
        return run(graph, Tensor.of(Shape.of(places.length), places));
    }

    private static double[] run(Graph graph, Tensor x) {
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), ONE_THREAD)) {
            Tensor y = Objects.requireNonNull(compiled.run(Map.of("x", x)).get("y"));
            double[] numbers = new double[Math.toIntExact(y.shape().elementCount())];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = y.element(i);
            }
            return numbers;
        }
    }
}
