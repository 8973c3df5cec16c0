package dev.slipway.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/** The server's HTTP stack with one event loop, answering a constant: what is left for a server to add to. */
public final class ConstantServer {
    private ConstantServer() {}

    /**
     * Serves until the process ends.
     *
     * @param arguments the port
     */
    public static void main(String[] arguments) {
        Buffer body = Buffer.buffer("{\"prediction\":[[30.995275]]}");
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1))
                .createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(body))
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1");
    }
}
