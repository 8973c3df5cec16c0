package dev.slipway.bench;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** How long one step of training takes: {@code TrainingSteps NETWORK OPTIMIZER STEPS} prints the median in microseconds. */
public final class TrainingSteps implements Callback {
    private static final int BATCH = 32;

    private final long[] ends;
    private int count;

    private TrainingSteps(int steps) {
        ends = new long[steps];
    }

    @Override
    public void onTrainBatchEnd(int batch, Supplier<Map<String, Double>> logs) {
        ends[count++] = System.nanoTime();
    }

    /**
     * Trains on random rows.
     *
     * @param arguments the network, the optimizer's Keras name and the number of steps
     */
    public static void main(String... arguments) {
        int steps = Integer.parseInt(arguments[2]);
        TrainingSteps clock = new TrainingSteps(steps);
        Task task = Task.named(arguments[0]);
        FitOptions options =
                FitOptions.epochs(1).withBatchSize(BATCH).withShuffle(false).withCallbacks(clock);
        try (Model model = Networks.named(task.network())) {
            model.compile(arguments[1], task.loss());
            int rows = steps * BATCH;
            model.fit(random(task.input().with(0, Dimension.of(rows))), task.targets(rows), options);
        }
        System.out.printf("%.1f%n", clock.median() / 1e3);
    }

    /** The median time between two steps, leaving out the first tenth. */
    private double median() {
        long[] times = IntStream.range(ends.length / 10 + 1, ends.length)
                .mapToLong(i -> ends[i] - ends[i - 1])
                .sorted()
                .toArray();
        return times[times.length / 2];
    }

    private static Tensor random(Shape shape) {
        Random random = new Random(1);
        float[] numbers = new float[Math.toIntExact(shape.elementCount())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat();
        }
        return Tensor.of(shape, numbers);
    }

    /**
     * What a network learns.
     *
     * @param network its name
     * @param input the shape of one row, with a 1 in front
     * @param loss the loss's Keras name
     * @param classes the number of classes, or 0 for a number
     */
    private record Task(String network, Shape input, String loss, int classes) {
        static Task named(String network) {
            return switch (network) {
                case "mnist-cnn" -> new Task(network, Shape.of(1, 28, 28, 1), "sparse_categorical_crossentropy", 10);
                case "mlp32-64-64-1" -> new Task(network, Shape.of(1, 32), "mean_squared_error", 0);
                case "lstm64", "gru64" -> new Task(network, Shape.of(1, 50, 32), "mean_squared_error", 0);
                default ->
                    throw new IllegalArgumentException(
                            "network '" + network + "' (expected: mnist-cnn, mlp32-64-64-1, lstm64 or gru64)");
            };
        }

        Tensor targets(int rows) {
            if (classes == 0) {
                return random(Shape.of(rows, 1));
            }
            int[] labels = new Random(2).ints(rows, 0, classes).toArray();
            return Tensor.of(Shape.of(rows, 1), labels);
        }
    }
}
