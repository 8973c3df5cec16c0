package dev.slipway.server.http;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * {@code GET /health/live}: the process answers. {@code GET /health/ready}: every model is loaded and has predicted, and the
 * server is not about to stop; 503 otherwise.
 */
public final class Health implements Endpoint {
    private static final CharSequence JSON = "application/json";

    private final BooleanSupplier ready;

    /**
     * The endpoint.
     *
     * @param ready whether new requests are welcome
     */
    public Health(BooleanSupplier ready) {
        this.ready = ready;
    }

    @Override
    public List<String> routes() {
        return List.of("/health/live", "/health/ready");
    }

    @Override
    public boolean handle(Exchange exchange) {
        switch (exchange.path()) {
            case "/health/live" -> {
                if (exchange.requireGet()) {
                    exchange.ok(Buffer.buffer("{\"live\":true}"));
                }
            }
            case "/health/ready" -> {
                if (exchange.requireGet()) {
                    boolean now = ready.getAsBoolean();
                    exchange.answer(now ? 200 : 503, JSON, Buffer.buffer("{\"ready\":" + now + "}"));
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }
}
