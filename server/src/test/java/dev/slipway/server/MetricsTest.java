package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static String requests(String code, String protocol) {
        return "slipway_requests_total{code=\"" + code + "\",model=\"line\",protocol=\"" + protocol
                + "\",version=\"1\"} 1.0";
    }
}
