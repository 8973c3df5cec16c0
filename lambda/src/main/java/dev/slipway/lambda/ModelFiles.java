package dev.slipway.lambda;

import dev.slipway.keras.models.Model;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.server.directory.ModelLoader;
import java.nio.file.Path;
import java.util.List;

/** Keras's files and ONNX's. */
final class ModelFiles implements ModelLoader {
    private static final List<String> ENDINGS = List.of(".keras", ".h5", ".hdf5", ".onnx");

    @Override
    public boolean reads(Path file) {
        return ENDINGS.stream().anyMatch(file.toString()::endsWith);
    }

    @Override
    public Predictor load(Path file) {
        if (file.toString().endsWith(".onnx")) {
            return new Predictor(CompiledGraph.open(file, EngineOptions.defaults()));
        }
        try (Model model = Model.load(file)) {
            return model.predictor(EngineOptions.defaults());
        }
    }
}
