package dev.slipway.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every sender's events become the same requests. */
final class EventReaderTest {
    @Test
    void readsAFunctionUrl() {
        Event event = Recorded.event("function-url").read();

        assertThat(event.kind()).isEqualTo(EventKind.HTTP);
        assertThat(event.method()).isEqualTo("POST");
        assertThat(event.target()).isEqualTo("/v1/models/line:predict");
        assertThat(event.id()).isEqualTo("4f3c2b1a-0000-4000-8000-123456789abc");
        assertThat(event.body().toString()).isEqualTo("{\"instances\": [[10.0]]}");
        assertThat(event.headers())
                .contains(Map.entry("accept-encoding", "gzip"), Map.entry("cookie", "theme=dark; lang=en"));
    }

    @Test
    void takesTheStageOfAnHttpApiOffThePath() {
        assertThat(Recorded.event("http-api").read().target()).isEqualTo("/prediction/10?note=a%20b&note=c");
        assertThat(Recorded.event("http-api").with("rawPath", "/prod").read().target())
                .startsWith("/?");
        assertThat(Recorded.event("http-api")
                        .with("rawPath", "/production/x")
                        .read()
                        .target())
                .startsWith("/production/x?");
    }

    @Test
    void writesTheQueryOfARestApiWithPercentSigns() {
        Event event = Recorded.event("rest").read();

        assertThat(event.kind()).isEqualTo(EventKind.REST);
        assertThat(event.target()).isEqualTo("/v1/models/line:predict?note=a%20b&note=c");
    }

    @Test
    void leavesTheQueryOfALoadBalancerAsItIs() {
        assertThat(Recorded.event("balancer").read().target()).isEqualTo("/v1/models/line:predict?note=a%20b");
        assertThat(Recorded.event("balancer-multi-value").read().target())
                .isEqualTo("/v1/models/line:predict?note=a%20b&note=c");
    }

    @Test
    void readsEveryValueOfAHeader() {
        assertThat(Recorded.event("balancer-multi-value").read().headers())
                .containsExactly(
                        Map.entry("accept", "application/json"),
                        Map.entry("accept", "text/plain"),
                        Map.entry("content-type", "application/json"));
    }

    @Test
    void leavesOutWhatIsAboutAConnection() {
        assertThat(Recorded.event("function-url").read().headers())
                .extracting(Map.Entry::getKey)
                .doesNotContain("host", "content-length");
        assertThat(Recorded.event("rest").read().headers())
                .extracting(Map.Entry::getKey)
                .doesNotContain("accept-encoding");
    }

    @Test
    void readsBase64() {
        byte[] bytes = {0, 1, (byte) 0xff};

        assertThat(Recorded.event("rest").withBytes(bytes).read().body().getBytes())
                .isEqualTo(bytes);
    }

    @Test
    void escapesWhatAPathMustNotHave() {
        assertThat(Recorded.event("rest").with("path", "/a b/é?x\r\n").read().target())
                .startsWith("/a%20b/%C3%A9%3Fx%0D%0A?");
    }

    @Test
    void refusesBrokenParts() {
        assertThatThrownBy(() -> Recorded.event("rest")
                        .withBytes(new byte[0])
                        .with("body", "a=b")
                        .read())
                .isInstanceOf(MalformedEventException.class)
                .hasMessageStartingWith("event: body: ")
                .hasMessageEndingWith("(expected: base64)");
        assertThatThrownBy(() -> Recorded.event("rest").without("path").read())
                .hasMessage("event: path: missing (expected: a text)");
        assertThatThrownBy(() -> Recorded.event("balancer").with("path", "line").read())
                .hasMessage("event: path 'line' (expected: one that begins with /)");
        assertThatThrownBy(() ->
                        Recorded.event("rest").with("httpMethod", "GET /x").read())
                .hasMessage("event: method 'GET /x' (expected: such as GET or POST)");
        assertThatThrownBy(() -> Recorded.event("balancer")
                        .withHeader("x-a", "b\r\nx-c: d")
                        .read())
                .hasMessage("event: header 'x-a' (expected: a name of letters, digits and dashes, one line)");
        assertThatThrownBy(
                        () -> Recorded.event("balancer").withHeader("x a", "b").read())
                .hasMessageStartingWith("event: header 'x a'");
        Recorded noMethod = Recorded.event("http-api");
        ((ObjectNode) noMethod.json().at("/requestContext/http")).remove("method");
        assertThatThrownBy(noMethod::read).hasMessage("event: requestContext.http.method: missing (expected: a text)");
    }

    @Test
    void namesEventsThatAreNoRequests() {
        assertThatThrownBy(() -> Recorded.event("queue").kind())
                .isInstanceOf(UnknownEventException.class)
                .hasMessageStartingWith("event: an object of [Records] (expected: one of API Gateway");
        assertThatThrownBy(() -> EventReader.kind(Recorded.parse("[]")))
                .isInstanceOf(UnknownEventException.class)
                .hasMessageStartingWith("event: no object");
    }
}
