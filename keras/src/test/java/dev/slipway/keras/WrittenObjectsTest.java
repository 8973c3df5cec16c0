package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.constraints.Constraints;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.optimizers.Optimizers;
import dev.slipway.keras.optimizers.schedules.LearningRateSchedules;
import dev.slipway.keras.regularizers.Regularizers;
import dev.slipway.keras.saving.KerasFile;
import dev.slipway.keras.saving.ReadLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is written of initializers, regularizers, constraints, optimizers, schedules and losses is what Keras's classes take:
 * {@code compiled.jsonl} has the keys of every class, each with another value than by default.
 */
class WrittenObjectsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder = Path.of("");

    record Known(String kind, String className, ObjectNode config) {
        static Known of(ObjectNode json) {
            return new Known(
                    json.path("kind").asText(), json.path("class_name").asText(), (ObjectNode) json.path("config"));
        }

        ObjectNode written() {
            ObjectNode read = config.deepCopy();
            return switch (kind) {
                case "constraints" -> Constraints.of(className, read).config();
                case "initializers" -> Initializers.of(className, read).config();
                case "losses" -> Losses.of(className, read).config();
                case "optimizers" -> Optimizers.of(className, read).config();
                case "regularizers" -> Regularizers.of(className, read).config();
                case "schedules" -> LearningRateSchedules.of(className, read).config();
                default -> throw new IllegalArgumentException("kind '" + kind + "' (expected: one of those above)");
            };
        }

        @Override
        public String toString() {
            return className;
        }
    }

    static Stream<Known> known() {
        return JsonLines.of("compiled.jsonl").map(Known::of);
    }

    @ParameterizedTest
    @MethodSource("known")
    void everyKeyIsWrittenWithItsValue(Known known) {
        assertThat(JsonLines.plain(known.written())).isEqualTo(JsonLines.plain(known.config));
    }

    @Test
    void everyClassIsKnown() {
        assertThat(names("constraints")).containsAll(Constraints.names());
        assertThat(names("initializers")).containsAll(Initializers.names());
        assertThat(names("losses")).containsAll(Losses.classNames());
        assertThat(names("regularizers")).containsAll(Regularizers.names());
        assertThat(names("schedules")).containsAll(LearningRateSchedules.names());
        assertThat(names("optimizers").stream().map(name -> name.toLowerCase(Locale.ROOT)))
                .containsAll(Optimizers.names());
    }

    private static List<String> names(String kind) {
        return known().filter(known -> known.kind.equals(kind))
                .map(Known::className)
                .toList();
    }

    /** Keras 3 finds no other names than these, and fails for them when it loads an .h5 file, or when it trains. */
    @ParameterizedTest
    @CsvSource({
        "mse, mean_squared_error",
        "MSE, mean_squared_error",
        "bce, binary_crossentropy",
        "kld, kl_divergence",
        "MeanSquaredError, MeanSquaredError",
        "logcosh, log_cosh",
        "huber_loss, huber",
        "kullback_leibler_divergence, kl_divergence",
        "Mean_Squared_Error, mean_squared_error"
    })
    void lossesAreWrittenByNamesThatKeras3Finds(String given, String written) throws IOException {
        assertThat(compiled(given, "mse").path("loss").asText()).isEqualTo(written);
    }

    @Test
    void metricsThatKeras3FindsByNameAreWrittenByName() throws IOException {
        for (String name :
                List.of("accuracy", "mae", "MAE", "kl_divergence", "io_u", "MeanSquaredError", "log_cosh_error")) {
            assertThat(compiled("mse", name).at("/metrics/0").asText()).isEqualTo(name);
        }
    }

    /** Keras 3 knows no metric of such a name. */
    @ParameterizedTest
    @CsvSource({"huber, huber", "kld, kl_divergence", "logcosh, log_cosh"})
    void metricsThatAreLossesAreWrittenAsTheirMeans(String name, String function) throws IOException {
        JsonNode metric = compiled("mse", name).at("/metrics/0");
        assertThat(metric).isEqualTo(JSON.readTree("""
                {"module": "keras.metrics", "class_name": "MeanMetricWrapper", "config": {"name": "%s", "dtype": "float32",
                  "fn": {"module": "builtins", "class_name": "function", "config": "%s", "registered_name": "function"}},
                 "registered_name": null}""".formatted(name, function)));
    }

    /** What a model says of its training in a file, where it says so again when it is read. */
    private JsonNode compiled(String loss, String metric) throws IOException {
        Path file = folder.resolve("model.keras");
        try (Model model = Model.sequential(InputLayer.of(1), Dense.of(1))) {
            model.compile("sgd", loss, metric);
            model.save(file);
        }
        JsonNode written = config(file);
        try (Model again = Model.load(file)) {
            again.save(file);
        }
        assertThat(config(file)).isEqualTo(written);
        return written;
    }

    private static JsonNode config(Path file) throws IOException {
        try (KerasFile read = KerasFile.open(file, ReadLimits.defaults())) {
            return read.compileConfig().orElseThrow();
        }
    }
}
