package dev.slipway.server.grpc;

import com.google.protobuf.MessageLite;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.models.ModelNotReadyException;
import dev.slipway.server.payload.Payload;
import dev.slipway.server.payload.Recording;
import dev.slipway.server.traffic.Marks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One call of a method: messages come in and go out, then a status ends it, in trailers. For the event loop of its request.
 *
 * <p>Source: gRPC, {@code doc/PROTOCOL-HTTP2.md}.
 */
final class GrpcCall {
    private static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized("application/grpc");

    /** Clients that try again by themselves wait so long. Source: gRPC, proposal A6, "Pushback". */
    static final String RETRY_PUSHBACK = "grpc-retry-pushback-ms";

    private final HttpServerRequest request;
    private final Context loop;
    private final GrpcServices.Watch watch;
    private Optional<Lease> lease = Optional.empty();
    private long timer = -1;
    private Optional<Long> deadlineNanos = Optional.empty();
    private boolean closed;
    private Runnable onEnd = () -> {};

    /** A call; {@code watch} is told what its status would be in HTTP. */
    GrpcCall(HttpServerRequest request, Context loop, GrpcServices.Watch watch) {
        this.request = request;
        this.loop = loop;
        this.watch = watch;
        request.response().exceptionHandler(gone -> abandon()).closeHandler(gone -> abandon());
    }

    /** Ends the call when the client's time is over. */
    void startDeadline() {
        String timeout = request.getHeader("grpc-timeout");
        if (timeout == null) {
            return;
        }
        long millis = Deadline.millis(timeout)
                .orElseThrow(() -> new GrpcException(
                        GrpcStatus.INVALID_ARGUMENT, "grpc-timeout: '" + timeout + "' (expected: digits and a unit)"));
        deadlineNanos = Optional.of(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
        timer = loop.owner().setTimer(millis, over -> {
            if (!closed) {
                close(GrpcStatus.DEADLINE_EXCEEDED, "deadline exceeded: no answer after " + millis + " ms");
            }
        });
    }

    /** When the client's time is over, as {@link System#nanoTime()} counts; empty for never. */
    Optional<Long> deadlineNanos() {
        return deadlineNanos;
    }

    /** Notes which model the call is for. */
    void about(Lease asked) {
        lease = Optional.of(asked);
    }

    /** Notes which model the call is for, though it does not answer. */
    void notReady(ModelNotReadyException away) {
        watch.notReady(away);
    }

    /** Lets a message be written down with its answer. */
    Optional<Recording> record(Lease asked, Supplier<Payload> message) {
        return watch.record(asked, message);
    }

    /** What the call says besides its messages. */
    Marks marks() {
        return Marks.of(request, false);
    }

    /** Lets the client send no more, by the flow control of HTTP/2. */
    void pause() {
        request.pause();
    }

    void resume() {
        request.resume();
    }

    /** What to do when the call has ended, however it did. */
    void onEnd(Runnable action) {
        onEnd = action;
    }

    boolean isClosed() {
        return closed;
    }

    /** Sends a message; nothing after the end. */
    Future<Void> send(MessageLite message) {
        if (closed) {
            return Future.succeededFuture();
        }
        begin();
        byte[] bytes = message.toByteArray();
        return request.response()
                .write(Buffer.buffer(bytes.length + 5)
                        .appendByte((byte) 0)
                        .appendInt(bytes.length)
                        .appendBytes(bytes));
    }

    /** Ends the call well. */
    void close() {
        close(GrpcStatus.OK, "");
    }

    /** Ends the call; a second end does nothing. */
    void close(GrpcStatus status, String message) {
        close(status, message, Optional.empty());
    }

    /** Ends the call by a failure. */
    void fail(GrpcException failure) {
        close(failure.status(), String.valueOf(failure.getMessage()), failure.retryAfter());
    }

    private void close(GrpcStatus status, String message, Optional<Duration> retryAfter) {
        if (closed) {
            return;
        }
        finish(status);
        HttpServerResponse response = request.response();
        if (!response.headWritten()) {
            begin();
        }
        Put put = response.headWritten() ? response::putTrailer : response::putHeader;
        put.put("grpc-status", Integer.toString(status.code()));
        if (!message.isEmpty()) {
            put.put("grpc-message", percentEncoded(message));
        }
        retryAfter.ifPresent(time -> put.put(RETRY_PUSHBACK, Long.toString(time.toMillis())));
        response.end();
    }

    private interface Put {
        HttpServerResponse put(String name, String value);
    }

    private void begin() {
        HttpServerResponse response = request.response();
        if (!response.headWritten() && !response.headers().contains(HttpHeaders.CONTENT_TYPE)) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE);
            response.putHeader("grpc-accept-encoding", MessageReader.Packing.NAMES);
        }
    }

    /** The client has gone: there is nobody to answer. */
    private void abandon() {
        if (!closed) {
            finish(GrpcStatus.CANCELLED);
        }
    }

    private void finish(GrpcStatus status) {
        closed = true;
        if (timer >= 0) {
            loop.owner().cancelTimer(timer);
        }
        onEnd.run();
        watch.ended(status.http(), lease);
    }

    /** Everything but printable ASCII, and the percent sign, as gRPC wants its messages. */
    static String percentEncoded(String message) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : message.getBytes(StandardCharsets.UTF_8)) {
            if (each >= ' ' && each <= '~' && each != '%') {
                encoded.append((char) each);
            } else {
                encoded.append('%').append(String.format("%02X", each));
            }
        }
        return encoded.toString();
    }
}
