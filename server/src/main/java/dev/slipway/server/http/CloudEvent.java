package dev.slipway.server.http;

import dev.slipway.server.json.InputException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

/**
 * Whether a request is an event, and so is its answer.
 *
 * <p>Source: CloudEvents 1.0, HTTP protocol binding; the attributes of answers are KServe's ({@code cloudevents} of its Python
 * server).
 */
enum CloudEvent {
    /** No event: JSON alone. */
    NONE,
    /** The attributes are headers, the body is the data. */
    BINARY,
    /** The body is the event, with the data in it. */
    STRUCTURED;

    private static final String STRUCTURED_TYPE = "application/cloudevents+json";
    private static final CharSequence SPEC_VERSION = HttpHeaders.createOptimized("ce-specversion");
    private static final String VERSION = "1.0";
    private static final String SOURCE = "io.kserve.inference.";
    private static final String TYPE = "io.kserve.inference.response";

    /** What a request is by its headers; an event without one of its attributes is refused. */
    static CloudEvent of(Exchange exchange) {
        String type = exchange.requestHeader(HttpHeaders.CONTENT_TYPE).orElse("");
        if (type.regionMatches(true, 0, STRUCTURED_TYPE, 0, STRUCTURED_TYPE.length())) {
            return STRUCTURED;
        }
        if (exchange.requestHeader(SPEC_VERSION).isEmpty()) {
            return NONE;
        }
        for (String attribute : List.of("ce-id", "ce-source", "ce-type")) {
            if (exchange.requestHeader(attribute).isEmpty()) {
                throw new InputException(
                        "missing", List.of("header", attribute), "expected: this attribute of a CloudEvent", "nothing");
            }
        }
        return BINARY;
    }

    boolean isStructured() {
        return this == STRUCTURED;
    }

    /** Answers with a prediction of a model. */
    void answer(Exchange exchange, String model, Buffer json) {
        switch (this) {
            case NONE -> exchange.ok(json);
            case BINARY -> {
                exchange.header(SPEC_VERSION, VERSION);
                exchange.header("ce-id", exchange.id());
                exchange.header("ce-source", SOURCE + model);
                exchange.header("ce-type", TYPE);
                exchange.ok(json);
            }
            case STRUCTURED -> {
                // Names of models and ids have no letter that JSON would write otherwise.
                Buffer event = Buffer.buffer("{\"specversion\":\"" + VERSION + "\",\"id\":\"" + exchange.id()
                        + "\",\"source\":\"" + SOURCE + model + "\",\"type\":\"" + TYPE
                        + "\",\"datacontenttype\":\"application/json\",\"data\":");
                exchange.answer(200, STRUCTURED_TYPE, event.appendBuffer(json).appendString("}"));
            }
        }
    }
}
