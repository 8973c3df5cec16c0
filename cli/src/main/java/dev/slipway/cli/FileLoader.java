package dev.slipway.cli;

import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.server.directory.ModelLoader;
import java.nio.file.Path;

/** Loads models of the formats that hold architecture and weights in one file. */
final class FileLoader implements ModelLoader {
    @Override
    public boolean reads(Path file) {
        return ModelFile.isKeras(file) || ModelFile.isOnnx(file);
    }

    @Override
    public Predictor load(Path file) {
        return ModelFile.predictor(file, EngineOptions.defaults());
    }
}
