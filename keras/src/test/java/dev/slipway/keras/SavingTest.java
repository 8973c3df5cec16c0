package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Dropout;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.keras.saving.MalformedFileException;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again as it was, and broken files are refused by one exception. */
class SavingTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @MethodSource("dev.slipway.keras.Fixtures#models")
    void readsBackWhatItWrote(Path file) {
        readsBack(file, folder.resolve("copy.h5"));
        readsBack(file, folder.resolve("copy.keras"));
    }

    private static void readsBack(Path file, Path copy) {
        try (Model model = Model.load(file)) {
            model.save(copy);
            try (Model again = Model.load(copy)) {
                assertThat(again.toJson()).isEqualTo(model.toJson());
                for (Weight weight : model.weights()) {
                    if (copy.toString().endsWith(".keras") || !weight.path().contains("seed_generator")) {
                        assertThat(again.weight(weight.path()).bytes())
                                .isEqualTo(model.weight(weight.path()).bytes());
                    }
                }
                model.optimizerState().ifPresent(state -> {
                    var other = again.optimizerState().orElseThrow();
                    assertThat(other.iteration().bytes())
                            .isEqualTo(state.iteration().bytes());
                    state.slots()
                            .forEach((key, slot) -> assertThat(
                                            Objects.requireNonNull(other.slots().get(key), key.toString())
                                                    .bytes())
                                    .isEqualTo(slot.bytes()));
                });
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adam", "muon"})
    void resumesWhereTrainingStopped(String optimizer) {
        Path fixture = Fixtures.training("optimizer_adam");
        Map<String, Tensor> data = Npz.read(fixture.resolve("data.npz"));
        Tensor x = Objects.requireNonNull(data.get("x"));
        Tensor y = Objects.requireNonNull(data.get("y"));
        Path half = folder.resolve("half.h5");
        FitOptions options = FitOptions.epochs(3).withShuffle(false);
        try (Model whole = Model.load(fixture.resolve("initial.keras"));
                Model first = Model.load(fixture.resolve("initial.keras"))) {
            whole.compile(optimizer, "mse");
            first.compile(optimizer, "mse");
            whole.fit(x, y, options.withEpochs(6));
            first.fit(x, y, options);
            first.save(half);
            try (Model second = Model.load(half)) {
                second.fit(x, y, options);
                for (Weight weight : whole.weights()) {
                    assertThat(second.weight(weight.path()).bytes())
                            .isEqualTo(whole.weight(weight.path()).bytes());
                }
            }
        }
    }

    @Test
    void resumesTheRandomNumbersOfDropout() {
        Tensor x = Tensor.of(new float[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}});
        Tensor y = Tensor.of(new float[][] {{1}, {2}, {3}, {4}});
        Path half = folder.resolve("half.keras");
        FitOptions options = FitOptions.epochs(4).withShuffle(false);
        Layer[] layers = {InputLayer.of(2), Dense.of(8, "tanh"), Dropout.of(0.5), Dense.of(1)};
        try (Model whole = Model.sequential(layers);
                Model first = Model.sequential(layers)) {
            whole.compile("adam", "mse");
            first.compile("adam", "mse");
            whole.fit(x, y, options.withEpochs(8));
            first.fit(x, y, options);
            first.save(half);
            try (Model second = Model.load(half)) {
                second.fit(x, y, options);
                for (Weight weight : whole.weights()) {
                    assertThat(second.weight(weight.path()).bytes())
                            .isEqualTo(whole.weight(weight.path()).bytes());
                }
                assertThat(first.weight("dropout/seed_generator/seed_generator_state")
                                .longs()
                                .get(1))
                        .isEqualTo(4);
            }
        }
    }

    @Test
    void carriesAConfigurationOfHalfAMegabyte() {
        Layer[] layers = new Layer[700];
        Arrays.setAll(layers, i -> i == 0 ? InputLayer.of(1) : Dense.of(1));
        Path file = folder.resolve("deep.h5");
        try (Model model = Model.sequential(layers)) {
            assertThat(model.toJson().toString().length()).isGreaterThan(400_000);
            model.save(file);
            try (Model again = Model.load(file)) {
                assertThat(again.toJson()).isEqualTo(model.toJson());
            }
        }
    }

    @Test
    void countsTheUsesOfAFunctionalAtAModelsEndFromOneAsKerasDoes() {
        KerasTensor inner = InputLayer.input("inner_input", 2);
        Network network = Network.functional(
                "inner", true, List.of(), List.of(inner), List.of(Dense.of(2).apply(inner)));
        KerasTensor outer = InputLayer.input("outer_input", 2);
        Path file = folder.resolve("nested.keras");
        try (Model model = Model.functional(List.of(outer), List.of(network.apply(network.apply(outer))))) {
            assertThat(model.toJson().at("/config/output_layers")).hasToString("[\"inner\",2,0]");
            model.save(file);
            Tensor row = Tensor.of(new float[][] {{1, 2}});
            try (Model again = Model.load(file)) {
                assertThat(again.toJson()).isEqualTo(model.toJson());
                assertThat(again.predict(row).bytes())
                        .isEqualTo(model.predict(row).bytes());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.keras", "model.h5"})
    void carriesNamesInAnyScript(String name) {
        Path file = folder.resolve(name);
        KerasTensor in = InputLayer.input("größe", 1);
        try (Model model = Model.functional(
                List.of(in), List.of(Dense.builder(1).name("価格").build().apply(in)))) {
            model.save(file);
            try (Model again = Model.load(file)) {
                assertThat(again.toJson()).isEqualTo(model.toJson());
                assertThat(again.weight("価格/kernel").bytes())
                        .isEqualTo(model.weight("価格/kernel").bytes());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.keras.Fixtures#models")
    void loadsOnlyTheWeightsOfAnyFile(Path file) throws IOException {
        Path weights = folder.resolve("model.weights.h5");
        try (ZipFile zip = new ZipFile(file.toFile());
                InputStream in = zip.getInputStream(zip.getEntry("model.weights.h5"))) {
            Files.copy(in, weights);
        }
        try (Model model = Model.load(file)) {
            for (Path source : List.of(weights, file)) {
                try (Model other = Model.fromJson(model.toJson(), LayerRegistry.builtIn(), 7)) {
                    other.loadWeights(source);
                    for (Weight weight : model.weights()) {
                        if (!weight.path().contains("seed_generator")) {
                            assertThat(other.weight(weight.path()).bytes())
                                    .isEqualTo(model.weight(weight.path()).bytes());
                        }
                    }
                }
            }
        }
    }

    @Test
    void leavesNothingBehindWhenItCannotWrite() {
        Path missing = folder.resolve("missing").resolve("model.h5");
        try (Model model = Model.sequential(InputLayer.of(1), Dense.of(1))) {
            assertThatThrownBy(() -> model.save(missing)).hasMessageContaining("cannot be written");
            assertThatThrownBy(() -> model.save(folder.resolve("model.txt")))
                    .hasMessageEndingWith("(expected: a name ending in .keras or .h5)");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesTruncatedFiles() throws IOException {
        Path broken = folder.resolve("broken");
        for (String name : new String[] {"final.h5", "final.keras"}) {
            byte[] bytes =
                    Files.readAllBytes(Fixtures.training("optimizer_adam").resolve(name));
            SplittableRandom random = new SplittableRandom(7);
            for (int i = 0; i < 200; i++) {
                int length = random.nextInt(bytes.length / 2);
                Files.write(broken, Arrays.copyOf(bytes, length));
                assertThatThrownBy(() -> Model.load(broken).close())
                        .as("%s cut to %d bytes", name, length)
                        .isInstanceOf(MalformedFileException.class)
                        .hasMessageStartingWith(broken.toString());
            }
        }
    }
}
