package dev.slipway.server.traffic;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** What came of the rules in force, read when Prometheus scrapes; nothing as long as there is no rule. */
public final class TrafficMetrics implements MultiCollector {
    private final Traffic traffic;

    /**
     * The numbers of rules.
     *
     * @param traffic the rules
     */
    public TrafficMetrics(Traffic traffic) {
        this.traffic = traffic;
    }

    @Override
    public MetricSnapshots collect() {
        return traffic.all().isEmpty()
                ? new MetricSnapshots()
                : new MetricSnapshots(requests(), weights(), rolledBack(), copies(), differences());
    }

    private CounterSnapshot requests() {
        CounterSnapshot.Builder all = CounterSnapshot.builder()
                .name("slipway_traffic_requests")
                .help("Requests that a traffic rule has given to a variant, and why to this one.");
        for (ModelTraffic model : traffic.all()) {
            for (Variant variant : model.counted()) {
                for (Chosen why : Chosen.values()) {
                    Labels labels = Labels.of("model", model.name(), "variant", variant.name(), "chosen", why.label());
                    all.dataPoint(CounterDataPointSnapshot.builder()
                            .labels(labels)
                            .value((double) variant.requests(why))
                            .build());
                }
            }
        }
        return all.build();
    }

    private GaugeSnapshot weights() {
        GaugeSnapshot.Builder all = GaugeSnapshot.builder()
                .name("slipway_traffic_weight")
                .help("The weight of a variant that is in force: 0 after it was rolled back.");
        for (ModelTraffic model : traffic.all()) {
            for (String variant : model.rule().split().keySet()) {
                all.dataPoint(point(model, variant, model.weight(variant)));
            }
        }
        return all.build();
    }

    private GaugeSnapshot rolledBack() {
        GaugeSnapshot.Builder all = GaugeSnapshot.builder()
                .name("slipway_traffic_rolled_back")
                .help("1 if a variant has lost its share because it did worse than it may.");
        for (ModelTraffic model : traffic.all()) {
            model.rule()
                    .rollBack()
                    .ifPresent(rule ->
                            all.dataPoint(point(model, rule.canary(), model.isRolledBack(rule.canary()) ? 1 : 0)));
        }
        return all.build();
    }

    private CounterSnapshot copies() {
        CounterSnapshot.Builder all = CounterSnapshot.builder()
                .name("slipway_shadow_copies")
                .help("Copies of requests for a shadow, by what its answer was against the one that was sent.");
        for (ModelTraffic model : traffic.all()) {
            model.shadow().ifPresent(lane -> {
                for (ShadowLane.Result result : ShadowLane.Result.values()) {
                    Labels labels =
                            Labels.of("model", model.name(), "variant", shadow(model), "result", result.label());
                    all.dataPoint(CounterDataPointSnapshot.builder()
                            .labels(labels)
                            .value((double) lane.counted(result))
                            .build());
                }
            });
        }
        return all.build();
    }

    private GaugeSnapshot differences() {
        GaugeSnapshot.Builder all = GaugeSnapshot.builder()
                .name("slipway_shadow_max_difference")
                .help(
                        "The largest difference between a number of a shadow's answer and that of the one that was sent.");
        for (ModelTraffic model : traffic.all()) {
            model.shadow().ifPresent(lane -> all.dataPoint(point(model, shadow(model), lane.most())));
        }
        return all.build();
    }

    private static String shadow(ModelTraffic model) {
        return model.rule().shadow().map(TrafficRule.Shadow::to).orElse("");
    }

    private static GaugeDataPointSnapshot point(ModelTraffic model, String variant, double value) {
        return GaugeDataPointSnapshot.builder()
                .labels(Labels.of("model", model.name(), "variant", variant))
                .value(value)
                .build();
    }
}
