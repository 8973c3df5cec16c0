package dev.slipway.bench.endurance;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Models in a directory whose answers are known exactly. */
final class KnownModels {
    private final Path directory;

    KnownModels(Path directory) {
        this.directory = directory;
    }

    /** A version of {@code y = factor * x + 1} for one number a row. */
    void putLine(String name, int version, float factor) throws IOException {
        try (Model model = Model.sequential(InputLayer.of(1), Dense.of(1))) {
            for (Weight weight : model.weights()) {
                boolean isKernel = weight.spec().shape().rank() == 2;
                model.assign(weight.path(), Tensor.of(weight.spec().shape(), isKernel ? factor : 1));
            }
            put(name, version, model);
        }
    }

    /** A version of {@code y = x} for rows of numbers, at the price of multiplying by large matrices. */
    void putIdentity(String name, int version, int units, int layers) throws IOException {
        Tensor identity = Tensor.zeros(DataType.FLOAT, Shape.of(units, units));
        for (int i = 0; i < units; i++) {
            identity.floats().put(i * units + i, 1);
        }
        List<Layer> chain = new ArrayList<>(List.of(InputLayer.of(units)));
        for (int i = 0; i < layers; i++) {
            chain.add(Dense.of(units));
        }
        try (Model model = Model.sequential(chain.toArray(Layer[]::new))) {
            for (Weight weight : model.weights()) {
                if (weight.spec().shape().rank() == 2) {
                    model.assign(weight.path(), identity);
                }
            }
            put(name, version, model);
        }
    }

    /** As careful writers do it: whole, under another name, first. */
    private void put(String name, int version, Model model) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        Path written = Files.createDirectories(directory.resolve("." + name + version));
        model.save(written.resolve("model.keras"));
        Files.move(written, folder.resolve(Integer.toString(version)), StandardCopyOption.ATOMIC_MOVE);
    }

    /** A version that is no model. */
    void putBroken(String name, int version) throws IOException {
        Path written = Files.createDirectories(directory.resolve("." + name + version));
        Files.write(written.resolve("model.keras"), new byte[100_000]);
        Files.move(written, directory.resolve(name).resolve(Integer.toString(version)));
    }

    void remove(String name, int version) throws IOException {
        Trees.delete(directory.resolve(name).resolve(Integer.toString(version)));
    }
}
