package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.server.logging.RequestContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server's own log as programs read it. */
final class JsonLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static LogRecord line(Level level, String message) {
        LogRecord made = new LogRecord(level, message);
        made.setLoggerName("dev.slipway.X");
        return made;
    }

    @Test
    void aLineIsAnObject() {
        String text = new JsonLines().format(line(Level.WARNING, "two\nlines and a \"quote\""));

        assertThat(text).endsWith("}\n").hasLineCount(1);
        JsonNode object = read(text);
        assertThat(object.get("time").textValue()).matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
        assertThat(object.get("level").textValue()).isEqualTo("WARN");
        assertThat(object.get("logger").textValue()).isEqualTo("dev.slipway.X");
        assertThat(object.get("message").textValue()).isEqualTo("two\nlines and a \"quote\"");
        assertThat(object.has("exception_type")).isFalse();
    }

    @Test
    void levelsHaveTheirUsualNames() {
        Map<Level, String> names = Map.of(
                Level.SEVERE, "ERROR",
                Level.WARNING, "WARN",
                Level.INFO, "INFO",
                Level.FINE, "DEBUG",
                Level.FINEST, "TRACE");
        names.forEach((level, name) -> assertThat(read(new JsonLines().format(line(level, "m")))
                        .get("level")
                        .textValue())
                .isEqualTo(name));
    }

    @Test
    void anExceptionAndItsRequestAreMembers() {
        LogRecord failed = line(Level.SEVERE, "GET /x failed");
        failed.setThrown(new IllegalStateException("out of luck"));
        List<JsonNode> lines = new ArrayList<>();
        RequestContext.during(
                Map.of("request_id", "r1", "model", "line"), () -> lines.add(read(new JsonLines().format(failed))));

        JsonNode object = lines.get(0);
        assertThat(object.get("request_id").textValue()).isEqualTo("r1");
        assertThat(object.get("model").textValue()).isEqualTo("line");
        assertThat(object.get("exception_type").textValue()).isEqualTo("java.lang.IllegalStateException");
        assertThat(object.get("exception_message").textValue()).isEqualTo("out of luck");
        assertThat(object.get("exception_stack").textValue()).contains("at " + JsonLinesTest.class.getName());
        assertThat(read(new JsonLines().format(failed)).has("request_id")).isFalse();
    }

    /** The process as it is started: every line of both its streams is an object, and what is off is not loaded. */
    @Test
    void aServerWritesNothingElse(@TempDir Path directory) throws IOException, InterruptedException {
        Path model = directory.resolve("line.h5");
        Path spec = Path.of("..", "examples", "my-best-model", "train.yaml");
        assertThat(Run.slipway("train", spec, "--save", model, "--quiet", "--epochs", 1)
                        .exit())
                .isZero();
        Path out = directory.resolve("out");
        Path loaded = directory.resolve("loaded");
        List<String> words = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        if (Runtime.version().feature() >= 24) {
            // As the launcher does: these Javas complain on stderr of what the engine and Netty need.
            words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        words.addAll(List.of("-Xlog:class+load:file=" + loaded, "dev.slipway.cli.Slipway"));
        words.addAll(List.of("serve", model.toString(), "--port", "0", "--log-format", "json"));
        ProcessBuilder command = new ProcessBuilder(words).redirectOutput(out.toFile());
        command.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        command.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        command.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Process server = command.start();
        try (BufferedReader err =
                new BufferedReader(new InputStreamReader(server.getErrorStream(), StandardCharsets.UTF_8))) {
            String said = "";
            while (!said.startsWith("documentation: ")) {
                JsonNode line = read(err.readLine());
                assertThat(line.get("logger").textValue()).isEqualTo("slipway");
                said = line.get("message").textValue();
            }
            String address = said.replaceAll("documentation: (.*)/docs", "$1");
            HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address + "/prediction/1"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            server.destroyForcibly();
        }
        assertThat(Files.readAllLines(out))
                .singleElement()
                .satisfies(
                        line -> assertThat(read(line).get("path").textValue()).isEqualTo("/prediction/1"));
        assertThat(Files.readString(loaded))
                .contains("dev.slipway.server.tracing.NoTracing")
                .doesNotContain("io.opentelemetry", "java.net.http");
    }
}
