package dev.slipway.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;

/**
 * How connections end: with an answer that says so, and after its body has come, as far as that is not too much. For one event
 * loop.
 *
 * <p>Many clients look for an answer only when all is sent, and closing at once would take it from them. Who is not told might
 * send the next request into a connection that is about to be closed.
 *
 * <p>Source: RFC 9112, section 9.6.
 */
public final class Parting {
    /** How long the last bytes of an answer may take. */
    private static final long LINGER_SECONDS = 10;

    private final long maxBodyBytes;
    private boolean stopping;

    /**
     * The connections of an event loop.
     *
     * @param maxBodyBytes how much of a body that nobody wants is read, so that the connection can go on
     */
    public Parting(long maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** From now on each answer is the last one of its connection. */
    public void stop() {
        stopping = true;
    }

    /**
     * Before a request is answered: sees to what is left of its body, and lets the answer say whether it is the last one.
     *
     * @param request the request
     * @param seenTo whether its body has come, or is discarded already
     */
    void answering(HttpServerRequest request, boolean seenTo) {
        boolean broken = !seenTo && request.decoderResult().isFailure();
        if (stopping || broken) {
            sayClose(request);
        }
        // What follows a broken head is not known to be a body; Vert.x closes behind the answer.
        if (!seenTo && !broken) {
            discard(request);
        }
    }

    private static void sayClose(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /**
     * Reads what is to come of a body without keeping anything; whoever sends far too much is cut off. A client that asks whether to
     * send, and is answered, sends its body or the next request, and nobody knows which: that answer is the last one.
     */
    void discard(HttpServerRequest request) {
        boolean alone = request.version() != HttpVersion.HTTP_2;
        long declared = declaredLength(request);
        boolean endless = declared < 0 && (!alone || request.headers().contains(HttpHeaders.TRANSFER_ENCODING));
        if ((declared <= 0 && !endless) || request.isEnded()) {
            return;
        }
        if (alone && (endless || declared > maxBodyBytes || request.headers().contains(HttpHeaders.EXPECT))) {
            sayClose(request);
            request.endHandler(end -> request.connection().shutdown(LINGER_SECONDS, TimeUnit.SECONDS));
        }
        long[] left = {maxBodyBytes};
        request.handler(chunk -> {
            left[0] -= chunk.length();
            if (left[0] < 0) {
                cutOff(request);
            }
        });
    }

    /** What a request says of its body's length, in digits only, which the HTTP layer has checked; below 0 for nothing. */
    static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return -1;
        }
        return length.length() <= 18 ? Long.parseLong(length) : Long.MAX_VALUE;
    }

    /** Over HTTP/2 other requests are on their way on the same connection. */
    private static void cutOff(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else {
            request.connection().close();
        }
    }
}
