package dev.slipway.server.tracing;

import dev.slipway.server.config.Setting;
import java.net.URI;
import java.util.Map;

/**
 * {@code tracing}: whether requests are traced, and where their spans are sent.
 *
 * @param otlpEndpoint where spans are sent; empty for no tracing
 * @param serviceName what this server is called in traces
 * @param sampler which requests get spans
 * @param samplerRatio the share of traces for the samplers that take one
 * @param headers sent along with spans; may hold secrets, so they are no setting that is shown
 * @param resource what else traces say of this server
 */
public record TracingOptions(
        @Setting(
                "Where spans are sent by OTLP over HTTP, such as http://127.0.0.1:4318; /v1/traces is added to an address"
                        + " without a path. Empty for no tracing. By default what OTEL_EXPORTER_OTLP_ENDPOINT says.")
        String otlpEndpoint,

        @Setting("What this server is called in traces. By default what OTEL_SERVICE_NAME says, else slipway.")
        String serviceName,

        @Setting(
                "Which requests get spans, by default as OTEL_TRACES_SAMPLER says; the parentbased ones do as the client"
                        + " decided, if it did.")
        Sampling sampler,

        @Setting("The share of traces for the samplers with traceidratio, 0 to 1; by default OTEL_TRACES_SAMPLER_ARG.")
        double samplerRatio,

        Map<String, String> headers,
        Map<String, String> resource) {
    private static final String PATH = "/v1/traces";

    /**
     * Checks the options.
     *
     * @param otlpEndpoint where spans are sent; empty for no tracing
     * @param serviceName what this server is called in traces
     * @param sampler which requests get spans
     * @param samplerRatio the share of traces for the samplers that take one
     * @param headers sent along with spans
     * @param resource what else traces say of this server
     * @throws IllegalArgumentException if the address is none of HTTP, the name is empty or the ratio out of its range
     */
    public TracingOptions {
        headers = Map.copyOf(headers);
        resource = Map.copyOf(resource);
        if (!otlpEndpoint.isEmpty() && !isHttp(otlpEndpoint)) {
            throw new IllegalArgumentException(
                    "otlp-endpoint: '" + otlpEndpoint + "' (expected: an address of http or https)");
        }
        if (serviceName.isBlank()) {
            throw new IllegalArgumentException("service-name: '' (expected: a name)");
        }
        if (!(samplerRatio >= 0 && samplerRatio <= 1)) {
            throw new IllegalArgumentException("sampler-ratio: " + samplerRatio + " (expected: 0 to 1)");
        }
    }

    private static boolean isHttp(String text) {
        try {
            URI address = URI.create(text);
            return address.getHost() != null
                    && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * No tracing.
     *
     * @return the options used where none are given
     */
    public static TracingOptions defaults() {
        return new TracingOptions("", "slipway", Sampling.PARENTBASED_ALWAYS_ON, 1, Map.of(), Map.of());
    }

    /**
     * These options with another address.
     *
     * @param endpoint where spans are sent
     * @return the changed options
     */
    public TracingOptions withOtlpEndpoint(String endpoint) {
        return new TracingOptions(endpoint, serviceName, sampler, samplerRatio, headers, resource);
    }

    boolean isOn() {
        return !otlpEndpoint.isEmpty();
    }

    /** The address with its path. */
    String tracesEndpoint() {
        String path = URI.create(otlpEndpoint).getPath();
        boolean bare = path == null || path.isEmpty() || path.equals("/");
        return bare ? otlpEndpoint.replaceFirst("/$", "") + PATH : otlpEndpoint;
    }
}
