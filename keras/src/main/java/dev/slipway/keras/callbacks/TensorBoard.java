package dev.slipway.keras.callbacks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes loss and metrics for TensorBoard: {@code epoch_loss} and so on, in {@code train} and {@code validation} below a
 * directory; if asked for, {@code batch_loss} and so on, steps a second, and histograms of the weights.
 *
 * <p>Source: {@code keras.callbacks.TensorBoard} of Keras 3.9; images of weights, embeddings and profiles are refused.
 */
public final class TensorBoard extends ActiveCallback {
    private static final int BUCKETS = 30;

    private final Path directory;
    private final int histogramFrequency;
    private final boolean writeGraph;
    private final boolean writeRate;
    private final OptionalInt updateFrequency;
    private final InstantSource clock;
    private @Nullable EventFile train;
    private @Nullable EventFile validation;
    private int batches;
    private int batchesBeforeEpoch;
    private long epochStart;

    private TensorBoard(Config config, Path parent, InstantSource clock) {
        this.directory = parent.resolve(config.text("log_dir", "logs"));
        this.histogramFrequency = config.integer("histogram_freq", 0);
        this.writeGraph = config.truth("write_graph", true);
        this.writeRate = config.truth("write_steps_per_second", false);
        this.updateFrequency = Arguments.frequency(config, "update_freq");
        this.clock = clock;
        if (config.truth("write_images", false)) {
            throw config.refused("write_images", "true", "false: images of weights are not supported");
        }
        for (String key : new String[] {"profile_batch", "embeddings_freq"}) {
            if (config.integer(key, 0) != 0) {
                throw config.refused(key, String.valueOf(config.integer(key, 0)), "0: it is not supported");
            }
        }
    }

    /**
     * Keras's arguments and defaults: {@code log_dir} (logs), {@code histogram_freq} (0 epochs: none), {@code write_graph}
     * (true), {@code write_steps_per_second} (false), {@code update_freq} (epoch, batch, or a number of batches).
     *
     * @param arguments the arguments that are not the defaults
     * @param parent where the directory's name begins
     * @param clock what time it is
     * @return the callback
     * @throws dev.slipway.keras.config.ConfigException if there is no such argument, or it is not supported
     */
    public static TensorBoard of(ObjectNode arguments, Path parent, InstantSource clock) {
        return Arguments.read("TensorBoard", arguments, config -> new TensorBoard(config, parent, clock));
    }

    @Override
    public void onTrainBegin(TrainingRun begun) {
        super.onTrainBegin(begun);
        train = null;
        validation = null;
        batches = 0;
        batchesBeforeEpoch = 0;
        epochStart = clock.millis();
        if (writeGraph) {
            train().model(begun.model().architecture());
        }
    }

    /** The file is made when there is something to write. */
    private EventFile train() {
        EventFile file = train;
        if (file == null) {
            file = new EventFile(directory.resolve("train"), clock);
            train = file;
        }
        return file;
    }

    private EventFile validation() {
        EventFile file = validation;
        if (file == null) {
            file = new EventFile(directory.resolve("validation"), clock);
            validation = file;
        }
        return file;
    }

    @Override
    public void onEpochBegin(int epoch) {
        epochStart = clock.millis();
        batchesBeforeEpoch = batches;
    }

    @Override
    public void onTrainBatchEnd(int batch, Supplier<Map<String, Double>> logs) {
        batches++;
        if (updateFrequency.isPresent() && batches % updateFrequency.getAsInt() == 0) {
            logs.get().forEach((name, value) -> train().scalar("batch_" + name, value, batches));
        }
    }

    @Override
    public void onTestEnd(Map<String, Double> logs) {
        long iterations = run().model().iterations();
        logs.forEach((name, value) -> validation().scalar("evaluation_" + name + "_vs_iterations", value, iterations));
    }

    @Override
    public void onEpochEnd(int epoch, Map<String, Double> logs) {
        Map<String, Double> own = new LinkedHashMap<>();
        logs.forEach((name, value) -> {
            if (name.startsWith("val_")) {
                validation().scalar("epoch_" + name.substring(4), value, epoch);
            } else {
                own.put(name, value);
            }
        });
        own.put("learning_rate", run().model().learningRate().now());
        if (writeRate) {
            double seconds = Math.max(1, clock.millis() - epochStart) / 1e3;
            own.put("steps_per_second", (batches - batchesBeforeEpoch) / seconds);
        }
        own.forEach((name, value) -> train().scalar("epoch_" + name, value, epoch));
        if (histogramFrequency > 0 && epoch % histogramFrequency == 0) {
            run().model()
                    .weights()
                    .forEach((path, weight) -> train().histogram(path + "/histogram", intervals(weight), epoch));
        }
    }

    /** Thirty intervals of one width from the least number to the greatest. */
    private static double[] intervals(Tensor weight) {
        int count = (int) weight.shape().elementCount();
        double least =
                IntStream.range(0, count).mapToDouble(weight::element).min().orElse(0);
        double greatest =
                IntStream.range(0, count).mapToDouble(weight::element).max().orElse(0);
        double width = greatest > least ? (greatest - least) / BUCKETS : 1.0 / BUCKETS;
        double begin = greatest > least ? least : least - 0.5;
        double[] intervals = new double[3 * BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            intervals[3 * i] = begin + i * width;
            intervals[3 * i + 1] = begin + (i + 1) * width;
        }
        for (int i = 0; i < count; i++) {
            int bucket = (int) Math.min(BUCKETS - 1, Math.max(0, (weight.element(i) - begin) / width));
            intervals[3 * bucket + 2]++;
        }
        return intervals;
    }

    @Override
    public Snapshot snapshot() {
        return Snapshot.of(Config.json().put("batches", batches).put("batches_before_epoch", batchesBeforeEpoch));
    }

    @Override
    public void resume(Snapshot snapshot) {
        batches = snapshot.integer("batches");
        batchesBeforeEpoch = snapshot.integer("batches_before_epoch");
    }
}
