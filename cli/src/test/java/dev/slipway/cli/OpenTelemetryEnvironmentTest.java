package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.keras.config.ConfigException;
import dev.slipway.server.ServerOptions;
import dev.slipway.server.tracing.Sampling;
import dev.slipway.server.tracing.TracingOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The standard's variables say where traces go. */
final class OpenTelemetryEnvironmentTest {
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static TracingOptions with(Map<String, String> environment) {
        return OpenTelemetryEnvironment.applyTo(ServerOptions.defaults(), environment)
                .observe()
                .tracing();
    }

    @Test
    void nothingIsOnWithoutThem() {
        assertThat(with(Map.of("OTEL_SERVICE_NAME", "", ENDPOINT, ""))).isEqualTo(TracingOptions.defaults());
    }

    @Test
    void theEndpointIsABaseUnlessItIsThatOfTraces() {
        assertThat(with(Map.of(ENDPOINT, "http://c:4318")).otlpEndpoint()).isEqualTo("http://c:4318/v1/traces");
        assertThat(with(Map.of(ENDPOINT, "http://c/otlp/")).otlpEndpoint()).isEqualTo("http://c/otlp/v1/traces");
        assertThat(with(Map.of(ENDPOINT, "http://c", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t/spans"))
                        .otlpEndpoint())
                .isEqualTo("http://t/spans");
    }

    @Test
    void namesSamplerHeadersAndResourceAreTaken() {
        TracingOptions options = with(Map.of(
                ENDPOINT,
                "http://c:4318",
                "OTEL_SERVICE_NAME",
                "prices",
                "OTEL_TRACES_SAMPLER",
                "parentbased_traceidratio",
                "OTEL_TRACES_SAMPLER_ARG",
                "0.25",
                "OTEL_EXPORTER_OTLP_HEADERS",
                "authorization=Basic%20eA==, x-tenant=a+b",
                "OTEL_RESOURCE_ATTRIBUTES",
                "deployment.environment.name=prod,service.name=other"));

        assertThat(options.serviceName()).isEqualTo("prices");
        assertThat(options.sampler()).isEqualTo(Sampling.PARENTBASED_TRACEIDRATIO);
        assertThat(options.samplerRatio()).isEqualTo(0.25);
        assertThat(options.headers()).isEqualTo(Map.of("authorization", "Basic eA==", "x-tenant", "a+b"));
        assertThat(options.resource()).containsEntry("deployment.environment.name", "prod");
    }

    @Test
    void tracesCanBeTurnedOff() {
        assertThat(with(Map.of(ENDPOINT, "http://c", "OTEL_SDK_DISABLED", "true"))
                        .otlpEndpoint())
                .isEmpty();
        assertThat(with(Map.of(ENDPOINT, "http://c", "OTEL_TRACES_EXPORTER", "none"))
                        .otlpEndpoint())
                .isEmpty();
    }

    @Test
    void whatIsNotSupportedIsRefusedByName() {
        assertThatThrownBy(() -> with(Map.of(ENDPOINT, "http://c", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("OTEL_EXPORTER_OTLP_PROTOCOL: grpc (expected: http/protobuf");
        assertThatThrownBy(() -> with(Map.of(ENDPOINT, "http://c", "OTEL_TRACES_EXPORTER", "zipkin")))
                .hasMessageStartingWith("OTEL_TRACES_EXPORTER: zipkin (expected: otlp or none)");
        assertThatThrownBy(() -> with(Map.of("OTEL_TRACES_SAMPLER", "jaeger_remote")))
                .hasMessageStartingWith("OTEL_TRACES_SAMPLER: jaeger_remote (expected: one of always_on,");
        assertThatThrownBy(() -> with(Map.of("OTEL_TRACES_SAMPLER_ARG", "much")))
                .hasMessageStartingWith("OTEL_TRACES_SAMPLER_ARG: much (expected: a number");
        assertThatThrownBy(() -> with(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "s3cret")))
                .hasMessageContaining("a part without '='")
                .hasMessageNotContaining("s3cret");
    }
}
