package dev.slipway.server.payload;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A prediction that is going to be written down when it is answered. For one thread at a time. */
public final class Recording {
    private final PayloadLog log;
    private final Subject subject;
    private final Instant requested;
    private final Payload request;
    private @Nullable Answer answer;

    private record Answer(Instant time, int status, Payload payload) {}

    Recording(PayloadLog log, Subject subject, Payload request) {
        this.log = log;
        this.subject = subject;
        this.requested = Instant.now();
        this.request = request;
    }

    /**
     * Hands both events on, without waiting.
     *
     * @param status the HTTP status, or what it would be
     * @param payload what was answered
     */
    public void answered(int status, Payload payload) {
        answer = new Answer(Instant.now(), status, payload);
        log.add(this);
    }

    byte[] requestEvent(Events events) {
        return events.request(subject, requested, request);
    }

    byte[] responseEvent(Events events) {
        Answer given = Objects.requireNonNull(answer, "answered");
        return events.response(subject, given.time(), given.status(), given.payload());
    }
}
