package dev.slipway.keras.exchange;

import dev.slipway.graph.DataType;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Reads {@code again.keras}, which real Keras saved of what {@link WriteForKeras} wrote, and compares what it gives. */
final class ReadFromKeras {
    private static final double TOLERANCE = 1e-4;
    private static final double HALF_TOLERANCE = 2e-2;

    private ReadFromKeras() {}

    public static void main(String[] args) throws IOException {
        int same = 0;
        int failed = 0;
        try (Stream<Path> folders = Files.list(Path.of(args[0]))) {
            List<Path> saved = folders.sorted()
                    .filter(folder -> Files.exists(folder.resolve("again.keras")))
                    .toList();
            for (Path folder : saved) {
                try {
                    compare(folder);
                    same++;
                } catch (RuntimeException e) {
                    failed++;
                    System.out.println("failed  " + folder.getFileName() + " again.keras: " + e);
                }
            }
        }
        System.out.println("Slipway, of what Keras saved again: {'same': " + same + ", 'failed': " + failed + "}");
        if (failed > 0 || same == 0) {
            System.exit(1);
        }
    }

    private static void compare(Path folder) {
        Map<String, Tensor> arrays = Npz.read(folder.resolve("arrays.npz"));
        boolean isTrainedOn = arrays.containsKey("after_0");
        try (Model model = Model.load(folder.resolve("again.keras"))) {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            for (TensorSpec input : model.inputs()) {
                inputs.put(input.name(), get(arrays, "in_" + inputs.size()).cast(input.type()));
            }
            List<Tensor> outputs = List.copyOf(model.predict(inputs).values());
            for (int i = 0; i < outputs.size(); i++) {
                requireClose(outputs.get(i), get(arrays, (isTrainedOn ? "after_" : "out_") + i));
            }
        }
    }

    private static Tensor get(Map<String, Tensor> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    private static void requireClose(Tensor found, Tensor expected) {
        if (!found.shape().equals(expected.shape())) {
            throw new IllegalStateException("shape " + found.shape() + " (expected: " + expected.shape() + ")");
        }
        double tolerance = switch (found.type()) {
            case FLOAT16, BFLOAT16 -> HALF_TOLERANCE;
            default -> TOLERANCE;
        };
        if (found.type() == DataType.STRING) {
            if (!found.texts().equals(expected.texts())) {
                throw new IllegalStateException(found.texts() + " (expected: " + expected.texts() + ")");
            }
            return;
        }
        for (int i = 0; i < found.shape().elementCount(); i++) {
            double wanted = expected.element(i);
            double apart = Math.abs(found.element(i) - wanted) / Math.max(1, Math.abs(wanted));
            if (Double.compare(found.element(i), wanted) != 0 && !(apart <= tolerance)) {
                throw new IllegalStateException(found.element(i) + " at " + i + " (expected: " + wanted + ")");
            }
        }
    }
}
