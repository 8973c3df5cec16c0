package dev.slipway.bench;

import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Call;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a model leaves in the memory when it is unloaded: {@code make FILE MEGABYTES} writes a chain of Dense layers, {@code cycle
 * FILE CYCLES} loads it, predicts and unloads it, again and again, and prints the resident memory. {@code bench/unloaded} calls
 * it.
 */
public final class UnloadedMemory {
    private static final int UNITS = 1600;
    private static final double MEBIBYTE = 1 << 20;

    private UnloadedMemory() {}

    /**
     * Writes a file, or prints a line for each cycle.
     *
     * @param args what to do, the file, and the megabytes of weights or how often
     * @throws IOException if the file cannot be written, or the system does not tell its memory
     */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[1]);
        int number = Integer.parseInt(args[2]);
        switch (args[0]) {
            case "make" -> make(file, number);
            case "cycle" -> cycle(file, number);
            default -> throw new IllegalArgumentException(args[0] + " (expected: make or cycle)");
        }
    }

    private static void make(Path file, int megabytes) throws IOException {
        int layers = Math.max(1, (int) Math.round(megabytes * 1e6 / (4.0 * UNITS * UNITS)));
        List<Layer> chain = new ArrayList<>(List.of(InputLayer.of(UNITS)));
        for (int i = 0; i < layers; i++) {
            chain.add(Dense.of(UNITS, "relu"));
        }
        try (Model model = Model.sequential(chain.toArray(Layer[]::new))) {
            if (isOnnx(file)) {
                Files.write(file, model.toOnnx());
            } else {
                model.save(file);
            }
        }
    }

    private static boolean isOnnx(Path file) {
        return file.toString().endsWith(".onnx");
    }

    private static void cycle(Path file, int cycles) throws IOException {
        System.out.printf("%5s %10s %10s %10s %10s%n", "cycle", "before", "loaded", "unloaded", "load s");
        for (int i = 1; i <= cycles; i++) {
            double before = ProcessMemory.resident() / MEBIBYTE;
            long start = System.nanoTime();
            Predictor predictor = load(file);
            double seconds = (System.nanoTime() - start) / 1e9;
            for (int rows : new int[] {1, 64}) {
                try (Call call = predictor.call(rows)) {
                    call.run();
                }
            }
            double loaded = ProcessMemory.resident() / MEBIBYTE;
            predictor.close();
            double unloaded = ProcessMemory.resident() / MEBIBYTE;
            System.out.printf(Locale.ROOT, "%5d %10.0f %10.0f %10.0f %10.2f%n", i, before, loaded, unloaded, seconds);
        }
    }

    private static Predictor load(Path file) {
        EngineOptions engine = EngineOptions.defaults();
        return isOnnx(file) ? new Predictor(CompiledGraph.open(file, engine)) : Model.loadPredictor(file, engine);
    }
}
