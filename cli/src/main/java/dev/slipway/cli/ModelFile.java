package dev.slipway.cli;

import dev.slipway.keras.models.Model;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A model by its file, whatever its format. */
final class ModelFile {
    private static final List<String> KERAS = List.of(".keras", ".h5", ".hdf5");

    private ModelFile() {}

    /** Whether a file is in one of Keras's formats, by its name. */
    static boolean isKeras(Path file) {
        return KERAS.stream().anyMatch(file.toString()::endsWith);
    }

    static boolean isOnnx(Path file) {
        return file.toString().endsWith(".onnx");
    }

    /** Loads a Keras model; the caller closes it. */
    static Model load(Path file) {
        requireFile(file);
        return Model.load(file);
    }

    /** A model ready to predict; the caller closes it. */
    static Predictor predictor(Path file, EngineOptions engine) {
        requireFile(file);
        if (isOnnx(file)) {
            return new Predictor(CompiledGraph.open(file, engine));
        }
        try (Model model = Model.load(file)) {
            return model.predictor(engine);
        }
    }

    /** Refuses what is not a file, or not one of a model by its name. */
    static void requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            String what = Files.isDirectory(file) ? "is a directory" : "no such file";
            throw new IllegalArgumentException(file + ": " + what + " (expected: a .keras, .h5 or .onnx file)");
        }
        if (!isKeras(file) && !isOnnx(file)) {
            throw new IllegalArgumentException(file + " (expected: a name ending in .keras, .h5, .hdf5 or .onnx)");
        }
    }

    /** The name of a model whose file has it: the file's name without its ending. */
    static String nameOf(Path file) {
        String name = file.getFileName().toString();
        int end = name.lastIndexOf('.');
        return end > 0 ? name.substring(0, end) : name;
    }
}
