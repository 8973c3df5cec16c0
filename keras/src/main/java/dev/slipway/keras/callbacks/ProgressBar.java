package dev.slipway.keras.callbacks;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

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
    private Plan plan = new Plan(0, 0);
    private long epochStart;
    private long lastShown;
    private int epoch;

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
    public void onTrainBegin(Plan newPlan) {
        plan = newPlan;
        lastShown = nanoTime.getAsLong();
    }

    @Override
    public void onEpochBegin(int newEpoch) {
        epoch = newEpoch;
        epochStart = nanoTime.getAsLong();
    }

    @Override
    public void onBatchEnd(int batch, Supplier<Map<String, Double>> logs) {
        long now = nanoTime.getAsLong();
        if (terminal && batch + 1 < plan.batches() && now - lastShown >= NANOS_BETWEEN_UPDATES) {
            lastShown = now;
            int filled = WIDTH * (batch + 1) / plan.batches();
            double secondsLeft = (now - epochStart) / 1e9 / (batch + 1) * (plan.batches() - batch - 1);
            out.print("\r\u001b[K" + head() + " " + (batch + 1) + "/" + plan.batches() + " " + "━".repeat(filled)
                    + "─".repeat(WIDTH - filled) + String.format(Locale.ROOT, " %.0fs left", secondsLeft)
                    + text(logs.get()));
            out.flush();
        }
    }

    @Override
    public boolean onEpochEnd(int ended, Map<String, Double> logs) {
        long now = nanoTime.getAsLong();
        boolean last = ended + 1 == plan.epochs();
        long pause = terminal ? NANOS_BETWEEN_UPDATES : NANOS_BETWEEN_LINES;
        if (last || ended == 0 || now - lastShown >= pause) {
            lastShown = now;
            double millis = (now - epochStart) / 1e6;
            String line = head() + String.format(Locale.ROOT, " %.1fms", millis) + text(logs);
            out.print(terminal ? "\r\u001b[K" + line + (last ? "\n" : "") : line + "\n");
            out.flush();
        }
        return true;
    }

    private String head() {
        return "Epoch " + (epoch + 1) + "/" + plan.epochs();
    }

    private static String text(Map<String, Double> logs) {
        StringBuilder text = new StringBuilder();
        logs.forEach((name, value) -> text.append(String.format(Locale.ROOT, " - %s: %.4g", name, value)));
        return text.toString();
    }
}
