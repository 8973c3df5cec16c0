package dev.slipway.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutesTest {
    private static final Routes ROUTES = new Routes(() -> List.of(
            "/",
            "/docs",
            "/prediction/{input_value}",
            "/v1/models/{model}",
            "/v1/models/{model}/versions/{version}:predict",
            "/v1/models/{model}:predict",
            "/v2/models/{model}",
            "/v2/models/stats",
            "/page/{file}"));

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/docs/, /docs",
        "/prediction/-1.5, /prediction/{input_value}",
        "/v1/models/a%20b, /v1/models/{model}",
        "/v1/models/a:predict, /v1/models/{model}:predict",
        "/v1/models/a/versions/3:predict, /v1/models/{model}/versions/{version}:predict",
        "/v2/models/stats, /v2/models/stats",
        "/v2/models/line, /v2/models/{model}",
        "/page/start.js, /page/{file}"
    })
    void findTheRouteOfAPath(String path, String route) {
        assertThat(ROUTES.of(path)).contains(route);
    }

    @ParameterizedTest
    @CsvSource({"/nowhere", "/v1/models/a:explain", "/v1/models/", "/v2/models/a/b", "/page/a/b", "''"})
    void knowNoOtherPaths(String path) {
        assertThat(ROUTES.of(path)).isEmpty();
    }
}
