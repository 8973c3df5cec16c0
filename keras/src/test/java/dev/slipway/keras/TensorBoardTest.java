package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import dev.slipway.keras.callbacks.TensorBoard;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** TensorFlow's own classes read the events; Guava's checksum proves the frames. */
class TensorBoardTest {
    private static final Tensor X = Tensor.of(new float[][] {{1}, {2}, {3}, {4}});
    private static final Tensor Y = Tensor.of(new float[][] {{2}, {4}, {6}, {8}});
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @TempDir
    Path folder = Path.of("");

    private final Map<String, List<Double>> history = new HashMap<>();

    @BeforeEach
    void train() {
        TensorBoard callback = TensorBoard.of(
                Config.json().put("log_dir", "runs").put("histogram_freq", 1).put("update_freq", "batch"),
                folder,
                InstantSource.fixed(NOW));
        try (Model model = Model.sequential(InputLayer.of(1), Dense.of(1))) {
            model.compile("sgd", "mse");
            History fitted = model.fit(
                    X,
                    Y,
                    FitOptions.epochs(2)
                            .withBatchSize(2)
                            .withValidationSplit(0.5)
                            .withCallbacks(callback));
            history.putAll(fitted.metrics());
        }
    }

    @Test
    void aFileBeginsWithItsVersion() throws IOException {
        for (String part : List.of("train", "validation")) {
            Event first = events(part).get(0);
            assertThat(first.getFileVersion()).isEqualTo("brain.Event:2");
            assertThat(first.getWallTime()).isEqualTo(NOW.toEpochMilli() / 1e3);
        }
    }

    @Test
    void numbersOfEpochsAndBatchesStandAtTheirSteps() throws IOException {
        assertThat(scalars("train", "epoch_loss")).containsExactlyElementsOf(floats("loss"));
        assertThat(scalars("validation", "epoch_loss")).containsExactlyElementsOf(floats("val_loss"));
        assertThat(scalars("train", "epoch_learning_rate")).containsExactly(0.01f, 0.01f);
        assertThat(scalars("train", "batch_loss")).hasSize(2);
        assertThat(values("train", "batch_loss").map(Recorded::step)).containsExactly(1L, 2L);
        assertThat(values("validation", "epoch_loss").map(Recorded::step)).containsExactly(0L, 1L);
    }

    @Test
    void aPluginIsNamedForEveryValue() throws IOException {
        assertThat(plugin("train", "epoch_loss")).isEqualTo("scalars");
        assertThat(plugin("train", "dense/kernel/histogram")).isEqualTo("histograms");
        assertThat(plugin("train", "keras")).isEqualTo("graph_keras_model");
    }

    @Test
    void theArchitectureIsTheModelsJson() throws IOException {
        Summary.Value graph = values("train", "keras").findFirst().orElseThrow().value();
        String json = graph.getTensor().getStringVal(0).toStringUtf8();
        assertThat(new ObjectMapper().readTree(json).path("class_name").asText())
                .isEqualTo("Sequential");
    }

    @Test
    void aHistogramCountsEveryWeightOnce() throws IOException {
        List<Recorded> histograms = values("train", "dense/kernel/histogram").toList();
        assertThat(histograms).hasSize(2);
        ByteBuffer numbers = histograms
                .get(1)
                .value()
                .getTensor()
                .getTensorContent()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
        double counted = 0;
        for (int row = 0; row < 30; row++) {
            double left = numbers.getDouble();
            double right = numbers.getDouble();
            assertThat(right - left).isCloseTo(1.0 / 30, within(1e-9));
            counted += numbers.getDouble();
        }
        assertThat(numbers.hasRemaining()).isFalse();
        assertThat(counted).isEqualTo(1);
    }

    private record Recorded(long step, Summary.Value value) {}

    private List<Float> floats(String metric) {
        return history.getOrDefault(metric, List.of()).stream()
                .map(Double::floatValue)
                .toList();
    }

    private Stream<Float> scalars(String part, String tag) throws IOException {
        return values(part, tag)
                .map(each -> each.value()
                        .getTensor()
                        .getTensorContent()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getFloat());
    }

    private String plugin(String part, String tag) throws IOException {
        return values(part, tag)
                .findFirst()
                .orElseThrow()
                .value()
                .getMetadata()
                .getPluginData()
                .getPluginName();
    }

    private Stream<Recorded> values(String part, String tag) throws IOException {
        return events(part).stream()
                .flatMap(event ->
                        event.getSummary().getValueList().stream().map(value -> new Recorded(event.getStep(), value)))
                .filter(each -> each.value().getTag().equals(tag));
    }

    /** Each record: length, masked checksum of the length, event, masked checksum of the event. */
    private List<Event> events(String part) throws IOException {
        List<Event> events = new ArrayList<>();
        ByteBuffer records = ByteBuffer.wrap(Files.readAllBytes(file(part))).order(ByteOrder.LITTLE_ENDIAN);
        while (records.hasRemaining()) {
            byte[] length = new byte[8];
            records.get(length);
            assertThat(records.getInt()).isEqualTo(masked(length));
            byte[] event = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            records.get(event);
            assertThat(records.getInt()).isEqualTo(masked(event));
            events.add(Event.parseFrom(event));
        }
        return events;
    }

    private Path file(String part) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("runs").resolve(part))) {
            return files.filter(file -> file.getFileName().toString().startsWith("events.out.tfevents."))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static int masked(byte[] data) {
        int checksum = Hashing.crc32c().hashBytes(data).asInt();
        return ((checksum >>> 15) | (checksum << 17)) + 0xa282ead8;
    }
}
