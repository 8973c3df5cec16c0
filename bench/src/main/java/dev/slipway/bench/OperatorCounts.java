package dev.slipway.bench;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.graph.OnnxContent;
import dev.slipway.keras.models.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * How many operators of each kind a model is lowered to, and how many the engine runs after it has changed layouts and joined
 * operators. {@code bench/operators} calls it.
 */
public final class OperatorCounts {
    private OperatorCounts() {}

    /**
     * Counts and prints a line for each operator, and one for all.
     *
     * @param args a model file
     * @throws IOException if files cannot be written
     * @throws OrtException if the engine refuses the graph
     */
    public static void main(String[] args) throws IOException, OrtException {
        Path file = Files.createTempFile("slipway", ".onnx");
        Path optimized = Files.createTempFile("slipway", ".onnx");
        try (Model model = Model.load(Path.of(args[0]))) {
            Files.write(file, model.toOnnx());
            optimize(file, optimized);
            print(model.operators(), OnnxContent.read(optimized).operators());
        } finally {
            Files.delete(file);
            Files.delete(optimized);
        }
    }

    /** As {@code CompiledGraph} has it done. */
    private static void optimize(Path file, Path optimized) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setOptimizedModelFilePath(optimized.toString());
            OrtEnvironment.getEnvironment()
                    .createSession(file.toString(), options)
                    .close();
        }
    }

    private static void print(Map<String, Integer> lowered, Map<String, Integer> run) {
        TreeSet<String> names = new TreeSet<>(lowered.keySet());
        names.addAll(run.keySet());
        System.out.printf(Locale.ROOT, "%-32s %8s %8s%n", "operator", "lowered", "run");
        names.forEach(name -> System.out.printf(
                Locale.ROOT, "%-32s %8d %8d%n", name, lowered.getOrDefault(name, 0), run.getOrDefault(name, 0)));
        System.out.printf(Locale.ROOT, "%-32s %8d %8d%n", "all", sum(lowered), sum(run));
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
