package dev.slipway.server.http;

import dev.slipway.server.logging.LogFormat;
import io.vertx.core.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One line for every request, in one of the {@link LogFormat}s.
 *
 * <p>Event loops never wait for the log: they collect lines, and one thread writes them. If the reader of the log is too slow
 * for too long, lines are left out, and a line says how many.
 */
public final class RequestLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RequestLog.class.getName());
    private static final int MAX_PATH_CHARS = 256;
    private static final int MAX_CHUNKS_WAITING = 256;
    private static final long FLUSH_MILLIS = 100;
    private static final byte[] END = {};

    private final OutputStream out;
    private final LineForm form;
    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(MAX_CHUNKS_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer = new Thread(this::write, "slipway-request-log");

    /**
     * Starts a log.
     *
     * @param out where lines are written; not closed
     * @param format how they are written
     */
    public RequestLog(OutputStream out, LogFormat format) {
        this.out = out;
        this.form = LineForm.of(format);
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
        private final LineBuffer lines = new LineBuffer();
        private int lineCount;
        private boolean flushIsDue;

        private Lines(Context loop) {
            this.loop = loop;
        }

        void add(Answered answered) {
            if (!lines.hasRoom()) {
                flush();
            }
            form.write(answered, lines);
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
            if (!lines.isEmpty() && !chunks.offer(lines.take())) {
                dropped.addAndGet(lineCount);
            }
            lineCount = 0;
        }
    }

    private void write() {
        try {
            for (byte[] chunk = chunks.take(); chunk != END; chunk = chunks.take()) {
                out.write(chunk);
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    out.write(form.leftOut(lost, Instant.now().toString()).getBytes(StandardCharsets.US_ASCII));
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
