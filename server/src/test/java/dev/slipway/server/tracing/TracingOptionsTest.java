package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TracingOptionsTest {
    private static TracingOptions at(String endpoint) {
        return TracingOptions.defaults().withOtlpEndpoint(endpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:4318, http://127.0.0.1:4318/v1/traces",
        "http://127.0.0.1:4318/, http://127.0.0.1:4318/v1/traces",
        "https://otlp.example/tenant/v1/traces, https://otlp.example/tenant/v1/traces",
    })
    void theUsualPathIsAddedWhereThereIsNone(String given, String used) {
        assertThat(at(given).tracesEndpoint()).isEqualTo(used);
    }

    @Test
    void isOffByDefault() {
        assertThat(TracingOptions.defaults().isOn()).isFalse();
        assertThat(Tracing.of(TracingOptions.defaults(), "1")).isInstanceOf(NoTracing.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector:4318", "grpc://collector:4317", "http://", "not an address"})
    void refusesWhatIsNoAddressOfHttp(String endpoint) {
        assertThatThrownBy(() -> at(endpoint))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("otlp-endpoint: '" + endpoint + "' (expected: an address of http or https)");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void refusesARatioThatIsNone(double ratio) {
        assertThatThrownBy(() -> new TracingOptions("", "s", Sampling.TRACEIDRATIO, ratio, Map.of(), Map.of()))
                .hasMessage("sampler-ratio: " + ratio + " (expected: 0 to 1)");
    }
}
