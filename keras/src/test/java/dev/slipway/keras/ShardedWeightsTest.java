package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Pipeline;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.keras.saving.MalformedFileException;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Keras wrote no earlier than 3.10, by {@code fixtures/sharded/make.py}. */
class ShardedWeightsTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void readsWeightsOutOfSeveralFiles() {
        try (Model model = load(Fixtures.sharded("dense.weights.json"))) {
            requirePredicts(model, "dense.npz");
        }
    }

    @Test
    void namesAWeightThatIsInNoneOfTheFiles() throws IOException {
        String map = Files.readString(Fixtures.sharded("dense.weights.json"));
        Path changed = folder.resolve("dense.weights.json");
        Files.writeString(changed, map.replace("/layers/dense_1/vars", "/layers/other/vars"));
        for (int i = 0; i < 3; i++) {
            String shard = "dense_0000" + i + ".weights.h5";
            Files.copy(Fixtures.sharded(shard), folder.resolve(shard));
        }
        assertThatThrownBy(() -> load(changed))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("weight 'dense_1/kernel' in none of its files, at layers/dense_1/vars/0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.h5", "/secret.h5", "C:secret.h5", "secret.txt", ""})
    void takesFilesBesideItOnly(String name) throws IOException {
        Path map = folder.resolve("dense.weights.json");
        Files.writeString(map, "{\"weight_map\": {\"/layers/dense/vars\": \"" + name + "\"}}");
        assertThatThrownBy(() -> load(map))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("'" + name + "' (expected: the name of a .h5 file beside it)");
    }

    @Test
    void runsAPipelineAndWritesItBack() {
        try (Model model = Model.load(Fixtures.sharded("pipeline.keras"))) {
            requirePredicts(model, "pipeline.npz");
            Path again = folder.resolve("again.keras");
            model.save(again);
            assertThat(model.toJson().findValue("layers").get(1).path("config").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder("name", "layers");
            try (Model read = Model.load(again)) {
                requirePredicts(read, "pipeline.npz");
            }
        }
    }

    @Test
    void tellsLayersOfAPipelineApart() {
        try (Model model = Model.of(
                Network.sequential("twice", true, List.of(InputLayer.of(2), pipeline("same", "same_2", "same"))), 0)) {
            assertThat(model.weights())
                    .extracting(Weight::path)
                    .filteredOn(path -> path.endsWith("kernel"))
                    .containsExactly("pipeline/same/kernel", "pipeline/same_2/kernel", "pipeline/same_3/kernel");
        }
    }

    private static Pipeline pipeline(String... names) {
        return Pipeline.of(Stream.of(names)
                .map(name -> Dense.builder(2).name(name).build())
                .toArray(Layer[]::new));
    }

    private static Model load(Path weights) {
        return Model.load(Fixtures.sharded("dense.json"), weights, LayerRegistry.builtIn(), ReadLimits.defaults());
    }

    private static void requirePredicts(Model model, String arrays) {
        Map<String, Tensor> read = Npz.read(Fixtures.sharded(arrays));
        Tensor x = Objects.requireNonNull(read.get("x"));
        InferenceFixturesTest.requireClose(model.predict(x), Objects.requireNonNull(read.get("y")), 1e-5);
    }
}
