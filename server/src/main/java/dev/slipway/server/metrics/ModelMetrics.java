package dev.slipway.server.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one version of a model: looked up once, so that counting a request costs no search by labels. Safe for use
 * by several threads.
 */
public final class ModelMetrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final ServerMetrics server;
    private final String model;
    private final String version;
    private final Map<Stage, DistributionDataPoint> stages = new EnumMap<>(Stage.class);
    private final DistributionDataPoint batchRows;
    private final CounterDataPoint rows;
    private final Map<String, DistributionDataPoint> seconds = new ConcurrentHashMap<>();
    private final Map<String, ConcurrentMap<Integer, CounterDataPoint>> requests = new ConcurrentHashMap<>();

    /** Those of the latest answer: the next one is most often of the same kind. */
    private volatile @Nullable Answers latest;

    /** The numbers of the answers of one protocol with one code. */
    private record Answers(String protocol, int code, CounterDataPoint count, DistributionDataPoint seconds) {}

    ModelMetrics(ServerMetrics server, String model, String version) {
        this.server = server;
        this.model = model;
        this.version = version;
        for (Stage stage : Stage.values()) {
            stages.put(stage, server.stageSeconds.labelValues(model, version, stage.label()));
        }
        this.batchRows = server.batchRows.labelValues(model, version);
        this.rows = server.rows.labelValues(model, version);
    }

    /**
     * Counts a request that has been answered.
     *
     * @param protocol what it spoke, such as {@code v1}
     * @param code the HTTP status, or what it would be
     * @param nanos from its first byte to the last of its answer
     */
    public void answered(String protocol, int code, long nanos) {
        Answers answers = latest;
        if (answers == null || answers.code != code || !answers.protocol.equals(protocol)) {
            answers = answers(protocol, code);
            latest = answers;
        }
        answers.count.inc();
        answers.seconds.observe(nanos / NANOS_PER_SECOND);
    }

    private Answers answers(String protocol, int code) {
        return new Answers(
                protocol,
                code,
                requests.computeIfAbsent(protocol, any -> new ConcurrentHashMap<>())
                        .computeIfAbsent(
                                code,
                                any -> server.requests.labelValues(model, version, protocol, Integer.toString(code))),
                seconds.computeIfAbsent(protocol, any -> server.requestSeconds.labelValues(model, version, protocol)));
    }

    /**
     * Adds the time of a part of a prediction.
     *
     * @param stage which part
     * @param nanos how long it took
     */
    public void took(Stage stage, long nanos) {
        Objects.requireNonNull(stages.get(stage)).observe(nanos / NANOS_PER_SECOND);
    }

    /**
     * Counts a call into the engine.
     *
     * @param count how many rows went through it together
     */
    public void ran(long count) {
        batchRows.observe((double) count);
        rows.inc(count);
    }
}
