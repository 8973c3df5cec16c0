package dev.slipway.cli;

import dev.slipway.graph.DataSize;
import dev.slipway.graph.OnnxContent;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.ParameterCount;
import dev.slipway.keras.saving.KerasFile;
import dev.slipway.keras.saving.ModelJson;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.runtime.EngineException;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what a model file is, takes, gives and needs. */
@Command(
        name = "inspect",
        description = {
            "Show a model file's format, inputs, outputs, ONNX operators, parameters and size,",
            "and everything in it that Slipway does not support; exits with 1 if there is such a thing."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  slipway inspect my_best_model.keras")
final class InspectCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "A .keras, .h5, .onnx, .json or .yaml file.")
    private Path file = Path.of("");

    @Mixin
    private WeightsOption weights = new WeightsOption();

    @Mixin
    private BackendOption backend = new BackendOption();

    @Override
    public Integer call() {
        ModelFile.requireFile(file);
        PrintWriter out = spec.commandLine().getOut();
        try {
            return ModelFile.isOnnx(file) ? inspectOnnx(out) : inspectKeras(out);
        } finally {
            out.flush();
        }
    }

    private int inspectOnnx(PrintWriter out) {
        OnnxContent content = OnnxContent.read(file);
        line(out, "format", "ONNX, opset " + content.opset());
        line(out, "size", new DataSize(fileSize()).toString());
        line(out, "parameters", String.format(Locale.ROOT, "%,d", content.parameters()));
        List<String> problems = printEnds(out);
        printOperators(out, content.operators());
        if (!problems.isEmpty()) {
            return unsupported(out, problems);
        }
        line(out, "unsupported", "nothing");
        return 0;
    }

    /** What the engine says of a file; what it cannot do if it refuses it. */
    private List<String> printEnds(PrintWriter out) {
        try (Predictor predictor = ModelFile.predictor(file, EngineOptions.defaults())) {
            printSpecs(out, "inputs", predictor.inputs());
            printSpecs(out, "outputs", predictor.outputs());
            return List.of();
        } catch (EngineException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private static int unsupported(PrintWriter out, List<String> problems) {
        out.println("unsupported:");
        problems.forEach(problem -> out.println("  " + problem));
        return 1;
    }

    private int inspectKeras(PrintWriter out) {
        try {
            printFormat(out);
        } catch (ConfigException e) {
            return unsupported(out, e.problems());
        }
        line(out, "size", new DataSize(fileSize()).toString());
        try (Model model = ModelFile.load(file, weights.file(), backend.backend())) {
            line(out, "parameters", ParameterCount.of(model.weights()).toString());
            line(out, "backend", model.network().backend().kerasName() + ", as which it is computed");
            printPolicies(out, model.network().dtypePolicies());
            printSpecs(out, "inputs", model.inputs());
            printSpecs(out, "outputs", model.outputs());
            printOperators(out, model.operators());
            line(out, "unsupported", "nothing");
            return 0;
        } catch (ConfigException e) {
            return unsupported(out, e.problems());
        }
    }

    private void printFormat(PrintWriter out) {
        if (ModelFile.isArchitecture(file)) {
            String version = ModelJson.read(file, ReadLimits.defaults()).kerasVersion();
            String name = file.toString();
            line(out, "format", name.substring(name.lastIndexOf('.')) + writtenBy(version));
            line(out, "weights", ModelFile.weightsOf(file, weights.file()).toString());
            return;
        }
        try (KerasFile stored = KerasFile.open(file, ReadLimits.defaults())) {
            line(out, "format", stored.format() + writtenBy(stored.kerasVersion()));
        }
    }

    private static String writtenBy(String version) {
        return version.isEmpty() ? "" : ", written by Keras " + version;
    }

    private static void printPolicies(PrintWriter out, Map<String, Integer> policies) {
        out.println("dtype policies:");
        policies.forEach((policy, layers) -> {
            String note = policy.contains("bfloat16")
                    ? ", computed in float32 between casts"
                    : policy.contains("float16")
                            ? ", computed in float32 between casts where the processor has nothing else"
                            : "";
            out.println("  " + policy + ": " + layers + (layers == 1 ? " layer" : " layers") + note);
        });
    }

    private static void printSpecs(PrintWriter out, String kind, List<TensorSpec> specs) {
        out.println(kind + ":");
        specs.forEach(one -> out.println("  " + one.name() + ": " + one.type() + " " + one.shape()));
    }

    private static void printOperators(PrintWriter out, Map<String, Integer> operators) {
        out.println("operators:");
        operators.forEach((operator, count) -> out.println("  " + operator + ": " + count));
    }

    private static void line(PrintWriter out, String what, String value) {
        out.println(what + ": " + value);
    }

    private long fileSize() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
