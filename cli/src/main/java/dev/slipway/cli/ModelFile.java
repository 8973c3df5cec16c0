package dev.slipway.cli;

import dev.slipway.keras.config.Backend;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A model by its file, whatever its format. */
final class ModelFile {
    private static final List<String> KERAS = List.of(".keras", ".h5", ".hdf5");
    private static final List<String> ARCHITECTURES = List.of(".json", ".yaml", ".yml");

    private ModelFile() {}

    /** Whether a file is in one of Keras's formats, by its name. */
    static boolean isKeras(Path file) {
        return KERAS.stream().anyMatch(file.toString()::endsWith);
    }

    static boolean isOnnx(Path file) {
        return file.toString().endsWith(".onnx");
    }

    /** Whether a file has an architecture and its weights are in another one, by its name. */
    static boolean isArchitecture(Path file) {
        return ARCHITECTURES.stream().anyMatch(file.toString()::endsWith);
    }

    /** Loads a Keras model; the caller closes it. */
    static Model load(Path file, Optional<Path> weights) {
        requireFile(file);
        requireArchitecture(file, weights);
        return isArchitecture(file)
                ? Model.load(file, weightsOf(file, weights), LayerRegistry.builtIn(), ReadLimits.defaults())
                : Model.load(file);
    }

    /** As above, as what Keras computed with a backend if one is given. */
    static Model load(Path file, Optional<Path> weights, Optional<Backend> backend) {
        requireFile(file);
        requireKeras(file, backend);
        requireArchitecture(file, weights);
        return backend.map(one -> Model.load(file, LayerRegistry.builtIn(), ReadLimits.defaults(), one))
                .orElseGet(() -> load(file, weights));
    }

    private static void requireKeras(Path file, Optional<Backend> backend) {
        if (backend.isPresent() && !isKeras(file)) {
            throw new IllegalArgumentException("--backend " + backend.get().kerasName() + ": for " + file
                    + " (expected: only for a .keras or .h5 file)");
        }
    }

    private static void requireArchitecture(Path file, Optional<Path> weights) {
        if (weights.isPresent() && !isArchitecture(file)) {
            throw new IllegalArgumentException("--weights " + weights.get() + ": for " + file
                    + " (expected: only for a model in a .json or .yaml file)");
        }
    }

    /** The weights of an architecture: the file given, or one beside it whose name says so. */
    static Path weightsOf(Path architecture, Optional<Path> given) {
        String name = nameOf(architecture);
        List<Path> beside = Stream.of(
                        name + ".weights.h5", name + "_weights.h5", name + ".h5", "weights.h5", name + ".weights.json")
                .map(architecture::resolveSibling)
                .toList();
        return given.or(() -> beside.stream().filter(Files::isRegularFile).findFirst())
                .orElseThrow(() ->
                        new IllegalArgumentException(architecture + ": an architecture without weights (expected: one"
                                + " of " + beside + ", or --weights FILE)"));
    }

    /** A model ready to predict; the caller closes it. */
    static Predictor predictor(Path file, EngineOptions engine) {
        return predictor(file, Optional.empty(), engine);
    }

    /** A model ready to predict, whose weights may be in a file of their own; the caller closes it. */
    static Predictor predictor(Path file, Optional<Path> weights, EngineOptions engine) {
        return predictor(file, weights, Optional.empty(), engine);
    }

    /** As above, as what Keras computed with a backend if one is given. */
    static Predictor predictor(Path file, Optional<Path> weights, Optional<Backend> backend, EngineOptions engine) {
        requireFile(file);
        requireKeras(file, backend);
        if (isOnnx(file)) {
            requireArchitecture(file, weights);
            return new Predictor(CompiledGraph.open(file, engine));
        }
        if (isKeras(file) && weights.isEmpty() && backend.isEmpty()) {
            return Model.loadPredictor(file, engine);
        }
        try (Model model = load(file, weights, backend)) {
            return model.predictor(engine);
        }
    }

    /** Refuses what is not a file, or not one of a model by its name. */
    static void requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            String what = Files.isDirectory(file) ? "is a directory" : "no such file";
            throw new IllegalArgumentException(
                    file + ": " + what + " (expected: a .keras, .h5, .onnx, .json or .yaml file)");
        }
        if (!isKeras(file) && !isOnnx(file) && !isArchitecture(file)) {
            throw new IllegalArgumentException(
                    file + " (expected: a name ending in .keras, .h5, .hdf5, .onnx, .json or .yaml)");
        }
    }

    /** The name of a model whose file has it: the file's name without its ending. */
    static String nameOf(Path file) {
        String name = file.getFileName().toString();
        int end = name.lastIndexOf('.');
        return end > 0 ? name.substring(0, end) : name;
    }
}
