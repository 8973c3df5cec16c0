package dev.slipway.bench.endurance;

import dev.slipway.bench.LoadConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Requests for one model: as many as are answered, or as many as are asked for. One thread, which never sleeps. */
final class Overload implements AutoCloseable {
    /** A request waits for its answer on one of these; if all wait, the next request does, too. */
    private static final int CONNECTIONS = 1024;

    private final Selector selector = Selector.open();
    private final List<LoadConnection> connections = new ArrayList<>();

    /** @param width how many numbers the model takes */
    Overload(int port, String model, int width) throws IOException {
        String body = "{\"instances\":[[0" + ",0".repeat(width - 1) + "]]}";
        byte[] request = ("POST /v1/models/" + model + ":predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(new LoadConnection(port, selector, request));
        }
    }

    /**
     * What became of the requests.
     *
     * @param offeredPerSecond how many were sent
     * @param okPerSecond how many were answered with 200
     * @param refused how many were answered with 429
     * @param refusalMillis how long that took, in the median
     * @param refusalP99Millis how long that took at most, but for one in a hundred
     * @param other how many were answered with something else
     */
    record Outcome(
            double offeredPerSecond,
            double okPerSecond,
            long refused,
            double refusalMillis,
            double refusalP99Millis,
            int other) {}

    /** Counts one run. */
    private final class Run {
        private final long startNanos = System.nanoTime();
        private final long endNanos;
        private final Deque<LoadConnection> idle = new ArrayDeque<>();
        private final Histogram refusals = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        private int open;
        private long sent;
        private int ok;
        private int other;

        Run(int clients, int seconds) {
            this.endNanos = startNanos + TimeUnit.SECONDS.toNanos(seconds);
            idle.addAll(connections.subList(0, clients));
        }

        /** Sends what is due: all that is idle, or so many a second. */
        Outcome play(double perSecond) throws IOException {
            for (long now = System.nanoTime(); now - endNanos < 0 || open > 0; now = System.nanoTime()) {
                double due = (now - startNanos) / 1e9 * perSecond;
                while (now - endNanos < 0 && !idle.isEmpty() && sent < due) {
                    idle.remove().send(System.nanoTime());
                    sent++;
                    open++;
                }
                selector.selectNow(this::receive);
            }
            double seconds = (endNanos - startNanos) / 1e9;
            return new Outcome(
                    sent / seconds,
                    ok / seconds,
                    refusals.getTotalCount(),
                    refusals.getValueAtPercentile(50) / 1e6,
                    refusals.getValueAtPercentile(99) / 1e6,
                    other);
        }

        private void receive(SelectionKey key) {
            LoadConnection connection = (LoadConnection) key.attachment();
            try {
                OptionalInt status = connection.read();
                if (status.isPresent()) {
                    count(status.getAsInt(), System.nanoTime(), connection.due());
                    open--;
                    idle.add(connection);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void count(int status, long now, long since) {
            if (status == 429) {
                refusals.recordValue(Math.min(now - since, refusals.getHighestTrackableValue()));
            } else if (status == 200) {
                ok += now - endNanos < 0 ? 1 : 0;
            } else {
                other++;
            }
        }
    }

    /** Some clients, each of which asks again when it is answered. */
    Outcome closed(int clients, int seconds) throws IOException {
        return new Run(clients, seconds).play(Double.POSITIVE_INFINITY);
    }

    /** So many requests a second, whatever becomes of those before. */
    Outcome open(double perSecond, int seconds) throws IOException {
        return new Run(CONNECTIONS, seconds).play(perSecond);
    }

    @Override
    public void close() throws IOException {
        for (LoadConnection each : connections) {
            each.close();
        }
        selector.close();
    }
}
