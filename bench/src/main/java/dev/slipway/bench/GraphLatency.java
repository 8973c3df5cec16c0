package dev.slipway.bench;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.SequenceOptions;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Binding;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The time of a prediction by the graph that layers are lowered to, beside a graph of the same model written by hand, on one
 * thread, in turns. Both must give the same numbers. {@code bench/graphs} calls it.
 */
public final class GraphLatency {
    private static final Path FIXTURES = Path.of("keras/src/test/resources/fixtures/inference");
    private static final int ROUNDS = 25;
    private static final double TOLERANCE = 1e-4;
    private static final EngineOptions ENGINE = EngineOptions.defaults().withThreads(1);

    private GraphLatency() {}

    /**
     * Measures and prints a line for each model.
     *
     * @param args none
     * @throws IOException if a fixture cannot be read
     */
    public static void main(String[] args) throws IOException {
        System.out.printf("%-28s %12s %12s %6s%n", "model", "Slipway us", "by hand us", "ratio");
        measure("mobilenet", load("app_mobilenet"), HandWritten::mobilenet);
        measure("lstm", load("recurrent_lstm_seq1"), HandWritten::lstm);
        LSTM layer = LSTM.of(64, SequenceOptions.allOutputs());
        measure("lstm(64), 50 steps", Model.sequential(InputLayer.of(50, 32), layer), HandWritten::lstm);
        measure("transformer", load("graphs_transformer_classifier"), HandWritten::transformer);
    }

    private static Model load(String fixture) {
        return Model.load(FIXTURES.resolve(fixture).resolve("model.keras"));
    }

    private static void measure(String name, Model model, Function<Model, HandWritten.Written> byHand)
            throws IOException {
        HandWritten.Written written = byHand.apply(model);
        Path file = Files.createTempFile("slipway", ".onnx");
        Files.write(file, model.toOnnx());
        try (model;
                CompiledGraph ours = CompiledGraph.open(file, ENGINE);
                CompiledGraph theirs = CompiledGraph.compile(written.graph(), written.parameters(), ENGINE)) {
            Tensor input = input(model.inputs().get(0));
            Tensor first = output(ours, input);
            Tensor second = output(theirs, input);
            try (Binding one = bind(ours, input, first);
                    Binding other = bind(theirs, input, second)) {
                one.run();
                other.run();
                requireSame(name, first, second);
                compare(name, one, other);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void compare(String name, Binding one, Binding other) {
        int times = timesForTenMillis(one);
        double[] ours = new double[ROUNDS];
        double[] theirs = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            ours[round] = microseconds(one, times);
            theirs[round] = microseconds(other, times);
            ratios[round] = ours[round] / theirs[round];
        }
        // Neighbouring turns are disturbed alike; the medians of all turns of each may be of different moments.
        System.out.printf(
                Locale.ROOT, "%-28s %12.2f %12.2f %6.2f%n", name, median(ours), median(theirs), median(ratios));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static int timesForTenMillis(Binding binding) {
        microseconds(binding, 2000);
        double fastest = IntStream.range(0, 5)
                .mapToDouble(i -> microseconds(binding, 100))
                .min()
                .orElseThrow();
        return (int) Math.max(10, 10_000 / fastest);
    }

    private static double microseconds(Binding binding, int times) {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            binding.run();
        }
        return (System.nanoTime() - start) / 1e3 / times;
    }

    private static Tensor input(TensorSpec spec) {
        Shape shape = spec.shape().with(0, Dimension.of(1));
        Tensor tensor = Tensor.zeros(spec.type(), shape);
        for (int i = 0; i < shape.elementCount(); i++) {
            switch (spec.type()) {
                case FLOAT -> tensor.floats().put(i, i % 17 / 17f);
                case INT32 -> tensor.ints().put(i, i % 17);
                default -> throw new IllegalArgumentException(spec + " (expected: FLOAT or INT32)");
            }
        }
        return tensor;
    }

    private static Tensor output(CompiledGraph graph, Tensor input) {
        return List.copyOf(
                        graph.run(Map.of(graph.inputs().get(0).name(), input)).values())
                .get(0)
                .copy();
    }

    private static Binding bind(CompiledGraph graph, Tensor input, Tensor output) {
        return graph.bind(
                Map.of(graph.inputs().get(0).name(), input),
                Map.of(graph.outputs().get(0).name(), output));
    }

    private static void requireSame(String name, Tensor one, Tensor other) {
        for (int i = 0; i < one.shape().elementCount(); i++) {
            if (!(Math.abs(one.element(i) - other.element(i)) <= TOLERANCE)) {
                throw new IllegalStateException(name + ": " + one.element(i) + " and " + other.element(i) + " at " + i
                        + " (expected: the same)");
            }
        }
    }
}
