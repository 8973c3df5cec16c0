package dev.slipway.keras.exchange;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder of one model for Keras to read: {@code model.keras}, {@code model.h5}, {@code model.weights.h5} and {@code model.json},
 * with what Slipway computes of it: {@code arrays.npz} of {@code in_0}, {@code out_0} and so on, and {@code case.json}. Of a model
 * that can only be written in the form of its own Keras 2 file there is {@code model.h5} alone.
 */
final class Specimen {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEPS = 2;

    private final Path folder;
    private final Map<String, Tensor> arrays = new LinkedHashMap<>();
    private final ObjectNode about = JSON.createObjectNode();

    private Specimen(Path folder) {
        this.folder = folder;
    }

    /** Writes a model that only predicts. */
    static void write(Path folder, Model model, List<Tensor> inputs) {
        new Specimen(folder).writeAll(model, inputs);
    }

    /** Writes a compiled model, and what two more steps make of it. */
    static void writeTrained(Path folder, Model model, List<Tensor> inputs, List<Tensor> targets) {
        Specimen specimen = new Specimen(folder);
        Dataset rows = new Dataset(inputs, targets);
        specimen.put("target", targets);
        model.evaluate(rows, rows.rows()).forEach(specimen.about.putObject("evaluated")::put);
        specimen.writeAll(model, inputs);
        for (int i = 0; i < STEPS; i++) {
            model.trainOnBatch(rows);
        }
        specimen.put("after", specimen.predict(model, inputs));
        specimen.close();
    }

    private void writeAll(Model model, List<Tensor> inputs) {
        try {
            Files.createDirectories(folder);
            put("in", inputs);
            put("out", predict(model, inputs));
            List<String> notes = model.save(folder.resolve("model.h5"));
            boolean isOfKeras2 = notes.stream().anyMatch(note -> note.startsWith("written in the form of"));
            about.put("form", isOfKeras2 ? "Keras 2" : "Keras 3");
            if (!isOfKeras2) {
                about.put(
                        "rewritten", !model.save(folder.resolve("model.keras")).isEmpty());
                model.saveWeights(folder.resolve("model.weights.h5"));
                JSON.writeValue(folder.resolve("model.json").toFile(), model.toJson());
                Files.writeString(folder.resolve("summary.txt"), model.summary(true));
            }
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Tensor> predict(Model model, List<Tensor> inputs) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (TensorSpec input : model.inputs()) {
            named.put(input.name(), inputs.get(named.size()));
        }
        return List.copyOf(model.predict(named).values());
    }

    private void put(String kind, List<Tensor> tensors) {
        for (int i = 0; i < tensors.size(); i++) {
            Tensor tensor = tensors.get(i);
            // NumPy has no name for it.
            arrays.put(kind + "_" + i, tensor.type() == DataType.BFLOAT16 ? tensor.cast(DataType.FLOAT) : tensor);
        }
    }

    private void close() {
        try {
            Files.write(folder.resolve("arrays.npz"), Npz.write(arrays));
            JSON.writeValue(folder.resolve("case.json").toFile(), about);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
