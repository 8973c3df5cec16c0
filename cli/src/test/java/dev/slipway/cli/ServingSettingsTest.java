package dev.slipway.cli;

import static dev.slipway.cli.Run.slipway;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Keys and settings of a server, from the command line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServingSettingsTest {
    private static final Path SPEC = Path.of("..", "examples", "my-best-model", "train.yaml");

    @TempDir
    private static Path directory = Path.of("");

    private Path model = Path.of("");

    @BeforeAll
    void train() {
        model = directory.resolve("line.h5");
        assertThat(slipway("train", SPEC, "--save", model, "--quiet", "--epochs", 1)
                        .exit())
                .isZero();
    }

    @Test
    void aMemoryBudgetIsForDirectoriesOnly() {
        assertThat(slipway("serve", model, "--check", "--memory-budget", "1GiB").err())
                .startsWith("slipway: memory-budget: 1GiB (expected: only with a directory of models");
        assertThat(slipway("serve", directory, "--check", "--memory-budget", "1GiB")
                        .out())
                .contains("memory-budget: 1GiB");
    }

    @Test
    void aFileOfTrafficIsForDirectoriesOnly() throws IOException {
        Path rules = directory.resolve("traffic.json");
        assertThat(slipway("serve", model, "--check", "--models-traffic-file", rules)
                        .err())
                .startsWith("slipway: models-traffic-file: " + rules + " (expected: only with a directory of models");
        assertThat(slipway("serve", directory, "--check", "--models-traffic-file", rules)
                        .out())
                .contains("traffic-file: " + rules);

        Files.writeString(rules, "{\"line\": 1}");
        assertThat(slipway("serve", directory, "--check", "--models-traffic-file", rules)
                        .err())
                .startsWith("slipway: " + rules + ": line: ");
    }

    @Test
    void aKeyIsShownOnceAndKeptAsAHash() throws IOException {
        Path keys = directory.resolve("shown");

        Run created = slipway("keys", "create", "--name", "ci", "--scope", "predict", "--keys-file", keys);

        assertThat(created.exit()).isZero();
        assertThat(created.out()).matches("slipway_[0-9a-f]{8}_[0-9a-f]{64}\n");
        assertThat(created.err()).contains("added to " + keys, "only this once").doesNotContain(created.out());
        assertThat(Files.readString(keys))
                .contains(" ci\n")
                .doesNotContain(created.out().substring(17).strip());
        assertThat(slipway("keys", "list", "--keys-file", keys).out()).matches("ci predict \\d{4}-\\d\\d-\\d\\d\n");
        assertThat(slipway("keys", "create", "--name", "ci", "--keys-file", keys)
                        .err())
                .startsWith("slipway: name: 'ci' (expected: a name that has no key yet)");
        assertThat(slipway("keys", "revoke", "--name", "ci", "--keys-file", keys)
                        .exit())
                .isZero();
        assertThat(slipway("keys", "list", "--keys-file", keys)).isEqualTo(new Run(0, "", ""));
        assertThat(slipway("keys").exit()).isEqualTo(2);
        assertThat(slipway("keys", "create", "--scope", "all", "--name", "x").exit())
                .isEqualTo(2);
    }

    @Test
    void aCheckPrintsTheSettingsInForceAndServesNothing() throws IOException {
        Path keys = directory.resolve("checked");
        slipway("keys", "create", "--name", "ci", "--keys-file", keys);
        Path config = Files.writeString(
                directory.resolve("slipway.yaml"), "serve:\n  host: 0.0.0.0\nauth:\n  keys-file: checked\n");

        Run run = slipway("serve", model, "--config", config, "--port", "0", "--check");

        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("  host: 0.0.0.0  # " + config + ", line 2, column 9\n")
                .contains("  port: 0  # --port\n")
                .contains("  max-body: 16MiB  # default\n")
                .contains("  keys-file: checked  # " + config + ", line 4, column 14\n");
    }

    @Test
    void aCheckRefusesWhatAStartWould() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.h5"), "no model");
        List<Object[]> lines = List.of(
                new Object[] {model, "--host", "0.0.0.0"},
                new Object[] {model, "--auth-keys-file", broken},
                new Object[] {model, "--tls-certificate", broken},
                new Object[] {model, "--tls-certificate", broken, "--tls-key", broken},
                new Object[] {model, "--auth-jwt-issuer", "https://id.example"},
                new Object[] {broken});
        for (Object[] line : lines) {
            Run run = slipway(Stream.concat(Stream.of("serve", "--check"), Stream.of(line))
                    .toArray());

            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).startsWith("slipway: ").hasLineCount(1).contains("expected: ");
            assertThat(run.out()).isEmpty();
        }
        assertThat(slipway("serve", "--check", model, "--host", "0.0.0.0", "--no-auth")
                        .exit())
                .isZero();
    }

    /** Whoever starts a JVM with the signal ignored, as nohup does, means that it stays so; the JVM then takes no handler. */
    private static boolean ignoresHangUps() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn:\t0")
                .substring("SigIgn:\t".length());
        return (Long.parseUnsignedLong(ignored, 16) & 1) != 0;
    }

    @Test
    void aHangUpIsHeardEveryTime() throws Exception {
        assumeThat(ignoresHangUps()).as("SIGHUP is ignored").isFalse();
        Semaphore heard = new Semaphore(0);
        Signals.Handling handling = Signals.onHangUp(heard::release);
        try {
            String[] kill = {
                "kill", "-HUP", Long.toString(ProcessHandle.current().pid())
            };
            for (int i = 0; i < 2; i++) {
                assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
                assertThat(heard.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            handling.close();
        }
    }
}
