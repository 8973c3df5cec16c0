package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is at {@code /}, and how it is sent. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FrontPageTest {
    /** As browsers have it. */
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private ModelServer server;
    private Http http;

    @BeforeAll
    void start() {
        server = ModelServer.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(Models.line()));
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private HttpResponse<String> page() {
        return http.send(http.request("/").header("accept", BROWSER));
    }

    @Test
    void tellsProgramsWhereToFindWhat() throws JsonProcessingException {
        HttpResponse<String> answer = http.get("/");

        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.headers().firstValue("vary")).contains("accept");
        JsonNode links = new ObjectMapper().readTree(answer.body());
        assertThat(links.path("name").textValue()).isEqualTo("slipway");
        for (String name : List.of("models", "docs", "redoc", "openapi", "metrics", "stats", "ready")) {
            assertThat(http.get(links.path(name).textValue()).statusCode())
                    .as(name)
                    .isEqualTo(200);
        }
    }

    @Test
    void sendsBrowsersAPageThatRunsNothingFromElsewhere() {
        HttpResponse<String> page = page();

        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("//", "style=", "<style", "onclick");
    }

    @Test
    void namesEveryPartAtOnceAndSendsIt() {
        List<String> parts = Pattern.compile("(?:href|src)=\"(/page/[^\"]+)\"")
                .matcher(page().body())
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(parts).contains("/page/page.css", "/page/start.js", "/page/icon.svg");
        for (String part : parts) {
            HttpResponse<String> answer = http.get(part);
            assertThat(answer.statusCode()).as(part).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type").orElseThrow())
                    .as(part)
                    .containsPattern("javascript|css|svg");
            for (String imported : Pattern.compile("from \"\\./([^\"]+)\"")
                    .matcher(answer.body())
                    .results()
                    .map(found -> "/page/" + found.group(1))
                    .toList()) {
                // Else a browser learns of it only when it has the part.
                assertThat(parts).as(part).contains(imported);
            }
        }
    }

    @Test
    void sendsNothingTwice() {
        HttpResponse<String> first = http.get("/page/page.css");
        String tag = first.headers().firstValue("etag").orElseThrow();
        assertThat(first.headers().firstValue("cache-control")).contains("no-cache");

        HttpResponse<String> again = http.send(http.request("/page/page.css").header("if-none-match", "\"x\", " + tag));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("etag")).contains(tag);

        HttpResponse<String> changed = http.send(http.request("/page/page.css").header("if-none-match", "W/\"x\""));
        assertThat(changed.body()).isEqualTo(first.body());
    }

    @Test
    void sendsThePartsCompressed() {
        HttpResponse<String> answer = http.send(http.request("/page/page.css").header("accept-encoding", "gzip"));

        assertThat(answer.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(answer.headers().firstValueAsLong("content-length").orElseThrow())
                .isLessThan(http.get("/page/page.css").body().length() / 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page/",
                "/page/none.js",
                "/page/../page/page.css",
                "/page/%2e%2e/page.css",
                "/page//page.css",
                "/page/page.css/",
                "/page/page.css%00.js"
            })
    void hasNothingButItsParts(String path) {
        assertThat(http.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void isOnlyRead() {
        HttpRequest.Builder post = http.request("/").POST(HttpRequest.BodyPublishers.ofString("x"));
        assertThat(http.send(post).statusCode()).isEqualTo(405);
        assertThat(http.post("/page/page.css", "x").statusCode()).isEqualTo(405);
    }
}
