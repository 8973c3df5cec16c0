package dev.slipway.cli;

import dev.slipway.keras.config.ConfigException;
import dev.slipway.server.ServerOptions;
import dev.slipway.server.tracing.Sampling;
import dev.slipway.server.tracing.TracingOptions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The variables by which everything that speaks OpenTelemetry is told of a collector. Settings of Slipway's own come before them.
 *
 * <p>Source: OpenTelemetry, "Environment Variable Specification" and "OpenTelemetry Protocol Exporter".
 */
final class OpenTelemetryEnvironment {
    private static final String PROTOCOL = "http/protobuf";

    private final Map<String, String> environment;

    private OpenTelemetryEnvironment(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The defaults as the environment has them. */
    static ServerOptions applyTo(ServerOptions defaults, Map<String, String> environment) {
        if (environment.keySet().stream().noneMatch(name -> name.startsWith("OTEL_"))) {
            return defaults;
        }
        TracingOptions tracing = new OpenTelemetryEnvironment(environment)
                .tracing(defaults.observe().tracing());
        return defaults.withObserve(defaults.observe().withTracing(tracing));
    }

    private TracingOptions tracing(TracingOptions defaults) {
        boolean off = find("OTEL_SDK_DISABLED").filter("true"::equalsIgnoreCase).isPresent()
                || find("OTEL_TRACES_EXPORTER").filter("none"::equals).isPresent();
        String endpoint = off ? "" : endpoint();
        if (!endpoint.isEmpty()) {
            requireExporter();
            requireProtocol();
        }
        Map<String, String> resource = pairs("OTEL_RESOURCE_ATTRIBUTES");
        String name = find("OTEL_SERVICE_NAME")
                .or(() -> Optional.ofNullable(resource.get("service.name")))
                .orElse(defaults.serviceName());
        Map<String, String> headers = new TreeMap<>(pairs("OTEL_EXPORTER_OTLP_HEADERS"));
        headers.putAll(pairs("OTEL_EXPORTER_OTLP_TRACES_HEADERS"));
        try {
            return new TracingOptions(endpoint, name, sampler(defaults.sampler()), ratio(), headers, resource);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("OpenTelemetry's variables: " + e.getMessage() + ", at the environment", e);
        }
    }

    private String endpoint() {
        return find("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
                .or(() -> find("OTEL_EXPORTER_OTLP_ENDPOINT").map(base -> base.replaceFirst("/+$", "") + "/v1/traces"))
                .orElse("");
    }

    private void requireExporter() {
        find("OTEL_TRACES_EXPORTER").filter(name -> !name.equals("otlp")).ifPresent(name -> {
            throw new ConfigException(
                    "OTEL_TRACES_EXPORTER: " + name + " (expected: otlp or none), at the environment");
        });
    }

    private void requireProtocol() {
        for (String name : new String[] {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"}) {
            Optional<String> protocol = find(name);
            if (protocol.isPresent() && !protocol.get().equals(PROTOCOL)) {
                throw new ConfigException(name + ": " + protocol.get() + " (expected: " + PROTOCOL
                        + ", the only one that is spoken; a collector takes it at port 4318), at the environment");
            }
            if (protocol.isPresent()) {
                return;
            }
        }
    }

    private Sampling sampler(Sampling byDefault) {
        Optional<String> name = find("OTEL_TRACES_SAMPLER");
        if (name.isEmpty()) {
            return byDefault;
        }
        return Arrays.stream(Sampling.values())
                .filter(each -> variable(each).equals(name.get()))
                .findFirst()
                .orElseThrow(() -> new ConfigException("OTEL_TRACES_SAMPLER: " + name.get() + " (expected: one of "
                        + Arrays.stream(Sampling.values())
                                .map(OpenTelemetryEnvironment::variable)
                                .collect(Collectors.joining(", "))
                        + "), at the environment"));
    }

    private static String variable(Sampling sampler) {
        return sampler.name().toLowerCase(Locale.ROOT);
    }

    private double ratio() {
        String text = find("OTEL_TRACES_SAMPLER_ARG").orElse("1");
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new ConfigException(
                    "OTEL_TRACES_SAMPLER_ARG: " + text + " (expected: a number from 0 to 1), at the environment", e);
        }
    }

    /** Names and values, as W3C Baggage writes them. */
    private Map<String, String> pairs(String name) {
        Map<String, String> pairs = new TreeMap<>();
        for (String pair : find(name).orElse("").split(",")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                pairs.put(
                        pair.substring(0, equals).strip(),
                        URLDecoder.decode(
                                pair.substring(equals + 1).strip().replace("+", "%2B"), StandardCharsets.UTF_8));
            } else if (!pair.isBlank()) {
                // Not what stands there, which may be a secret.
                throw new ConfigException(name + ": a part without '=' (expected: name=value,...), at the environment");
            }
        }
        return pairs;
    }

    /** An empty variable is as good as none. */
    private Optional<String> find(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
