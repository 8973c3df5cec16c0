package dev.slipway.keras.callbacks;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how training goes on, like Keras's: a bar that moves on a terminal, and a line now and then where the output is
 * not one, so that logs stay readable.
 *
 * <p>Source: {@code keras.callbacks.ProgbarLogger}.
 */
public final class ProgressBar implements Callback {
    private static final int WIDTH = 20;
    private static final long NANOS_BETWEEN_UPDATES = 100_000_000L;
    private static final long NANOS_BETWEEN_LINES = 2_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private @Nullable TrainingRun run;
    private long trainStart;
    private int firstEpoch;
    private long epochStart;
    private int firstBatch;
    private long lastShown;

    /**
     * Creates a progress display.
     *
     * @param out where to show it
     * @param terminal whether that is a terminal, on which a line can be written over
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    public ProgressBar(PrintStream out, boolean terminal, LongSupplier nanoTime) {
        this.out = out;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    @Override
    public void onTrainBegin(TrainingRun begun) {
        run = begun;
        trainStart = nanoTime.getAsLong();
        epochStart = trainStart;
        lastShown = trainStart;
    }

    /** An epoch that goes on takes its time from where it was interrupted. */
    @Override
    public void resume(Snapshot snapshot) {
        TrainingRun current = run;
        if (current != null) {
            firstEpoch = current.epoch();
            firstBatch = current.batch();
        }
    }

    @Override
    public void onEpochBegin(int epoch) {
        epochStart = nanoTime.getAsLong();
        firstBatch = 0;
    }

    @Override
    public void onTrainBatchEnd(int batch, Supplier<Map<String, Double>> logs) {
        long now = nanoTime.getAsLong();
        TrainingRun current = run;
        long pause = terminal ? NANOS_BETWEEN_UPDATES : NANOS_BETWEEN_LINES;
        if (current == null || now - lastShown < pause) {
            return;
        }
        int done = batch + 1;
        OptionalInt batches = current.batches();
        if (batches.isPresent() && done >= batches.getAsInt()) {
            return;
        }
        lastShown = now;
        double secondsEach = (now - epochStart) / 1e9 / Math.max(1, done - firstBatch);
        String line = head(current) + " " + done
                + (batches.isPresent() ? "/" + batches.getAsInt() + bar(done, batches.getAsInt()) : "")
                + rate(1 / secondsEach)
                + (batches.isPresent() ? " " + duration((batches.getAsInt() - done) * secondsEach) + " left" : "")
                + text(logs.get());
        out.print(terminal ? "\r\u001b[K" + line : line + "\n");
        out.flush();
    }

    private static String bar(int done, int all) {
        int filled = WIDTH * done / all;
        return " " + "━".repeat(filled) + "─".repeat(WIDTH - filled);
    }

    private static String rate(double batchesASecond) {
        return String.format(Locale.ROOT, batchesASecond < 10 ? " %.1f/s" : " %.0f/s", batchesASecond);
    }

    private static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60
                ? whole + "s"
                : whole < 3600
                        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    @Override
    public void onEpochEnd(int ended, Map<String, Double> logs) {
        long now = nanoTime.getAsLong();
        TrainingRun current = run;
        if (current == null) {
            return;
        }
        boolean last = ended + 1 == current.epochs();
        long pause = terminal ? NANOS_BETWEEN_UPDATES : NANOS_BETWEEN_LINES;
        if (last || ended == 0 || now - lastShown >= pause) {
            lastShown = now;
            double secondsEach = (now - trainStart) / 1e9 / (ended + 1 - firstEpoch);
            String left = last ? "" : " " + duration((current.epochs() - ended - 1) * secondsEach) + " left";
            double millis = (now - epochStart) / 1e6;
            String line = head(current) + String.format(Locale.ROOT, " %.1fms", millis) + left + text(logs);
            out.print(terminal ? "\r\u001b[K" + line : line + "\n");
            out.flush();
        }
    }

    /** What comes next begins on a line of its own. */
    @Override
    public void onTrainEnd(Map<String, Double> logs) {
        if (terminal) {
            out.println();
        }
    }

    private static String head(TrainingRun run) {
        return "Epoch " + (run.epoch() + 1) + "/" + run.epochs();
    }

    private static String text(Map<String, Double> logs) {
        StringBuilder text = new StringBuilder();
        logs.forEach((name, value) -> text.append(String.format(Locale.ROOT, " - %s: %.4g", name, value)));
        return text.toString();
    }
}
