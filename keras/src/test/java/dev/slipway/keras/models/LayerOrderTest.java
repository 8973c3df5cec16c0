package dev.slipway.keras.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.layers.Add;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keras gives weights to layers by their places in an order that it finds itself, so ours must be the same. */
class LayerOrderTest {
    @TempDir
    Path folder = Path.of("");

    /** Model files of real Keras 3, which lists the layers in its order. */
    static Stream<Path> models() throws IOException {
        List<Path> models = new ArrayList<>();
        for (String kind : List.of("inference", "training")) {
            try (Stream<Path> files = Files.walk(Path.of("src/test/resources/fixtures", kind))) {
                files.filter(file -> file.toString().endsWith(".keras")).forEach(models::add);
            }
        }
        return models.stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void isThatOfFilesOfKeras(Path file) {
        try (Model model = Model.load(file)) {
            requireOrder(model.network());
        }
    }

    private static void requireOrder(Network network) {
        List<Layer> listed = List.copyOf(network.layers().values());
        if (network.kind() == Network.Kind.FUNCTIONAL) {
            assertThat(LayerOrder.of(network.inputs(), network.outputs())).isEqualTo(listed);
        }
        listed.forEach(layer -> {
            if (layer instanceof Network inner) {
                requireOrder(inner);
            }
        });
    }

    @Test
    void putsFirstWhatIsFarthestFromTheOutputsAndKeepsNames() {
        KerasTensor in = InputLayer.input("in", 2);
        KerasTensor aside = InputLayer.input("aside", 2);
        Layer near = Dense.of(2);
        Layer far = Dense.of(2);
        Layer middle = Dense.of(2);
        KerasTensor end = Add.of().apply(near.apply(in), middle.apply(far.apply(in)));
        Network network = Network.functional("model", true, List.of(), List.of(in, aside), List.of(end));
        assertThat(network.layers().values().stream().filter(Dense.class::isInstance))
                .containsExactly(far, near, middle);
        assertThat(network.layers().keySet()).containsExactly("in", "dense_1", "dense", "dense_2", "aside", "add");
    }

    /** A model whose branches are not equally long, and whose layers are given in another order than Keras's. */
    private static Network inAnotherOrder() {
        KerasTensor in = InputLayer.input("in", 2);
        Layer near = Dense.of(2);
        Layer far = Dense.of(2);
        Layer add = Add.of();
        KerasTensor end = add.apply(near.apply(in), Dense.of(2).apply(far.apply(in)));
        Layer middle = end.source().inputs().get(1).source().layer();
        List<Layer> other = List.of(in.source().layer(), near, far, middle, add);
        return Network.functional("m", true, other, List.of(in), List.of(end));
    }

    @Test
    void isMadeOfAnyOtherWithoutLosingWhatTheOptimizerRemembers() {
        Tensor x = Tensor.of(new float[][] {{1, 2}, {-1, 0.5f}});
        Path file = folder.resolve("model.keras");
        try (Model model = Model.of(inAnotherOrder(), 3)) {
            model.compile("adam", "mse");
            model.fit(x, x, FitOptions.epochs(2));
            model.save(file);
            try (Model again = Model.load(file)) {
                assertThat(again.network().layers().keySet())
                        .containsExactly("in", "dense_1", "dense", "dense_2", "add");
                model.fit(x, x, FitOptions.epochs(2));
                again.fit(x, x, FitOptions.epochs(2));
                requireSameWeights(again, model);
            }
        }
    }

    private static void requireSameWeights(Model found, Model expected) {
        for (Weight weight : expected.weights()) {
            assertThat(found.weight(weight.path()).toFloatArray())
                    .as(weight.path())
                    .containsExactly(expected.weight(weight.path()).toFloatArray(), within(1e-6f));
        }
    }

    /** Two layers in the place of one put those before them farther from the outputs. */
    @Test
    void isFoundAnewWhereOneLayerIsWrittenAsTwo() throws JsonProcessingException {
        ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree("""
                {"class_name": "Model", "keras_version": "2.3.1", "backend": "tensorflow", "config": {"name": "m",
                 "input_layers": [["x", 0, 0]], "output_layers": [["add", 0, 0]], "layers": [
                  {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                   "config": {"name": "x", "batch_input_shape": [null, 2], "dtype": "float32"}},
                  {"class_name": "Dense", "name": "b", "inbound_nodes": [[["x", 0, 0, {}]]],
                   "config": {"name": "b", "units": 2}},
                  {"class_name": "Dense", "name": "a", "inbound_nodes": [[["x", 0, 0, {}]]],
                   "config": {"name": "a", "units": 2}},
                  {"class_name": "Dense", "name": "c", "inbound_nodes": [[["b", 0, 0, {}]]],
                   "config": {"name": "c", "units": 2}},
                  {"class_name": "Activation", "name": "h", "inbound_nodes": [[["a", 0, 0, {}]]],
                   "config": {"name": "h", "activation": "hard_sigmoid"}},
                  {"class_name": "Add", "name": "add", "inbound_nodes": [[["c", 0, 0, {}], ["h", 0, 0, {}]]],
                   "config": {"name": "add"}}]}}""");
        Tensor x = Tensor.of(new float[][] {{1, 2}, {-1, 0.5f}});
        Path file = folder.resolve("model.keras");
        LayerRegistry registry = LayerRegistry.builtIn();
        try (Model model = Model.fromJson(architecture, registry, 3)) {
            model.compile("adam", "mse");
            model.fit(x, x, FitOptions.epochs(2));
            Network written =
                    Keras3Form.of(model.network(), model::weight, registry).network();
            assertThat(model.network().layers().keySet()).containsExactly("x", "b", "a", "c", "h", "add");
            assertThat(written.layers().keySet()).containsExactly("x", "a", "b", "h_scaling", "c", "h", "add");
            model.save(file);
            try (Model again = Model.load(file)) {
                model.fit(x, x, FitOptions.epochs(2));
                again.fit(x, x, FitOptions.epochs(2));
                requireSameWeights(again, model);
            }
        }
    }

    @Test
    void isThatOfModelsMadeOfAnArchitectureOfAnyOther() {
        ObjectNode architecture = ArchitectureWriter.toJson(inAnotherOrder());
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 3)) {
            assertThat(model.network().layers().keySet()).containsExactly("in", "dense_1", "dense", "dense_2", "add");
            assertThat(model.weights().get(0).path()).isEqualTo("dense_1/kernel");
        }
    }

    @Test
    void isThatOfFilesOfKeras1AsWell() {
        try (Model model = Model.load(Path.of("src/test/resources/fixtures/old/keras_1_merge.h5"))) {
            requireOrder(model.network());
        }
    }
}
