package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.models.ModelState;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Prometheus scrapes from a server that has answered. */
final class MetricsTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1);

    @Test
    void countsEveryProtocol() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.line()));
                GrpcClient grpc = new GrpcClient(server.port())) {
            Http http = new Http(server.address());
            http.get("/prediction/1");
            http.post("/v1/models/line:predict", "{\"instances\": [[1], [2]]}");
            http.post("/v1/models/line:predict", "{}");
            http.post(
                    "/v2/models/line/infer",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}");
            grpc.infer("line", 1);
            http.get("/nowhere");

            HttpResponse<String> scrape = http.get("/metrics");
            assertThat(scrape.headers().firstValue("content-type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
            assertThat(scrape.body())
                    .contains(
                            requests("200", "scalar"),
                            requests("200", "v1"),
                            requests("200", "v2"),
                            requests("200", "grpc"))
                    .contains("slipway_requests_total{code=\"404\",model=\"\",protocol=\"http\",version=\"\"} 1.0")
                    .containsPattern("slipway_requests_total\\{code=\"4\\d\\d\",model=\"line\",protocol=\"v1\"")
                    .contains("slipway_rows_total{model=\"line\",version=\"1\"} ")
                    .contains("slipway_stage_duration_seconds_count{model=\"line\",stage=\"predict\",version=\"1\"} ")
                    .contains("slipway_model_state{model=\"line\",state=\"READY\",version=\"1\"} 1.0");
            assertThat(http.get("/monitoring/prometheus/metrics").statusCode()).isEqualTo(200);
        }
    }

    /** Names of models that are not there would be as many as clients make up. */
    @Test
    void countsRequestsForModelsThatAreNotReadyAmongTheirs() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.line()));
                GrpcClient grpc = new GrpcClient(server.port())) {
            server.models().report("broken", "3", ModelState.UNAVAILABLE, "no such layer");
            Http http = new Http(server.address());
            assertThat(http.post("/v1/models/broken:predict", "{}").statusCode())
                    .isEqualTo(503);
            assertThat(http.post("/v2/models/broken/versions/3/infer", "{}").statusCode())
                    .isEqualTo(503);
            assertThatThrownBy(() -> grpc.infer("broken", 1)).hasMessageContaining("UNAVAILABLE");
            assertThat(http.post("/v1/models/nobody:predict", "{}").statusCode())
                    .isEqualTo(404);

            assertThat(http.get("/metrics").body())
                    .contains(
                            "slipway_requests_total{code=\"503\",model=\"broken\",protocol=\"v1\",version=\"3\"} 1.0",
                            "slipway_requests_total{code=\"503\",model=\"broken\",protocol=\"v2\",version=\"3\"} 1.0",
                            "slipway_requests_total{code=\"503\",model=\"broken\",protocol=\"grpc\",version=\"3\"} 1.0",
                            "slipway_requests_total{code=\"404\",model=\"\",protocol=\"v1\",version=\"\"} 1.0");
        }
    }

    private static String requests(String code, String protocol) {
        return "slipway_requests_total{code=\"" + code + "\",model=\"line\",protocol=\"" + protocol
                + "\",version=\"1\"} 1.0";
    }
}
