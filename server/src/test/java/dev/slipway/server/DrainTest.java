package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.server.inference.ServedModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that is told to stop lets requests that have begun end. */
final class DrainTest {
    private static final int SIZE = 1024;

    /** Some hundred milliseconds of matrix products. */
    private static ServedModel slow() {
        return Models.model("slow", graph -> {
            Ops ops = new Ops(graph);
            Shape shape = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(1)));
            Value x = graph.input("x", DataType.FLOAT, shape);
            Value square = ops.expandLike(x, ops.constant(Constant.of(Shape.of(SIZE, SIZE), new float[SIZE * SIZE])));
            for (int i = 0; i < 6; i++) {
                square = ops.matMul(square, ops.sigmoid(square));
            }
            graph.output("y", ops.add(x, ops.reduceMean(square, true, 0, 1)));
        });
    }

    @Test
    void finishesWhatHasBegun() throws IOException {
        ModelServer server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1), List.of(slow()));
        try (Socket first = begin(server);
                Socket second = begin(server)) {
            // The only event loop meets connections in their order: when it answers a later one, it has read the
            // earlier ones.
            assertThat(new Http(server.address()).get("/health/ready").statusCode())
                    .isEqualTo(200);
            server.close();

            assertThat(answer(first)).startsWith("HTTP/1.1 200 ").contains("\"predictions\":[[");
            assertThat(answer(second)).startsWith("HTTP/1.1 200 ").contains("\"predictions\":[[");
        }
    }

    private static Socket begin(ModelServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(60_000);
        String body = "{\"instances\": [[1.0]]}";
        String request = "POST /v1/models/slow:predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
