package dev.slipway.server.payload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes a share of predictions down, each as an event of its request and one of its answer. Whoever predicts never waits for it:
 * predictions wait in a queue of limited length, and one thread writes. What does not fit, and what the target does not take, is
 * left out, counted, and told of once a minute. Safe for use by several threads.
 */
public final class PayloadLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PayloadLog.class.getName());
    private static final int EVENTS = 2;
    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long CLOSE_MILLIS = 2_000;

    private final PayloadOptions options;
    private final Consumer<Outcome> counter;
    private final Optional<Writer> writer;

    private PayloadLog(PayloadOptions options, Consumer<Outcome> counter, Optional<Writer> writer) {
        this.options = options;
        this.counter = counter;
        this.writer = writer;
    }

    /**
     * Begins to write as options say.
     *
     * @param options what and where
     * @param counter told of every event; called by several threads
     * @return the log, to be closed; without cost if it is off
     * @throws UncheckedIOException if a file cannot be opened
     */
    public static PayloadLog of(PayloadOptions options, Consumer<Outcome> counter) {
        return new PayloadLog(
                options, counter, options.isOn() ? Optional.of(new Writer(options, counter)) : Optional.empty());
    }

    /**
     * Whether there is anything to be told.
     *
     * @return false if no prediction is taken
     */
    public boolean isOn() {
        return writer.isPresent();
    }

    /**
     * Takes a prediction, or not: as the share has it.
     *
     * @param subject says what it is; asked if it is taken
     * @param request says what was sent, or the first {@link #maxBytes} of it; asked if it is taken
     * @return what is to be told of the answer
     */
    public Optional<Recording> record(Supplier<Subject> subject, Supplier<Payload> request) {
        if (writer.isEmpty() || ThreadLocalRandom.current().nextDouble() >= options.share()) {
            return Optional.empty();
        }
        return Optional.of(new Recording(this, subject.get(), request.get()));
    }

    /**
     * How much of a body is written.
     *
     * @return a number of bytes
     */
    public int maxBytes() {
        return Math.toIntExact(options.maxBytes().bytes());
    }

    void add(Recording recording) {
        writer.ifPresent(each -> {
            if (!each.queue.offer(Optional.of(recording))) {
                for (int i = 0; i < EVENTS; i++) {
                    counter.accept(Outcome.DROPPED);
                }
            }
        });
    }

    /** Writes what waits, for some seconds at most. */
    @Override
    public void close() {
        writer.ifPresent(Writer::end);
    }

    /** The thread that writes. */
    private static final class Writer {
        private final Consumer<Outcome> counter;
        private final String target;
        private final Sink sink;
        private final Events events;

        /** Empty for the end. */
        private final BlockingQueue<Optional<Recording>> queue;

        private final Thread thread = new Thread(this::run, "slipway-payload-log");
        private long lastWarning = System.nanoTime() - WARNING_NANOS;
        private long failedSince;

        Writer(PayloadOptions options, Consumer<Outcome> counter) {
            this.counter = counter;
            this.sink = sink(options);
            // The rest of an address may hold a token.
            this.target = options.isAddress() ? URI.create(options.target()).getHost() : options.target();
            this.events = new Events(options.maxBytes().bytes(), new Redaction(options.redact()));
            this.queue = new ArrayBlockingQueue<>(options.queue());
            thread.setDaemon(true);
            thread.start();
        }

        private static Sink sink(PayloadOptions options) {
            try {
                return options.isAddress()
                        ? new HttpSink(URI.create(options.target()))
                        : new FileSink(
                                Path.of(options.target()), options.rotate().bytes(), options.keep());
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "payload.target: '" + options.target() + "' (expected: a file that can be written)", e);
            }
        }

        private void run() {
            try (sink) {
                for (Optional<Recording> next = queue.take(); next.isPresent(); next = queue.take()) {
                    Recording recording = next.get();
                    write(() -> recording.requestEvent(events));
                    write(() -> recording.responseEvent(events));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void write(Supplier<byte[]> event) throws InterruptedException {
            try {
                sink.write(event.get());
                counter.accept(Outcome.WRITTEN);
            } catch (IOException | RuntimeException e) {
                // Whatever it is: the next one may be written.
                counter.accept(Outcome.FAILED);
                failedSince++;
                warn(e);
            }
        }

        private void warn(Exception cause) {
            long now = System.nanoTime();
            if (now - lastWarning >= WARNING_NANOS) {
                LOG.log(
                        Level.WARNING,
                        failedSince + " events of payloads not written to " + target + ": " + cause
                                + "; predictions go on, slipway_payload_events_total counts");
                lastWarning = now;
                failedSince = 0;
            }
        }

        private void end() {
            try {
                if (queue.offer(Optional.empty(), CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    thread.join(CLOSE_MILLIS);
                }
                thread.interrupt();
                thread.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
