package dev.slipway.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.keras.config.ConfigException;
import dev.slipway.server.config.ByteSize;
import dev.slipway.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
    /** A level of detail. */
    public enum Detail {
        LINES_ONLY,
        ALL
    }

    /** A section with a setting of each type. */
    public record Serve(
            @Setting("An address.") String host,
            @Setting(value = "A port.", live = true) int port,
            @Setting("A size.") ByteSize maxBody,
            @Setting("A duration.") Duration drain,
            @Setting("A choice.") Detail detail,
            @Setting("More.") More more) {
        public Serve {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
        }
    }

    /** A section in a section. */
    public record More(
            @Setting("A fraction.") double share,
            @Setting("A truth.") boolean strict,
            @Setting("A list.") List<String> origins,
            @Setting("A file.") Optional<Path> keysFile) {}

    /** The root, with something that is no setting. */
    public record Root(@Setting("Where.") Serve serve, String other) {}

    private static final Root DEFAULTS = new Root(
            new Serve(
                    "127.0.0.1",
                    8000,
                    ByteSize.ofMebibytes(16),
                    Duration.ofSeconds(30),
                    Detail.ALL,
                    new More(0.5, false, List.of(), Optional.empty())),
            "other");

    @TempDir
    Path directory;

    private Settings<Root> read(String yaml, Map<String, String> environment, Map<String, String> flags)
            throws IOException {
        Path file = directory.resolve("slipway.yaml");
        Files.writeString(file, yaml);
        return Settings.of(DEFAULTS, flags, environment, Optional.of(file));
    }

    private Settings<Root> read(String yaml) throws IOException {
        return read(yaml, Map.of(), Map.of());
    }

    @Test
    void areDefaultsWhereNothingIsGiven() throws IOException {
        assertThat(read("").options()).isEqualTo(DEFAULTS);
        assertThat(read("serve:\n").options()).isEqualTo(DEFAULTS);
        assertThat(Settings.of(DEFAULTS, Map.of(), Map.of(), Optional.empty()).options())
                .isEqualTo(DEFAULTS);
    }

    @Test
    void areReadFromAFile() throws IOException {
        Root root = read("""
                        serve:
                          host: "::1"
                          port: 1
                          max-body: 512 KiB
                          drain: 1500ms
                          detail: lines-only
                          more:
                            share: 1e-3
                            strict: true
                            origins: [https://a.example, https://b.example]
                            keys-file: keys
                        """).options();

        assertThat(root)
                .isEqualTo(new Root(
                        new Serve(
                                "::1",
                                1,
                                new ByteSize(512 << 10),
                                Duration.ofMillis(1500),
                                Detail.LINES_ONLY,
                                new More(
                                        0.001,
                                        true,
                                        List.of("https://a.example", "https://b.example"),
                                        Optional.of(directory.resolve("keys")))),
                        "other"));
    }

    @Test
    void flagsComeBeforeTheEnvironmentBeforeTheFile() throws IOException {
        String yaml = "serve: {port: 1, host: file, drain: 1s}";
        Map<String, String> environment = Map.of(
                "SLIPWAY_SERVE_PORT", "2", "SLIPWAY_SERVE_HOST", "environment", "SLIPWAY_SERVE_MORE_ORIGINS", "a, b");

        Serve serve = read(yaml, environment, Map.of("--port", "3")).options().serve();

        assertThat(serve.port()).isEqualTo(3);
        assertThat(serve.host()).isEqualTo("environment");
        assertThat(serve.drain()).isEqualTo(Duration.ofSeconds(1));
        assertThat(serve.more().origins()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve: {prot: 1} | serve.prot: 1 (expected: a key that there is; nearest: serve.port) | 1, column 9",
                "sevre: {port: 1} | sevre: a section (expected: a key that there is; nearest: serve) | 1, column 1",
                "serve: {port: x} | serve.port: x (expected: a whole number) | 1, column 15",
                "serve: {port: 1.5} | serve.port: 1.5 (expected: a whole number) | 1, column 15",
                "serve: {port: [1]} | serve.port: a list (expected: a whole number) | 1, column 15",
                "serve: {port: {a: 1}} | serve.port: a section (expected: a whole number) | 1, column 15",
                "serve: {port: 70000} | serve.port: 70000 (expected: 0 to 65535) | 1, column 15",
                "serve: {port: } | serve.port: nothing (expected: a whole number) | 1, column 9",
                "serve: {port: 1, port: 2} | serve.port: 2 (expected: each key once) | 1, column 18",
                "serve: 8000 | serve: 8000 (expected: a section with keys and values) | 1, column 8",
                "serve: {max-body: 16} | serve.max-body: 16 (expected: a size with its unit, such as 512KiB or 16MiB)"
                        + " | 1, column 19",
                "serve: {max-body: 99999999999GiB} | serve.max-body: 99999999999GiB (expected: a size with its unit,"
                        + " such as 512KiB or 16MiB) | 1, column 19",
                "serve: {drain: 30} | serve.drain: 30 (expected: a duration such as 500ms, 30s, 5m, 2h or 1d)"
                        + " | 1, column 16",
                "serve: {detail: none} | serve.detail: none (expected: all or lines-only) | 1, column 17",
                "serve: {more: {strict: yes}} | serve.more.strict: yes (expected: false or true) | 1, column 24",
                "serve: {more: {share: NaN}} | serve.more.share: NaN (expected: a number) | 1, column 23",
                "serve: {more: {origins: [[a]]}} | serve.more.origins: a list (expected: text) | 1, column 26",
                "serve: &a {serve: *a} | serve.serve: a section (expected: a key that there is; nearest: serve.more)"
                        + " | 1, column 12",
            })
    void refuseWithLineAndColumn(String yaml, String message, String place) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message + ", at " + directory.resolve("slipway.yaml") + ", line " + place);
    }

    @Test
    void refuseWhatIsNotYaml() {
        assertThatThrownBy(() -> read("serve: {port"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("(expected: YAML), at ")
                .hasMessageContaining("line 1, column 13");
        assertThatThrownBy(() -> read("- 1")).hasMessageContaining("a list (expected: sections of keys and values)");
        assertThatThrownBy(() -> read("serve: {port: " + "[".repeat(20_000) + "]".repeat(20_000) + "}"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(directory.resolve("slipway.yaml") + ": Nesting Depth exceeded max 50 (expected: YAML)");
        assertThatThrownBy(() -> read("serve: {port: \"\u0001\"}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("special characters are not allowed (expected: YAML)");
    }

    @Test
    void refuseAVariableThatLooksLikeASetting() throws IOException {
        assertThatThrownBy(() -> read("", Map.of("SLIPWAY_SERVE_PROT", "1"), Map.of()))
                .hasMessage(
                        "SLIPWAY_SERVE_PROT (expected: a variable that there is; nearest: SLIPWAY_SERVE_PORT), at the"
                                + " environment");
        assertThatThrownBy(() -> read("", Map.of("SLIPWAY_SERVE_PORT", "tcp://10.0.0.1:80"), Map.of()))
                .hasMessage("serve.port: tcp://10.0.0.1:80 (expected: a whole number), at SLIPWAY_SERVE_PORT");
        assertThat(read("", Map.of("SLIPWAY_SERVICE_HOST", "10.0.0.1", "PATH", "/"), Map.of())
                        .options())
                .isEqualTo(DEFAULTS);
    }

    @Test
    void referencesAreReadAndNeverShown() throws IOException {
        Files.writeString(directory.resolve("secret"), "from-file\n");
        String yaml = "serve: {host: '${env:HOST_NAME}', more: {origins: ['${file:secret}']}}";

        Settings<Root> settings = read(yaml, Map.of("HOST_NAME", "from-environment"), Map.of());

        assertThat(settings.options().serve().host()).isEqualTo("from-environment");
        assertThat(settings.options().serve().more().origins()).containsExactly("from-file");
        assertThat(settings.effective())
                .contains("'${env:HOST_NAME}'", "'${file:secret}'")
                .doesNotContain("from-");
        for (String refused : List.of("s3cret", "70000")) {
            assertThatThrownBy(() -> read("serve: {port: '${env:P}'}", Map.of("P", refused), Map.of()))
                    .hasMessageStartingWith("serve.port: ${env:P} (expected: ")
                    .hasMessageNotContaining(refused);
        }
        assertThatThrownBy(() -> read(yaml))
                .hasMessageStartingWith("serve.host: ${env:HOST_NAME} (expected: a variable");
    }

    @Test
    void effectiveSettingsSayWhereTheyComeFromAndAreAFileThemselves() throws IOException {
        Settings<Root> settings = read(
                "serve: {port: 1, more: {keys-file: k}}", Map.of("SLIPWAY_SERVE_DRAIN", "5m"), Map.of("--host", "::"));

        assertThat(settings.effective())
                .isEqualTo("""
                serve:
                  host: '::'  # --host
                  port: 1  # FILE, line 1, column 15
                  max-body: 16MiB  # default
                  drain: 5m  # SLIPWAY_SERVE_DRAIN
                  detail: all  # default
                  more:
                    share: 0.5  # default
                    strict: false  # default
                    origins: []  # default
                    keys-file: k  # FILE, line 1, column 36
                """.replace("FILE", directory.resolve("slipway.yaml").toString()));
        assertThat(read(settings.effective()).options()).isEqualTo(settings.options());
    }

    @Test
    void sayWhatNeedsARestart() throws IOException {
        Settings<Root> before = read("serve: {port: 1, host: a}");

        assertThat(before.needRestart(read("serve: {port: 2, host: a}"))).isEmpty();
        assertThat(before.needRestart(read("serve: {port: 2, drain: 1s}")))
                .containsExactly("serve.host", "serve.drain");
    }
}
