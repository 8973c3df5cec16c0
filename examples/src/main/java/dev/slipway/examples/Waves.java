package dev.slipway.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** The rows of {@code sequence}: noisy waves of two periods and any phase; the same at every run. */
public final class Waves {
    private static final int STEPS = 24;
    private static final double[] PERIODS = {12, 8};
    private static final double NOISE = 0.5;

    private Waves() {}

    /**
     * Some rows.
     *
     * @param rows how many; one after the other of a short and of a long period
     * @param seed what the noise comes from
     * @return a CSV of columns {@code t0} to {@code t23} and {@code fast}: 1 for the short period
     */
    public static String csv(int rows, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int step = 0; step < STEPS; step++) {
            text.append('t').append(step).append(',');
        }
        text.append("fast\n");
        for (int row = 0; row < rows; row++) {
            int fast = row % PERIODS.length;
            double phase = random.nextDouble();
            for (int step = 0; step < STEPS; step++) {
                double wave = Math.sin(2 * Math.PI * (step / PERIODS[fast] + phase));
                text.append(String.format(Locale.ROOT, "%.2f,", wave + NOISE * random.nextGaussian()));
            }
            text.append(fast).append('\n');
        }
        return text.toString();
    }

    /**
     * Writes {@code train.csv} and {@code test.csv}.
     *
     * @param arguments the directory
     * @throws IOException if they cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Files.writeString(directory.resolve("train.csv"), csv(800, 1));
        Files.writeString(directory.resolve("test.csv"), csv(200, 2));
    }
}
