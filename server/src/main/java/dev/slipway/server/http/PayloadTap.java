package dev.slipway.server.http;

import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.payload.Payload;
import dev.slipway.server.payload.PayloadLog;
import dev.slipway.server.payload.Recording;
import dev.slipway.server.payload.Subject;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Supplier;

/** What of one exchange is written down, if it is of the share that is. For the event loop of its request. */
final class PayloadTap {
    private final PayloadLog log;
    private Optional<Recording> recording = Optional.empty();

    PayloadTap(PayloadLog log) {
        this.log = log;
    }

    /** Lets what was sent be written down with its answer. */
    void sent(Supplier<Subject> subject, String contentType, Supplier<Buffer> body) {
        recording = log.record(subject, () -> payload(contentType, body.get()));
    }

    /** The same for a message of a call, whose answer is told to the result. */
    Optional<Recording> message(Supplier<Subject> subject, Supplier<Payload> message) {
        return log.record(subject, message);
    }

    void answered(int status, CharSequence contentType, Buffer body) {
        if (recording.isPresent()) {
            recording.get().answered(status, payload(contentType.toString(), body));
        }
    }

    /** Of a long body only what is going to be written is kept meanwhile. */
    private Payload payload(String contentType, Buffer body) {
        return Payload.of(contentType, body.length(), body.getBytes(0, Math.min(body.length(), log.maxBytes())));
    }

    static Subject subject(String id, String traceId, String protocol, ServedModel model) {
        return new Subject(
                id,
                traceId,
                protocol,
                model.name(),
                model.version(),
                model.inputs().stream().map(TensorSpec::name).toList(),
                model.outputs().stream().map(TensorSpec::name).toList());
    }
}
