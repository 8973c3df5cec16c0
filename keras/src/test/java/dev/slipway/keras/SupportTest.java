package dev.slipway.keras;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.DataType;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.callbacks.Callbacks;
import dev.slipway.keras.constraints.Constraints;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.layers.Identity;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.LayerRegistry.Status;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.metrics.Metrics;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.ops.OperationRegistry;
import dev.slipway.keras.optimizers.Optimizers;
import dev.slipway.keras.optimizers.schedules.LearningRateSchedules;
import dev.slipway.keras.regularizers.Regularizers;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the registry says of its layers is written down, and true. */
class SupportTest {
    private static final Path DOCUMENT = Path.of("../docs/support.md");
    private static final String COMMAND = "mvn -pl keras -am test -Dtest=SupportTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dslipway.write-support=true";

    private static final String OPERATIONS = """

            ## Operations
            What `keras.ops`, operators and slices record in a functional model, by the names of their classes; a file holds
            an operation as it holds a layer. `eye`, `ones`, `zeros` and their like record nothing: what they give is a
            constant of the file. Matrices that are inverted or taken apart have a known size of at most 128; `Eigh`, `Lstsq`,
            `MatrixRank`, `Pinv` and `SVD` are for inference only. Eigenvectors and singular vectors are unique but for their
            signs, in which the libraries below Keras differ, too.

            """;

    private static final LayerRegistry REGISTRY = LayerRegistry.builtIn();

    /** Models, and a cell that files name only as a part of its layer. */
    private static final List<String> UNREGISTERED = List.of("ConvLSTMCell", "Functional", "Sequential");

    @Test
    void documentSaysWhatTheRegistrySays() throws IOException {
        String expected = """
                # What of Keras is supported

                Written by `SupportTest` from the registries; to write it again:

                    %s

                Any other name is refused with the nearest of these. An initializer, regularizer or constraint that a
                file's authors wrote themselves says nothing of what a model predicts: it is kept, and refused where weights
                begin anew or training begins.

                %s## Layers
                Besides these, `Sequential` and `Functional` models are layers of others, to any depth. What a layer cannot
                do is refused by name when a model is read, and training when it begins. A model with layers that Keras 3
                does not have is written as .h5 in the form of the file that it came from.

                """.formatted(COMMAND, lists())
                + REGISTRY.supportTable()
                + OPERATIONS
                + OperationRegistry.builtIn().supportTable();
        if (Boolean.getBoolean("slipway.write-support")) {
            Files.writeString(DOCUMENT, expected);
        }
        assertThat(Files.readString(DOCUMENT))
                .as("docs/support.md, which '%s' writes", COMMAND)
                .isEqualTo(expected);
    }

    private static String lists() {
        return list("Losses", Losses.classNames())
                + list("Metrics", Metrics.classNames())
                + list("Optimizers", Optimizers.names())
                + list("Learning-rate schedules", LearningRateSchedules.names())
                + list("Callbacks of a training spec", Callbacks.names())
                + list("Activations", Activations.names())
                + list("Initializers", Initializers.names())
                + list("Regularizers", Regularizers.names())
                + list("Constraints", Constraints.names());
    }

    private static String list(String title, List<String> names) {
        return "## " + title + "\n" + names.stream().sorted().collect(joining("`, `", "`", "`.")) + "\n\n";
    }

    static Stream<Path> folders() {
        return Fixtures.all("inference").stream();
    }

    /** Only models with something to train and one output tell. */
    @ParameterizedTest
    @MethodSource("folders")
    void modelsTrainAsAllTheirLayersDo(Path folder) {
        Map<String, Tensor> inputs = Npz.read(folder.resolve("inputs.npz"));
        Map<String, Tensor> expected = Npz.read(folder.resolve("expected.npz"));
        assumeThat(inputs).hasSize(1);
        assumeThat(expected).hasSize(1);
        Tensor x = inputs.values().iterator().next();
        Tensor y = expected.values().iterator().next();
        assumeThat(y.type()).isEqualTo(DataType.FLOAT);
        try (Model model = Model.load(folder.resolve("model.keras"))) {
            assumeThat(model.weights()).anyMatch(Weight::trainable);
            model.compile("sgd", "mse");
            assertThat(classes(folder)).allMatch(name -> REGISTRY.statusOf(name) == Status.FULL);
            assertThat(model.fit(x, y, FitOptions.epochs(1)).get("loss")).hasSize(1);
        }
    }

    private static Stream<String> classes(Path folder) {
        List<JsonNode> layers = new ArrayList<>();
        Fixtures.json(folder).path("layers").forEach(layers::add);
        return layers.stream().map(JsonNode::asText).filter(name -> !UNREGISTERED.contains(name));
    }

    @Test
    void aRefusedClassSaysWhy() {
        assertThat(REGISTRY.statusOf("Lambda")).isEqualTo(Status.REFUSED);
        assertThat(REGISTRY.supportTable()).contains("| `Lambda` | no | no | runs Python code");
    }

    @Test
    void aRefusedClassMayBeRegistered() {
        LayerRegistry mine = REGISTRY.with("Lambda", (name, config) -> Identity.of());
        assertThat(mine.statusOf("Lambda")).isEqualTo(Status.FULL);
    }
}
