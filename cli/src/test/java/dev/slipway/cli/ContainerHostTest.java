package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.ServerOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ContainerHostTest {
    private static ServerOptions options(Map<String, String> environment) {
        return ContainerHost.applyTo(ServerOptions.defaults(), environment);
    }

    @Test
    void listensWhereCloudRunAndSageMakerSay() {
        assertThat(options(Map.of("PORT", "8080")).port()).isEqualTo(8080);
        assertThat(options(Map.of("SAGEMAKER_BIND_TO_PORT", "8081")).port()).isEqualTo(8081);
    }

    @Test
    void answersWhereVertexAiSays() {
        ServerOptions options = options(Map.of(
                "AIP_HTTP_PORT", "8082",
                "PORT", "1",
                "AIP_HEALTH_ROUTE", "/v1/endpoints/7",
                "AIP_PREDICT_ROUTE", "/v1/endpoints/7:predict"));

        assertThat(options.port()).isEqualTo(8082);
        assertThat(options.scoring().healthPath()).isEqualTo("/v1/endpoints/7");
        assertThat(options.scoring().predictPath()).isEqualTo("/v1/endpoints/7:predict");
    }

    /** Other programs have variables of these names, too. */
    @Test
    void leavesAsItIsWhatIsNoPortOrPath() {
        ServerOptions options = options(Map.of("PORT", "tcp://10.0.0.1:80", "AIP_HEALTH_ROUTE", "none"));
        assertThat(options.port()).isEqualTo(ServerOptions.defaults().port());
        assertThat(options.scoring()).isEqualTo(ServerOptions.defaults().scoring());
        assertThat(options(Map.of("PORT", "99999")).port())
                .isEqualTo(ServerOptions.defaults().port());
    }
}
