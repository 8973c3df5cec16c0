package dev.slipway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
    private final ServerMetrics metrics = new ServerMetrics("1.2.3");

    private String scrape() {
        return new String(metrics.scrape("").body(), StandardCharsets.UTF_8);
    }

    @Test
    void countsRequestsByModelVersionProtocolAndStatus() {
        ModelMetrics line = metrics.of("line", "3");
        line.answered("v1", 200, 1_000);
        line.answered("v1", 200, 2_000_000);
        line.answered("v1", 422, 1_000);

        assertThat(scrape())
                .contains("slipway_requests_total{code=\"200\",model=\"line\",protocol=\"v1\",version=\"3\"} 2.0")
                .contains("slipway_requests_total{code=\"422\",model=\"line\",protocol=\"v1\",version=\"3\"} 1.0")
                .contains(
                        "slipway_request_duration_seconds_bucket{model=\"line\",protocol=\"v1\",version=\"3\",le=\"2.5E-5\"} 2")
                .contains("slipway_request_duration_seconds_count{model=\"line\",protocol=\"v1\",version=\"3\"} 3");
    }

    @Test
    void measuresStagesAndBatches() {
        ModelMetrics line = metrics.of("line", "3");
        line.took(Stage.PREDICT, 1_500_000);
        line.ran(5);
        line.ran(3);

        assertThat(scrape())
                .contains("slipway_stage_duration_seconds_sum{model=\"line\",stage=\"predict\",version=\"3\"} 0.0015")
                .contains("slipway_batch_rows_bucket{model=\"line\",version=\"3\",le=\"4.0\"} 1")
                .contains("slipway_rows_total{model=\"line\",version=\"3\"} 8.0");
    }

    @Test
    void showsStatesAsTheyAreAndForgetsVersionsThatAreGone() {
        List<ServerMetrics.ModelState> states = new ArrayList<>();
        metrics.showStates(() -> states);
        states.add(new ServerMetrics.ModelState("line", "3", "READY", false));
        metrics.of("line", "3").answered("v1", 200, 1);
        metrics.ofNoModel().answered("http", 404, 1);
        assertThat(scrape()).contains("slipway_model_state{model=\"line\",state=\"READY\",version=\"3\"} 1.0");

        states.set(0, new ServerMetrics.ModelState("line", "4", "READY", false));
        metrics.of("line", "4").answered("v1", 200, 1);
        scrape();

        assertThat(scrape())
                .doesNotContain("version=\"3\"")
                .contains("slipway_requests_total{code=\"200\",model=\"line\",protocol=\"v1\",version=\"4\"} 1.0")
                .contains("slipway_requests_total{code=\"404\",model=\"\",protocol=\"http\",version=\"\"} 1.0");
    }

    @Test
    void showsWhichVersionsAnswerFromOlderFilesThanAreThere() {
        metrics.showStates(() -> List.of(
                new ServerMetrics.ModelState("line", "3", "READY", false),
                new ServerMetrics.ModelState("curve", "1", "READY", true),
                new ServerMetrics.ModelState("broken", "1", "UNAVAILABLE", false)));

        assertThat(scrape())
                .contains("slipway_model_stale{model=\"line\",version=\"3\"} 0.0")
                .contains("slipway_model_stale{model=\"curve\",version=\"1\"} 1.0")
                .doesNotContain("slipway_model_stale{model=\"broken\"");
    }

    @Test
    void showsTheProcessAndItsVersion() {
        assertThat(scrape())
                .contains("slipway_info{version=\"1.2.3\"} 1")
                .contains("process_resident_memory_bytes ")
                .contains("jvm_memory_used_bytes{area=\"heap\"}");
    }

    @Test
    void writesTheFormatThatIsAccepted() {
        assertThat(metrics.scrape("").contentType()).startsWith("text/plain");
        assertThat(metrics.scrape("application/openmetrics-text; version=1.0.0").contentType())
                .startsWith("application/openmetrics-text");
        assertThat(Stream.of(Stage.values()).map(Stage::label)).containsExactly("decode", "queue", "predict", "encode");
    }
}
