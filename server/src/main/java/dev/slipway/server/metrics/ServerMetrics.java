package dev.slipway.server.metrics;

import dev.slipway.server.connections.Connections;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything a server counts and measures. One for each server, with a registry of its own; safe for use by several threads.
 *
 * <p>The JVM's and the process's numbers have the names that Prometheus's Java client gives them; {@code
 * process_resident_memory_bytes} is what the operating system counts, the engine's native memory included.
 */
public final class ServerMetrics {
    /** From a small model on an event loop to one that nearly times out. */
    private static final double[] SECONDS = {
        25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private static final double[] ROWS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();

    final Counter requests = Counter.builder()
            .name("slipway_requests_total")
            .help(
                    "Requests that were answered, by what was asked for, the protocol and the HTTP status (for gRPC what it would be).")
            .labelNames("model", "version", "protocol", "code")
            .withoutExemplars()
            .register(registry);

    final Counter rows = Counter.builder()
            .name("slipway_rows_total")
            .help("Rows that were predicted.")
            .labelNames("model", "version")
            .withoutExemplars()
            .register(registry);

    final Histogram requestSeconds = seconds(
            "slipway_request_duration_seconds",
            "From the arrival of a request to the end of its answer.",
            "model",
            "version",
            "protocol");

    final Histogram stageSeconds = seconds(
            "slipway_stage_duration_seconds",
            "The parts of a prediction's time: decode, queue, predict, encode.",
            "model",
            "version",
            "stage");

    final Histogram batchRows = Histogram.builder()
            .name("slipway_batch_rows")
            .help("Rows that went through the engine together, for each call into it.")
            .labelNames("model", "version")
            .classicOnly()
            .classicUpperBounds(ROWS)
            .withoutExemplars()
            .register(registry);

    private final Counter payloadEvents = Counter.builder()
            .name("slipway_payload_events_total")
            .help("Events of the payload log: written, dropped because its queue was full, failed at its target.")
            .labelNames("outcome")
            .withoutExemplars()
            .register(registry);

    private final ModelMetrics noModel;

    /** Whether the JVM's numbers are in the registry: from the first scrape on, as reaching for them slows down a start. Guarded by this. */
    private boolean showsJvm;

    /**
     * Starts counting.
     *
     * @param serverVersion the server's version, for {@code slipway_info}
     */
    public ServerMetrics(String serverVersion) {
        Info.builder()
                .name("slipway_info")
                .help("The server's version.")
                .labelNames("version")
                .register(registry)
                .addLabelValues(serverVersion);
        this.noModel = new ModelMetrics(this, "", "");
    }

    private Histogram seconds(String name, String help, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .unit(Unit.SECONDS)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .withoutExemplars()
                .register(registry);
    }

    /**
     * Shows how many clients are connected, and how many were not let in or were cut off.
     *
     * @param connections asked at every scrape
     */
    public void showConnections(Connections connections) {
        GaugeWithCallback.builder()
                .name("slipway_connections")
                .help("Open connections.")
                .callback(gauge -> gauge.call((double) connections.open()))
                .register(registry);
        CounterWithCallback.builder()
                .name("slipway_connections_closed_total")
                .help("Connections that the server closed because of a limit: max, head-timeout.")
                .labelNames("limit")
                .callback(counter -> {
                    counter.call((double) connections.refused(), "max");
                    counter.call((double) connections.cutOff(), "head-timeout");
                })
                .register(registry);
    }

    /**
     * Shows the states of models, and forgets the numbers of versions that have none any more: versions that come and go must
     * not fill the memory.
     *
     * @param states asked at every scrape: one element for each version, whatever its state
     */
    public void showStates(Supplier<List<ModelState>> states) {
        GaugeWithCallback.builder()
                .name("slipway_model_state")
                .help("1 for the state a version of a model is in.")
                .labelNames("model", "version", "state")
                .callback(gauge -> {
                    List<ModelState> now = states.get();
                    forgetAllBut(now);
                    now.forEach(each -> gauge.call(1, each.model(), each.version(), each.state()));
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("slipway_model_stale")
                .help(
                        "1 for a version that answers from older files than are there, because the new ones cannot be loaded.")
                .labelNames("model", "version")
                .callback(gauge -> states.get().stream()
                        .filter(each -> each.state().equals("READY"))
                        .forEach(each -> gauge.call(each.stale() ? 1 : 0, each.model(), each.version())))
                .register(registry);
    }

    /**
     * Shows numbers that are kept elsewhere.
     *
     * @param numbers asked at every scrape
     */
    public void show(MultiCollector numbers) {
        registry.register(numbers);
    }

    /**
     * Shows what models take of the memory that they may take.
     *
     * @param memory asked for each number at every scrape
     */
    public void showMemory(Supplier<Memory> memory) {
        gauge(
                "slipway_memory_budget_bytes",
                "What loaded models may take of the memory.",
                () -> memory.get().budgetBytes());
        gauge(
                "slipway_models_loaded_bytes",
                "What loaded models take of the memory budget.",
                () -> memory.get().loadedBytes());
        count(
                "slipway_models_loads_on_demand_total",
                "Models that were loaded because a request asked for them.",
                () -> memory.get().loadsOnDemand());
        count(
                "slipway_models_evictions_total",
                "Models that were unloaded to make room for others.",
                () -> memory.get().evictions());
    }

    private void gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(gauge -> gauge.call((double) value.getAsLong()))
                .register(registry);
    }

    private void count(String name, String help, LongSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(counter -> counter.call((double) value.getAsLong()))
                .register(registry);
    }

    /**
     * What models take of the memory.
     *
     * @param budgetBytes what they may take
     * @param loadedBytes what they take
     * @param loadsOnDemand how often one was loaded for a request
     * @param evictions how often one was unloaded for another
     */
    public record Memory(long budgetBytes, long loadedBytes, long loadsOnDemand, long evictions) {}

    private void forgetAllBut(List<ModelState> known) {
        Set<List<String>> versions = known.stream()
                .map(each -> List.of(each.model(), each.version()))
                .collect(Collectors.toSet());
        versions.add(List.of("", ""));
        Stream.of(requests, rows, requestSeconds, stageSeconds, batchRows)
                .forEach(metric -> metric.removeIf(labels -> !versions.contains(labels.subList(0, 2))));
    }

    /**
     * The state of one version of a model.
     *
     * @param model its name
     * @param version its version
     * @param state such as {@code READY}
     * @param stale whether it answers from older files than are there, because the new ones cannot be loaded
     */
    public record ModelState(String model, String version, String state, boolean stale) {}

    /**
     * Counts an event of the payload log.
     *
     * @param outcome what became of it, such as {@code written}
     */
    public void payloadEvent(String outcome) {
        payloadEvents.labelValues(outcome).inc();
    }

    /**
     * The numbers of a version of a model.
     *
     * @param model its name
     * @param version its version
     * @return where its requests are counted
     */
    public ModelMetrics of(String model, String version) {
        return new ModelMetrics(this, model, version);
    }

    /**
     * The numbers of requests that reach no model: documentation, health, wrong addresses.
     *
     * @return where they are counted, with empty labels
     */
    public ModelMetrics ofNoModel() {
        return noModel;
    }

    /**
     * A scrape.
     *
     * @param contentType of what follows
     * @param body the numbers
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed to the response as it is, and compared by nobody.
    public record Scrape(String contentType, byte[] body) {}

    /**
     * All numbers at this time. Takes some milliseconds: not for an event loop.
     *
     * @param accept the request's header {@code Accept}; empty for Prometheus's text format
     * @return the numbers in the best format that is accepted
     */
    public Scrape scrape(String accept) {
        showJvm();
        ExpositionFormatWriter writer = formats.findWriter(accept);
        ByteArrayOutputStream body = new ByteArrayOutputStream(32 * 1024);
        try {
            writer.write(body, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Scrape(writer.getContentType(), body.toByteArray());
    }

    private synchronized void showJvm() {
        if (!showsJvm) {
            JvmMetrics.builder().register(registry);
            showsJvm = true;
        }
    }
}
