package dev.slipway.bench;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How long a model file takes to its first prediction and to those after it; {@code bench/keras/run} calls it beside Keras. */
public final class FileLatency {
    private static final long MEASURED_NANOS = 2_000_000_000L;

    private FileLatency() {}

    /**
     * {@code write NETWORK FILE} saves a network with fresh weights; {@code time MODEL ARRAYS} prints milliseconds to the first
     * prediction and the median of the microseconds of those after it, and leaves the row and the prediction in a file.
     *
     * @param arguments what to do
     * @throws IOException if the arrays cannot be written
     */
    public static void main(String... arguments) throws IOException {
        if (arguments[0].equals("write")) {
            try (Model model = Networks.named(arguments[1])) {
                model.save(Path.of(arguments[2]));
            }
            return;
        }
        try (Model model = Model.load(Path.of(arguments[1]));
                Predictor predictor = model.predictor(EngineOptions.defaults().withThreads(1))) {
            TensorSpec input = predictor.inputs().get(0);
            Tensor row = row(input);
            Map<String, Tensor> feeds = Map.of(input.name(), row);
            Tensor output = predictor.predict(feeds).values().iterator().next();
            long first = System.currentTimeMillis()
                    - ManagementFactory.getRuntimeMXBean().getStartTime();
            Map<String, Tensor> arrays = new LinkedHashMap<>();
            arrays.put("input", row);
            arrays.put("output", output);
            Files.write(Path.of(arguments[2]), Npz.write(arrays));
            System.out.printf(Locale.ROOT, "%d %.1f%n", first, median(predictor, feeds) / 1e3);
        }
    }

    private static double median(Predictor predictor, Map<String, Tensor> feeds) {
        long end = System.nanoTime() + MEASURED_NANOS;
        long[] times = new long[1 << 20];
        int count = 0;
        while (count < times.length && System.nanoTime() < end) {
            long start = System.nanoTime();
            predictor.predict(feeds);
            times[count++] = System.nanoTime() - start;
        }
        long[] warm = Arrays.copyOfRange(times, count / 10, count);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }

    private static Tensor row(TensorSpec input) {
        Tensor row = Tensor.zeros(DataType.FLOAT, input.shape().with(0, Dimension.of(1)));
        Shape shape = row.shape();
        for (int i = 0; i < shape.elementCount(); i++) {
            row.bytes().putFloat(4 * i, input.type() == DataType.FLOAT ? i % 17 / 17f : i % 7);
        }
        return row.cast(input.type());
    }
}
