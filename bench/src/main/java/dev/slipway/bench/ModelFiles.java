package dev.slipway.bench;

import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.ReadLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One measurement of a large model file, in a process of its own, since the peak of memory is a process's: {@code save FILE
 * MEGABYTES LAYERS}, {@code load FILE}, or {@code read FILE}, which only takes the bytes off the disk. {@code bench/files}
 * calls it.
 */
public final class ModelFiles {
    private static final double MEGABYTE = 1e6;

    private ModelFiles() {}

    /**
     * Measures and prints one line: what was done, megabytes, kilobytes of configuration, seconds, seconds for 100 MB, and the
     * process's peak of resident memory as a multiple of the weights.
     *
     * @param args what to do, the file, and for {@code save} the megabytes of weights and the number of layers
     * @throws IOException if the file cannot be read
     */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[1]);
        long start = System.nanoTime();
        switch (args[0]) {
            case "save" -> {
                try (Model model = model(Integer.parseInt(args[2]), Integer.parseInt(args[3]))) {
                    model.save(file);
                    print(args[0], file, start, model);
                }
            }
            case "load" -> {
                try (Model model = Model.load(file, LayerRegistry.builtIn(), ReadLimits.defaults())) {
                    print(args[0], file, start, model);
                }
            }
            case "read" -> {
                read(file);
                print(args[0], file, start);
            }
            default -> throw new IllegalArgumentException(args[0] + " (expected: save, load or read)");
        }
    }

    private static void print(String action, Path file, long start, Model... models) throws IOException {
        double seconds = (System.nanoTime() - start) / 1e9;
        double megabytes = Files.size(file) / MEGABYTE;
        double peak = ProcessMemory.peak() / MEGABYTE;
        int configuration = Arrays.stream(models)
                .mapToInt(model -> model.toJson().toString().length())
                .sum();
        System.out.printf(
                Locale.ROOT,
                "%s %.0f %d %.3f %.3f %.2f%n",
                action,
                megabytes,
                configuration / 1000,
                seconds,
                100 * seconds / megabytes,
                peak / megabytes);
    }

    /** Random weights are made before they are saved: the time is that of both, the peak that of the larger. */
    private static Model model(int megabytes, int layers) {
        int units = (int) Math.round(Math.sqrt(megabytes * MEGABYTE / (4.0 * layers)));
        List<Layer> chain = new ArrayList<>(List.of(InputLayer.of(units)));
        for (int i = 0; i < layers; i++) {
            chain.add(Dense.of(units));
        }
        return Model.sequential(chain.toArray(Layer[]::new));
    }

    private static void read(Path file) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(chunk.clear()) >= 0) {
                // Only the disk is measured.
            }
        }
    }
}
