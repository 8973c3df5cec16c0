package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.server.inference.Batching;
import dev.slipway.server.inference.ServedModel;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that a model refuses are the sender's fault, and nobody else's. */
final class FailureTest {
    /** Takes an element of a table of one: every index but 0 makes the engine fail. */
    private static ServedModel table() {
        return Models.model("table", graph -> {
            Ops ops = new Ops(graph);
            Value index = graph.input("index", DataType.INT64, Shape.of(List.of(Dimension.symbol("batch"))));
            Value table = ops.constant(Constant.of(Shape.of(1), 7f));
            graph.output("element", ops.gather(table, index, 0));
        });
    }

    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1);

    @Test
    void areAnsweredWith400() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(table()))) {
            Http http = new Http(server.address());
            for (String rows : new String[] {"[5]", "[0, 6]"}) {
                HttpResponse<String> response = http.post("/v1/models/table:predict", "{\"instances\": " + rows + "}");

                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(response.body())
                        .contains("values that the model takes")
                        .doesNotContain("Gather");
            }
            assertThat(http.post("/v1/models/table:predict", "{\"instances\": [0]}")
                            .body())
                    .isEqualTo("{\"predictions\":[7.0]}");
        }
    }

    /** No memory, no stack, no class: whoever waits is told, and the model is given back. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void errorsOfTheMachineAreAnsweredWith500(boolean batched) {
        ServedModel model = Versions.hosted("1", x -> {
            for (float element : x.toFloatArray()) {
                if (element > 0) {
                    throw new NoClassDefFoundError("or OutOfMemoryError, or the like");
                }
            }
            return x.copy();
        });
        ServerOptions options =
                batched ? OPTIONS : OPTIONS.withLoad(OPTIONS.load().withBatching(Batching.OFF));
        try (ModelServer server = ModelServer.start(options, List.of(model))) {
            Http http = new Http(server.address());
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(http.later(http.request("/v1/models/m:predict")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[" + i % 2 + "]]}"))));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).join().statusCode()).isEqualTo(i % 2 == 0 ? 200 : 500);
            }
            assertThat(http.post("/v1/models/m:predict", "{\"instances\": [[0], [1]]}")
                            .statusCode())
                    .isEqualTo(500);
            Eventually.holds(() -> assertThat(model.inFlight()).isZero());
        }
    }

    /** Requests that come together share a call into the engine, but not its failure. */
    @Test
    void doNotHarmOthersOfTheSameTurn() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(table()))) {
            Http http = new Http(server.address());
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(http.later(http.request("/v1/models/table:predict")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [" + i % 2 + "]}"))));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).join().statusCode()).isEqualTo(i % 2 == 0 ? 200 : 400);
            }
        }
    }
}
