package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.callbacks.ModelCheckpoint;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.keras.saving.StoredVariable.Owner;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Keras 3 has no word for is written as the file said it. Real Keras 2.3.1 was given the files of {@code fixtures/relics}
 * trained and written so: it loads them, has the same configuration, predicts the same and trains on.
 */
class OldFormTest {
    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder = Path.of("");

    private Path file(String name) {
        return folder.resolve(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "old/keras_1_extinct.h5",
                "old/keras_1_lstm.h5",
                "old/keras_2_locally_connected.h5",
                "relics/frozen.h5",
                "relics/maxout_highway.h5"
            })
    void whatWasNotTrainedIsWrittenAsItWas(String name) throws JsonProcessingException {
        Path copy = file("copy.h5");
        try (Model model = Model.load(FIXTURES.resolve(name))) {
            model.requireSavable(copy);
            model.saveInOwnForm(copy);
        }
        try (Hdf5Reader original = Hdf5Reader.open(FIXTURES.resolve(name), ReadLimits.defaults());
                Hdf5Reader written = Hdf5Reader.open(copy, ReadLimits.defaults())) {
            for (String attribute : List.of("model_config", "training_config")) {
                assertThat(parsed(written, attribute)).isEqualTo(parsed(original, attribute));
            }
            for (String attribute : List.of("keras_version", "backend")) {
                assertThat(written.text("", attribute)).isEqualTo(original.text("", attribute));
            }
            List<String> layers = original.longList("model_weights", "layer_names");
            assertThat(written.longList("model_weights", "layer_names")).isEqualTo(layers);
            for (String layer : layers) {
                String group = "model_weights/" + layer;
                assertThat(written.longList(group, "weight_names")).isEqualTo(original.longList(group, "weight_names"));
            }
            Map<String, Tensor> numbers = original.readAll("model_weights");
            Map<String, Tensor> found = written.readAll("model_weights");
            assertThat(found.keySet()).isEqualTo(numbers.keySet());
            numbers.forEach((place, tensor) -> {
                assertThat(get(found, place).shape()).isEqualTo(tensor.shape());
                assertThat(get(found, place).bytes()).as(place).isEqualTo(tensor.bytes());
            });
        }
    }

    private static JsonNode parsed(Hdf5Reader reader, String attribute) throws JsonProcessingException {
        return JSON.readTree(reader.text("", attribute).orElse("null"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"local_1d", "local_2d_last", "local_2d_first", "maxout_highway", "frozen"})
    void whatWasTrainedPredictsTheSameAndTrainsOn(String name) {
        Map<String, Tensor> known = Npz.read(FIXTURES.resolve("relics/" + name + ".npz"));
        Tensor x = get(known, "x");
        try (Model model = Model.load(FIXTURES.resolve("relics/" + name + ".h5"))) {
            model.fit(x, get(known, "y"), FitOptions.epochs(2));
            model.saveInOwnForm(file("trained.h5"));
            try (Model again = Model.load(file("trained.h5"))) {
                assertThat(again.predict(x).bytes()).isEqualTo(model.predict(x).bytes());
                assertThat(again.toJson()).isEqualTo(model.toJson());
                assertThat(again.fit(x, get(known, "y"), FitOptions.epochs(1)).get("loss"))
                        .hasSize(1);
            }
        }
    }

    /** The sum of two biases is stored as the first. */
    @Test
    void layersOfCudnnAreWrittenAsSuch() {
        try (Model model = Model.load(FIXTURES.resolve("old/keras_2_recurrent.h5"))) {
            model.saveInOwnForm(file("copy.h5"));
            try (Model again = Model.load(file("copy.h5"));
                    Hdf5Reader original =
                            Hdf5Reader.open(FIXTURES.resolve("old/keras_2_recurrent.h5"), ReadLimits.defaults());
                    Hdf5Reader written = Hdf5Reader.open(file("copy.h5"), ReadLimits.defaults())) {
                original.readAll("model_weights")
                        .forEach((place, tensor) -> assertThat(get(written.readAll("model_weights"), place)
                                        .shape())
                                .isEqualTo(tensor.shape()));
                model.weights()
                        .forEach(
                                weight -> assertThat(again.weight(weight.path()).bytes())
                                        .as(weight.path())
                                        .isEqualTo(model.weight(weight.path()).bytes()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void kernelsThatTheanoConvolvedWithAreTurnedBack(boolean isFlipped) {
        Shape shape = Shape.of(2, 3, 1, 2);
        StoredVariable kernel = new StoredVariable(
                "conv/kernel", "", List.of(), "conv", 0, DataType.FLOAT, shape, new Owner("conv", "Conv2D", false));
        float[] numbers = new float[12];
        IntStream.range(0, numbers.length).forEach(i -> numbers[i] = i);
        OldPlaces places = new OldPlaces(
                "conv", List.of("conv/kernel:0"), List.of(shape), new OldWeights(Dialect.KERAS_2, isFlipped));
        Tensor stored = places.stored(List.of(kernel), Map.of("conv/kernel", Tensor.of(shape, numbers)))
                .get(0);
        assertThat(stored.element(0)).isEqualTo(isFlipped ? 10 : 0);
        assertThat(stored.element(11)).isEqualTo(isFlipped ? 1 : 11);
    }

    @Test
    void whatIsFrozenNowIsFrozenInTheFile() {
        try (Model model = Model.load(FIXTURES.resolve("relics/frozen.h5"))) {
            layer(model, "moving").setTrainable(false);
            layer(model, "still").setTrainable(true);
            model.saveInOwnForm(file("copy.h5"));
        }
        try (Model again = Model.load(file("copy.h5"))) {
            assertThat(layer(again, "moving").isTrainable()).isFalse();
            assertThat(layer(again, "still").isTrainable()).isTrue();
        }
    }

    /** RMSprop has another formula in Keras 3, and cosine similarity another sign. */
    @ParameterizedTest
    @CsvSource({
        "adam, mse, true",
        "sgd, binary_crossentropy, true",
        "rmsprop, mse, false",
        "sgd, cosine_similarity, false"
    })
    void howItIsCompiledNowIsSaidInWordsThatMeanTheSame(String optimizer, String loss, boolean isSaid) {
        try (Model model = Model.load(FIXTURES.resolve("relics/frozen.h5"))) {
            model.compile(optimizer, loss, "mae");
            model.saveInOwnForm(file("copy.h5"));
        }
        try (Model again = Model.load(file("copy.h5"))) {
            assertThat(again.untrainable()).isEmpty();
            assertThat(again.optimizerState().isPresent()).isEqualTo(isSaid);
        }
    }

    @Test
    void anArchitectureOfKeras2IsWrittenAsKeras2WouldWriteIt() throws JsonProcessingException {
        Tensor x = Tensor.of(Shape.of(1, 4, 1), new float[] {1, -2, 3, 4});
        try (Model model = Model.fromJson(local("2.3.1", "batch_input_shape"), LayerRegistry.builtIn(), 1)) {
            model.saveInOwnForm(file("copy.h5"));
            try (Model again = Model.load(file("copy.h5"));
                    Hdf5Reader written = Hdf5Reader.open(file("copy.h5"), ReadLimits.defaults())) {
                assertThat(again.predict(x).bytes()).isEqualTo(model.predict(x).bytes());
                assertThat(written.longList("model_weights/local", "weight_names"))
                        .containsExactly("local/kernel:0", "local/bias:0");
                assertThat(parsed(written, "model_config").has("keras_version")).isFalse();
            }
        }
    }

    /** Layers in another one that Keras would list otherwise stay where the file has them. */
    @Test
    void weightsStayInTheirPlacesWhereLayersWerePutInOrder() throws JsonProcessingException {
        ObjectNode architecture = (ObjectNode) JSON.readTree("""
                {"class_name": "Sequential", "keras_version": "2.3.1", "backend": "tensorflow", "config": {"name": "s",
                 "layers": [{"class_name": "Model", "config": {"name": "inner",
                  "input_layers": [["x", 0, 0]], "output_layers": [["add", 0, 0]], "layers": [
                   {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                    "config": {"name": "x", "batch_input_shape": [null, 2], "dtype": "float32"}},
                   {"class_name": "Dense", "name": "near", "inbound_nodes": [[["x", 0, 0, {}]]],
                    "config": {"name": "near", "units": 2}},
                   {"class_name": "Dense", "name": "far", "inbound_nodes": [[["x", 0, 0, {}]]],
                    "config": {"name": "far", "units": 2}},
                   {"class_name": "Dense", "name": "middle", "inbound_nodes": [[["far", 0, 0, {}]]],
                    "config": {"name": "middle", "units": 2}},
                   {"class_name": "Add", "name": "add",
                    "inbound_nodes": [[["near", 0, 0, {}], ["middle", 0, 0, {}]]], "config": {"name": "add"}}]}}]}}""");
        Tensor x = Tensor.of(Shape.of(1, 2), new float[] {1, -2});
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 1)) {
            assertThat(model.weights().get(0).path()).isEqualTo("inner/far/kernel");
            model.saveInOwnForm(file("copy.h5"));
            try (Model again = Model.load(file("copy.h5"));
                    Hdf5Reader written = Hdf5Reader.open(file("copy.h5"), ReadLimits.defaults())) {
                assertThat(written.longList("model_weights/inner", "weight_names"))
                        .startsWith("inner/near/kernel:0", "inner/near/bias:0", "inner/far/kernel:0");
                assertThat(again.predict(x).bytes()).isEqualTo(model.predict(x).bytes());
            }
            layer((Network) layer(model, "inner"), "far").setTrainable(false);
            assertThatThrownBy(() -> model.saveInOwnForm(file("frozen.h5")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("weight 'inner/far/kernel': frozen otherwise than in the old file");
        }
    }

    @Test
    void aModelThatNoOldFileSaidIsRefusedBeforeItIsTrained() throws JsonProcessingException {
        ObjectNode architecture = local("3.9.2", "batch_shape");
        ((ObjectNode) architecture.at("/config/layers/1"))
                .put("class_name", "SReLU")
                .set("config", JSON.createObjectNode().put("name", "srelu"));
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 1)) {
            assertThatThrownBy(() -> model.requireSavable(file("new.h5")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("layer 'srelu' (SReLU): in a file of Keras 3 (expected: a layer that Keras 3"
                            + " has too); write it as .onnx");
        }
    }

    @Test
    void aCheckpointOfSuchAModelIsRefusedBeforeTheFirstEpoch() throws JsonProcessingException {
        Tensor x = Tensor.of(Shape.of(1, 4, 1), new float[] {1, -2, 3, 4});
        ObjectNode architecture = local("3.9.2", "batch_shape");
        ((ObjectNode) architecture.at("/config/layers/1"))
                .put("class_name", "SReLU")
                .set("config", JSON.createObjectNode().put("name", "srelu"));
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 1)) {
            model.compile("sgd", "mse");
            ModelCheckpoint checkpoint =
                    ModelCheckpoint.of(JSON.createObjectNode().put("filepath", "m.keras"), folder);
            FitOptions options = FitOptions.epochs(1).withCallbacks(checkpoint);
            assertThatThrownBy(() -> model.fit(x, x, options))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("layer 'srelu' (SReLU)");
            assertThat(model.optimizerState().orElseThrow().iteration().longs().get(0))
                    .isZero();
        }
    }

    @Test
    void whatItDoesNotSayOfTheTrainingIsTold() {
        try (Model model = Model.load(FIXTURES.resolve("relics/frozen.h5"))) {
            model.compile("adam", "mse");
            assertThat(model.saveInOwnForm(file("copy.h5")))
                    .containsExactly(
                            "the optimizer begins anew there, with the learning rate that the model was compiled with");
        }
        try (Model model = Model.load(FIXTURES.resolve("old/keras_1_extinct.h5"))) {
            model.compile("adam", "mse");
            assertThat(model.save(file("copy.h5")))
                    .hasSize(2)
                    .contains("not compiled there, as the model's own Keras has no words that mean the same");
        }
    }

    @Test
    void whatCannotBeSavedIsRefusedBeforeItIsTrained() {
        try (Model model = Model.sequential(
                InputLayer.of(1),
                Dense.builder(1).name("a/b").build(),
                Dense.builder(1).name("a_b").build())) {
            assertThatThrownBy(() -> model.requireSavable(file("new.keras"))).isInstanceOf(ConfigException.class);
            assertThatThrownBy(() -> model.requireSavable(file("new.onnx")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("new.onnx (expected: a name ending in .keras or .h5)");
        }
    }

    @Test
    void weightsOfSeveralTypesInALayerAreRefusedBeforeTheyAreTrained() {
        OldPlaces places = new OldPlaces("d", List.of(), List.of(), new OldWeights(Dialect.KERAS_2, false));
        assertThatThrownBy(() -> places.requireTypes(List.of(dense(DataType.FLOAT), dense(DataType.DOUBLE))))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("weight 'd/DOUBLE': type DOUBLE (expected: FLOAT, as the layer's others)");
    }

    private static StoredVariable dense(DataType type) {
        return new StoredVariable(
                "d/" + type, "", List.of(), "d", 0, type, Shape.scalar(), new Owner("d", "Dense", false));
    }

    private static ObjectNode local(String version, String shape) throws JsonProcessingException {
        return (ObjectNode) JSON.readTree("""
                {"class_name": "Sequential", "keras_version": "%s", "backend": "theano", "config": {"name": "s", "layers": [
                  {"class_name": "InputLayer", "config": {"name": "x", "%s": [null, 4, 1], "dtype": "float32"}},
                  {"class_name": "LocallyConnected1D",
                   "config": {"name": "local", "filters": 2, "kernel_size": [2]}}]}}""".formatted(version, shape));
    }

    private static Layer layer(Model model, String name) {
        return layer(model.network(), name);
    }

    private static Layer layer(Network network, String name) {
        return Objects.requireNonNull(network.layers().get(name), name);
    }

    private static Tensor get(Map<String, Tensor> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }
}
