package dev.slipway.bench;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Peak of resident memory that training takes, in a process of its own: {@code OPTIMIZER UNITS LAYERS} trains a chain of
 * {@code LAYERS} Dense layers of {@code UNITS} in and out. {@code bench/memory} calls it.
 */
public final class TrainingMemory {
    private static final int ROWS = 64;
    private static final int BATCH = 32;

    private TrainingMemory() {}

    /**
     * Measures and prints one line: the optimizer, megabytes of weights, seconds a step, and by how much the peak of
     * resident memory grew since the engine was loaded, as a multiple of the weights.
     *
     * @param args optimizer, units and layers
     * @throws IOException if the system does not tell its memory
     */
    public static void main(String[] args) throws IOException {
        train(args[0], 4, 1, 1);
        long before = ProcessMemory.resident();
        int units = Integer.parseInt(args[1]);
        int layers = Integer.parseInt(args[2]);
        int epochs = 4;
        int steps = epochs * (ROWS / BATCH);
        long start = System.nanoTime();
        long bytes = train(args[0], units, layers, epochs);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%s %.1f %.3f %.2f%n",
                args[0],
                bytes / 1e6,
                seconds / steps,
                (ProcessMemory.peak() - before) / (double) bytes);
    }

    private static long train(String optimizer, int units, int layers, int epochs) {
        List<Layer> chain = new ArrayList<>(List.of(InputLayer.of(units)));
        for (int i = 0; i < layers; i++) {
            chain.add(Dense.of(units, "relu"));
        }
        Tensor rows = Tensor.zeros(DataType.FLOAT, Shape.of(ROWS, units));
        try (Model model = Model.sequential(chain.toArray(Layer[]::new))) {
            model.compile(optimizer, "mse");
            model.fit(rows, rows, FitOptions.epochs(epochs).withBatchSize(BATCH));
            return model.weights().stream()
                    .mapToLong(weight -> 4 * weight.spec().shape().elementCount())
                    .sum();
        }
    }
}
