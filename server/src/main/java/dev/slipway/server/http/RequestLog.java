package dev.slipway.server.http;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One line for every request: when, from where, what, status, bytes of the answer, milliseconds, id.
 *
 * <p>Event loops never wait for the log: they collect lines, and one thread writes them. If the reader of the log is too slow
 * for too long, lines are left out, and a line says how many.
 */
public final class RequestLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RequestLog.class.getName());
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int MAX_LINE_BYTES = 1024;
    private static final int MAX_PATH_CHARS = 256;
    private static final int MAX_CHUNKS_WAITING = 256;
    private static final long FLUSH_MILLIS = 100;
    private static final byte[] END = {};

    private final OutputStream out;
    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(MAX_CHUNKS_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer = new Thread(this::write, "slipway-request-log");

    /**
     * Starts a log.
     *
     * @param out where lines are written; not closed
     */
    public RequestLog(OutputStream out) {
        this.out = out;
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Lines of an event loop.
     *
     * @param loop the event loop's context
     * @return the lines, for that event loop only
     */
    public Lines lines(Context loop) {
        return new Lines(loop);
    }

    /** What may stand in a log line: printable ASCII, not endless. */
    static String printable(String text) {
        String cut = text.length() <= MAX_PATH_CHARS ? text : text.substring(0, MAX_PATH_CHARS) + "...";
        for (int i = 0; i < cut.length(); i++) {
            if (cut.charAt(i) < ' ' || cut.charAt(i) > '~') {
                return cut.replaceAll("[^ -~]", "?");
            }
        }
        return cut;
    }

    /** The lines of one event loop. */
    public final class Lines {
        private final Context loop;
        private final byte[] chunk = new byte[CHUNK_BYTES];
        private int length;
        private int lineCount;
        private boolean flushIsDue;

        /** The time up to the second, as text, and which second that is. */
        private String second = "";

        private long secondShown = -1;

        private Lines(Context loop) {
            this.loop = loop;
        }

        void add(HttpServerRequest request, int status, int bytes, long nanos) {
            if (length + MAX_LINE_BYTES > CHUNK_BYTES) {
                flush();
            }
            appendTime(System.currentTimeMillis());
            append(
                    request.remoteAddress() == null
                            ? "-"
                            : request.remoteAddress().hostAddress());
            chunk[length++] = ' ';
            append(request.method().name());
            chunk[length++] = ' ';
            // Without the query, in which clients put what is nobody else's business.
            append(printable(String.valueOf(request.path())));
            chunk[length++] = ' ';
            appendNumber(status);
            chunk[length++] = ' ';
            appendNumber(bytes);
            append("B ");
            appendMillis(nanos);
            append("ms ");
            append(Objects.requireNonNullElse(request.response().headers().get(RequestIds.HEADER), "-"));
            chunk[length++] = '\n';
            lineCount++;
            if (!flushIsDue) {
                flushIsDue = true;
                loop.owner().setTimer(FLUSH_MILLIS, timer -> {
                    flushIsDue = false;
                    flush();
                });
            }
        }

        /** Hands all lines to the writing thread. */
        public void flush() {
            if (length > 0 && !chunks.offer(Arrays.copyOf(chunk, length))) {
                dropped.addAndGet(lineCount);
            }
            length = 0;
            lineCount = 0;
        }

        private void appendTime(long millis) {
            if (millis / 1000 != secondShown) {
                secondShown = millis / 1000;
                String instant = Instant.ofEpochMilli(millis)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString();
                second = instant.substring(0, instant.length() - 1) + ".";
            }
            append(second);
            appendDigits((int) (millis % 1000));
            append("Z ");
        }

        private void appendMillis(long nanos) {
            long micros = nanos / 1000;
            appendNumber(micros / 1000);
            chunk[length++] = '.';
            appendDigits((int) (micros % 1000));
        }

        /** Three digits. */
        private void appendDigits(int number) {
            chunk[length++] = (byte) ('0' + number / 100);
            chunk[length++] = (byte) ('0' + number / 10 % 10);
            chunk[length++] = (byte) ('0' + number % 10);
        }

        private void appendNumber(long number) {
            append(Long.toString(number));
        }

        /** The fast copy of ASCII text, of which a byte a character is the whole. */
        @SuppressWarnings("deprecation")
        private void append(String ascii) {
            ascii.getBytes(0, ascii.length(), chunk, length);
            length += ascii.length();
        }
    }

    private void write() {
        try {
            for (byte[] chunk = chunks.take(); chunk != END; chunk = chunks.take()) {
                out.write(chunk);
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    out.write((lost + " lines left out: the log is read too slowly\n")
                            .getBytes(StandardCharsets.US_ASCII));
                }
                out.flush();
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the request log cannot be written; it ends here", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what is left, after every event loop has flushed its lines. */
    @Override
    public void close() {
        try {
            if (chunks.offer(END, 1, TimeUnit.SECONDS)) {
                writer.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
