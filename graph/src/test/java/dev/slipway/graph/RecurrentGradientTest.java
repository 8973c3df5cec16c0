package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recurrent operators and their gradients against the same steps written out, for every function. */
class RecurrentGradientTest {
    private static final int STEPS = 5;
    private static final int ROWS = 3;
    private static final int FEATURES = 2;
    private static final int UNITS = 4;

    private static final List<RecurrentFunction> FUNCTIONS = List.of(
            RecurrentFunction.of("Sigmoid"),
            RecurrentFunction.of("Tanh"),
            RecurrentFunction.of("Relu"),
            RecurrentFunction.of("Softsign"),
            RecurrentFunction.of("LeakyRelu", 0.2),
            RecurrentFunction.of("Elu", 1.5),
            RecurrentFunction.of("HardSigmoid", 0.4, 0.5),
            RecurrentFunction.of("Affine", 0.7, 0.1));

    private final Graph graph = new Graph("recurrent");
    private final Ops ops = new Ops(graph);
    private final Map<String, Array> feeds = new HashMap<>();
    private final List<Value> inputs = new ArrayList<>();

    static Stream<String> cases() {
        return Stream.of("RNN", "LSTM", "GRU", "GRU linear")
                .flatMap(kind -> FUNCTIONS.stream().map(function -> kind + "/" + function.operator()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isThatOfTheStepsWrittenOut(String named) throws OrtException {
        String kind = named.split("/", -1)[0];
        RecurrentFunction function = FUNCTIONS.stream()
                .filter(f -> named.endsWith("/" + f.operator()))
                .findFirst()
                .orElseThrow();
        for (long seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            RecurrentGradientTest test = new RecurrentGradientTest();
            List<RecurrentFunction> functions = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                functions.add(random.nextBoolean() ? function : FUNCTIONS.get(random.nextInt(2)));
            }
            test.check(kind, functions, random, named + ", seed " + seed);
        }
    }

    private Value input(Random random, double scale, long... lengths) {
        Shape shape = Shape.of(lengths);
        double[] numbers = random.doubles(shape.elementCount(), -scale, scale)
                .map(x -> (float) x)
                .toArray();
        Value value = graph.input("x" + inputs.size(), DataType.FLOAT, shape);
        feeds.put(value.name(), new Array(shape, numbers));
        inputs.add(value);
        return value;
    }

    private void check(String kind, List<RecurrentFunction> functions, Random random, String where)
            throws OrtException {
        long gates = kind.equals("RNN") ? 1 : kind.equals("LSTM") ? 4 : 3;
        Value x = input(random, 1, STEPS, ROWS, FEATURES);
        Value w = input(random, 0.4, 1, gates * UNITS, FEATURES);
        Value r = input(random, 0.3, 1, gates * UNITS, UNITS);
        Value bias = input(random, 0.3, 1, 2 * gates * UNITS);
        Value h = input(random, 1, 1, ROWS, UNITS);
        Value c = input(random, 1, 1, ROWS, UNITS);
        Value lengths = graph.input("lengths", DataType.INT32, Shape.of(ROWS));
        feeds.put(
                "lengths",
                new Array(
                        Shape.of(ROWS),
                        random.ints(ROWS, 1, STEPS + 1).asDoubleStream().toArray()));
        List<RecurrentFunction> own = functions.subList(0, kind.equals("LSTM") ? 3 : kind.equals("RNN") ? 1 : 2);
        Recurrent recurrent = Recurrent.of(w, r, own)
                .withBias(bias)
                .withStates(kind.equals("LSTM") ? List.of(h, c) : List.of(h))
                .withLinearBeforeReset(kind.endsWith("linear"));
        boolean varied = random.nextBoolean();
        recurrent = varied ? recurrent.withLengths(lengths) : recurrent;
        List<Value> fused = switch (kind) {
            case "RNN" -> ops.rnn(x, recurrent);
            case "LSTM" -> ops.lstm(x, recurrent);
            default -> ops.gru(x, recurrent);
        };
        WrittenOutSteps steps = new WrittenOutSteps(ops, kind, own, w, r, bias);
        List<Value> written = steps.run(
                x,
                ops.squeeze(h, 0),
                ops.squeeze(c, 0),
                varied ? lengths : ops.expand(ops.constant(DataType.INT32, STEPS), Shape.of(ROWS)));
        List<Value> differing = new ArrayList<>(inputs);
        if (!kind.equals("LSTM")) {
            differing.remove(c);
        }
        List<Value> one = Gradient.of(ops, loss(fused), differing);
        List<Value> other = Gradient.of(ops, loss(written.subList(0, fused.size())), differing);
        for (int i = 0; i < fused.size(); i++) {
            graph.output("fused" + i, fused.get(i));
            graph.output("written" + i, written.get(i));
        }
        for (int i = 0; i < one.size(); i++) {
            graph.output("fused gradient" + i, one.get(i));
            graph.output("written gradient" + i, other.get(i));
        }
        try (Evaluator evaluator = new Evaluator(graph)) {
            Map<String, Array> results = evaluator.run(feeds);
            results.forEach((name, array) -> {
                if (name.startsWith("fused")) {
                    Array expected = Objects.requireNonNull(results.get(name.replace("fused", "written")));
                    for (int i = 0; i < expected.count(); i++) {
                        assertThat(array.value(i))
                                .as("%s %s element %s with %s", where, name, i, own)
                                .isCloseTo(expected.value(i), within(2e-5 + 1e-4 * Math.abs(expected.value(i))));
                    }
                }
            });
        }
    }

    /** A sum to which each place of each result contributes differently. */
    private Value loss(List<Value> results) {
        Value sum = ops.constant(DataType.FLOAT, 0);
        for (Value result : results) {
            sum = ops.add(sum, ops.reduceSum(ops.sin(result), false));
        }
        return sum;
    }
}
