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
import java.util.List;
import java.util.Locale;

/**
 * One measurement of a large model file, in a process of its own, since the peak of memory is a process's: {@code save FILE
 * MEGABYTES}, {@code load FILE}, or {@code read FILE}, which only takes the bytes off the disk. {@code bench/files} calls
 * it.
 */
public final class ModelFiles {
    private static final int UNITS = 2560;
    private static final double MEGABYTE = 1e6;

    private ModelFiles() {}

    /**
     * Measures and prints one line: what was done, megabytes, seconds, seconds for 100 MB, and the process's peak of
     * resident memory as a multiple of the weights.
     *
     * @param args what to do, the file, and for {@code save} the megabytes of weights
     * @throws IOException if the file cannot be read
     */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[1]);
        long start = System.nanoTime();
        switch (args[0]) {
            case "save" -> save(file, Integer.parseInt(args[2]));
            case "load" ->
                Model.load(file, LayerRegistry.builtIn(), ReadLimits.defaults()).close();
            case "read" -> read(file);
            default -> throw new IllegalArgumentException(args[0] + " (expected: save, load or read)");
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double megabytes = Files.size(file) / MEGABYTE;
        System.out.printf(
                Locale.ROOT,
                "%s %.0f %.3f %.3f %.2f%n",
                args[0],
                megabytes,
                seconds,
                100 * seconds / megabytes,
                ProcessMemory.peak() / MEGABYTE / megabytes);
    }

    /** Random weights are made before they are saved: the time is that of both, the peak that of the larger. */
    private static void save(Path file, int megabytes) {
        int layers = Math.max(1, (int) Math.round(megabytes * MEGABYTE / (4.0 * UNITS * UNITS)));
        List<Layer> chain = new ArrayList<>(List.of(InputLayer.of(UNITS)));
        for (int i = 0; i < layers; i++) {
            chain.add(Dense.of(UNITS));
        }
        try (Model model = Model.sequential(chain.toArray(Layer[]::new))) {
            model.save(file);
        }
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
