package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.Call;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.inference.ServedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The memory of an unloaded model goes back to the system: measured in a process that the launcher's settings hold for. */
final class UnloadedMemoryTest {
    private static final Path LAUNCHER = Path.of("..", "slipway");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern SETTING = Pattern.compile("export (MALLOC_\\w+)=\"\\$\\{\\w+:-(\\d+)}\"");
    private static final int CYCLES = 8;
    private static final int LAYERS = 16;
    private static final int UNITS = 1024;
    private static final long MODEL_KIB = 4L * LAYERS * UNITS * UNITS / 1024;

    @Test
    void theMemoryOfUnloadedModelsGoesBackToTheSystem() throws Exception {
        assumeThat(STATUS).as("this system tells the resident set of a process").exists();
        ProcessBuilder process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=512m",
                UnloadedMemoryTest.class.getName());
        process.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        process.environment().put("ORT_DISABLE_TELEMETRY", "1");
        process.environment().putAll(launcherSettings());
        Process run = process.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> lines = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(run.waitFor()).isZero();

        assertThat(lines).hasSize(CYCLES);
        long first = numbers(lines.get(0))[1];
        for (String line : lines) {
            long[] loadedAndUnloaded = numbers(line);
            assertThat(loadedAndUnloaded[0] - loadedAndUnloaded[1])
                    .as("KiB that came back, of %s", lines)
                    .isGreaterThan(MODEL_KIB * 9 / 10);
            assertThat(loadedAndUnloaded[1] - first)
                    .as("KiB that unloaded models leave, of %s", lines)
                    .isLessThan(MODEL_KIB / 2);
        }
    }

    private static Map<String, String> launcherSettings() throws IOException {
        Map<String, String> settings = new HashMap<>();
        Matcher found = SETTING.matcher(Files.readString(LAUNCHER));
        while (found.find()) {
            settings.put(found.group(1), found.group(2));
        }
        assertThat(settings).as("settings of glibc in ./slipway").hasSize(2);
        return settings;
    }

    private static long[] numbers(String line) {
        return Stream.of(line.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    /** Prints the resident KiB with a model loaded and after it was unloaded, again and again. */
    public static void main(String[] arguments) throws IOException {
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            ServedModel model = chain();
            try (Call call = model.call(List.of(Shape.of(64, UNITS)))) {
                call.run();
            }
            long loaded = residentKib();
            model.close();
            System.out.println(loaded + " " + residentKib());
        }
    }

    private static ServedModel chain() {
        Graph graph = new Graph("chain");
        Ops ops = new Ops(graph);
        Value value =
                graph.input("x", DataType.FLOAT, Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(UNITS))));
        Map<String, Tensor> weights = new HashMap<>();
        for (int i = 0; i < LAYERS; i++) {
            String name = "w" + i;
            weights.put(name, Tensor.zeros(DataType.FLOAT, Shape.of(UNITS, UNITS)));
            value = ops.matMul(value, graph.parameter(name, DataType.FLOAT, Shape.of(UNITS, UNITS)));
        }
        graph.output("y", value);
        return ServedModel.of(
                "chain",
                Predictor.owning(graph, weights, EngineOptions.defaults().withThreads(1)));
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
