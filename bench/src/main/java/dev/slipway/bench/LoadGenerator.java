package dev.slipway.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Sends one request again and again: {@code LoadGenerator PORT REQUEST-FILE RATE SECONDS CONNECTIONS [HISTOGRAM-FILE]}.
 *
 * <p>At a rate, it is open-loop: requests are due at a constant rate whether answers come or not, and the latency of each counts
 * from the moment it was due, so that a server that stalls is charged for all who would have come meanwhile. At rate 0, every
 * connection sends its next request when it has its answer. The first second is not counted. Prints {@code name value} lines:
 * requests a second, latencies in milliseconds, the answers of each status.
 */
public final class LoadGenerator {
    private static final long SECOND = 1_000_000_000;
    private static final long LONGEST = 60 * SECOND;
    private static final long LONGEST_SLEEP_MILLIS = 100;

    private final Histogram latencies = new Histogram(LONGEST, 3);
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    private final Selector selector = Selector.open();
    private final double interval;
    private final long begin;
    private final long counted;
    private final long end;
    private long sent;

    private LoadGenerator(double rate, int seconds) throws IOException {
        interval = rate == 0 ? 0 : SECOND / rate;
        begin = System.nanoTime();
        counted = begin + SECOND;
        end = counted + seconds * SECOND;
    }

    /**
     * Loads a server.
     *
     * @param arguments see above
     * @throws IOException if the server is not there or closes a connection
     */
    public static void main(String... arguments) throws IOException {
        int seconds = Integer.parseInt(arguments[3]);
        byte[] request = Files.readAllBytes(Path.of(arguments[1]));
        LoadGenerator load = new LoadGenerator(Double.parseDouble(arguments[2]), seconds);
        for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
            load.idle.add(new LoadConnection(Integer.parseInt(arguments[0]), load.selector, request));
        }
        load.run();
        load.print(seconds);
        if (arguments.length > 5) {
            try (PrintStream file = new PrintStream(arguments[5])) {
                load.latencies.outputPercentileDistribution(file, 1e6);
            }
        }
    }

    /**
     * At a rate it never sleeps: a timer's wake-up would be measured too. Else it sleeps when there is nothing to read: to look again
     * and again would take time from the server, whose core may share its parts with this one.
     */
    private void run() throws IOException {
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            while (!idle.isEmpty() && dueAt(now) <= now) {
                long due = dueAt(now);
                sent++;
                idle.remove().send(due);
            }
            if (interval == 0) {
                selector.select(this::receive, LONGEST_SLEEP_MILLIS);
            } else {
                selector.selectNow(this::receive);
            }
        }
    }

    private long dueAt(long now) {
        return interval == 0 ? now : begin + (long) (sent * interval);
    }

    private void receive(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        try {
            OptionalInt status = connection.read();
            if (status.isPresent()) {
                long now = System.nanoTime();
                if (connection.due() >= counted) {
                    latencies.recordValue(Math.min(LONGEST, now - connection.due()));
                    statuses.merge(status.getAsInt(), 1L, Long::sum);
                }
                idle.add(connection);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(int seconds) {
        System.out.printf("rate %.0f%n", (double) latencies.getTotalCount() / seconds);
        System.out.printf("mean %.3f%n", latencies.getMean() / 1e6);
        for (double percentile : new double[] {50, 99, 99.9, 100}) {
            System.out.printf("p%s %.3f%n", text(percentile), latencies.getValueAtPercentile(percentile) / 1e6);
        }
        statuses.forEach((status, count) -> System.out.println("status" + status + " " + count));
    }

    private static String text(double percentile) {
        return percentile == Math.rint(percentile) ? String.valueOf((int) percentile) : String.valueOf(percentile);
    }
}
