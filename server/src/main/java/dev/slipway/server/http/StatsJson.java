package dev.slipway.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.server.inference.Answers;
import dev.slipway.server.inference.Answers.Failure;
import dev.slipway.server.inference.Histogram;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.inference.Statistics;
import dev.slipway.server.metrics.Stage;
import dev.slipway.server.models.VersionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The numbers of one version of a model, as {@code docs/operate/stats.md} describes them. */
final class StatsJson {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int PLACES = 10_000;
    private static final List<Stage> STAGES = List.of(Stage.QUEUE, Stage.DECODE, Stage.PREDICT, Stage.ENCODE);

    private StatsJson() {}

    /** Of a version that answers, or of one that does not and has no numbers. */
    static ObjectNode of(VersionStatus status, Optional<ServedModel> model, long epochMillis) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model", status.name())
                .put("version", status.version())
                .put("state", status.state().name())
                .put("reason", status.reason());
        Statistics statistics = model.map(ServedModel::statistics).orElseGet(Statistics::new);
        writeRequests(json, statistics.answers(), epochMillis);
        json.put("in_flight", model.map(ServedModel::inFlight).orElse(0))
                .put("queue_length", model.map(ServedModel::waiting).orElse(0));
        writeCalls(json, statistics);
        writeTimes(json.putObject("latency_ms"), statistics.answers().latency());
        for (Stage stage : STAGES) {
            writeTimes(json.putObject(stage.label() + "_ms"), statistics.times(stage));
        }
        return json;
    }

    private static void writeRequests(ObjectNode into, Answers answers, long epochMillis) {
        Map<Failure, Long> failures = answers.failures();
        into.put("requests", answers.latency().snapshot().count())
                .put(
                        "failures",
                        failures.values().stream().mapToLong(Long::longValue).sum());
        failures.forEach(
                (failure, count) -> into.put("failures_" + failure.name().toLowerCase(Locale.ROOT), count));
        long lastMinute = answers.lastMinute(epochMillis);
        into.put("requests_last_minute", lastMinute).put("requests_per_second", rounded(lastMinute / 60.0));
        into.put(
                "last_request",
                answers.lastMillis() == 0
                        ? null
                        : Instant.ofEpochMilli(answers.lastMillis()).toString());
    }

    private static void writeCalls(ObjectNode into, Statistics statistics) {
        long calls = statistics.computeInfer().count();
        into.put("rows", statistics.rows()).put("calls", calls);
        number(into, "rows_per_call", (double) statistics.rows() / calls);
        ObjectNode sizes = into.putObject("batch_sizes");
        statistics.batches().forEach((rows, tally) -> sizes.put(Long.toString(rows), tally.count()));
    }

    private static void writeTimes(ObjectNode into, Histogram times) {
        Histogram.Snapshot now = times.snapshot();
        into.put("count", now.count());
        number(into, "mean", now.meanNanos() / NANOS_PER_MILLI);
        number(into, "p50", now.percentileNanos(0.5) / NANOS_PER_MILLI);
        number(into, "p95", now.percentileNanos(0.95) / NANOS_PER_MILLI);
        number(into, "p99", now.percentileNanos(0.99) / NANOS_PER_MILLI);
    }

    private static void number(ObjectNode into, String name, double value) {
        if (Double.isFinite(value)) {
            into.put(name, rounded(value));
        } else {
            into.putNull(name);
        }
    }

    private static double rounded(double value) {
        return (double) Math.round(value * PLACES) / PLACES;
    }
}
