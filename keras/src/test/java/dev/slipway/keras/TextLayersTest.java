package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Discretization;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.GlobalAveragePooling1D;
import dev.slipway.keras.layers.HashedCrossing;
import dev.slipway.keras.layers.Hashing;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.IntegerLookup;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Normalization;
import dev.slipway.keras.layers.StringLookup;
import dev.slipway.keras.layers.TextVectorization;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.runtime.RefusedInputException;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that take text; most expected values are the examples in the documentation of Keras's classes. */
class TextLayersTest {
    private static final List<String> ABCD = List.of("a", "b", "c", "d");
    private static final Tensor ROWS = texts(2, "a", "c", "d", "d", "d", "z", "b", "z");

    private static Tensor texts(int rows, String... texts) {
        return Tensor.of(Shape.of(rows, texts.length / rows), texts);
    }

    /** The result of a layer, from memory and from both kinds of file. */
    private static String result(Layer layer, Tensor x) {
        InputLayer input =
                new InputLayer("x", x.type(), InputLayer.of(x.shape().size(1)).shape());
        try (Model model = Model.sequential(input, layer)) {
            String result = model.predict(x).toString();
            for (String ending : List.of(".keras", ".h5")) {
                assertThat(again(model, x, ending)).as(ending).isEqualTo(result);
            }
            return result;
        }
    }

    private static String again(Model model, Tensor x, String ending) {
        try {
            Path file = Files.createTempFile("text", ending);
            try {
                model.save(file);
                try (Model read = Model.load(file)) {
                    return read.predict(x).toString();
                }
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Model model(String inputs, String className, String config) {
        String json = """
                {'class_name': 'Sequential', 'config': {'name': 'm', 'layers': [
                  {'class_name': 'InputLayer', 'config': {'name': 'x', 'batch_shape': %s, 'dtype': 'string'}},
                  {'class_name': '%s', 'config': {'name': 'y', %s}}]}}""".formatted(inputs, className, config);
        try {
            ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
            return Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void textsHaveTheirPlacesInTheVocabulary() {
        Tensor x = texts(2, "a", "c", "d", "d", "z", "b");
        assertThat(result(StringLookup.builder().vocabulary(ABCD), x))
                .isEqualTo("INT64 [2, 3] [1.0, 3.0, 4.0, 4.0, 0.0, 2.0]");
        assertThat(result(
                        StringLookup.builder().numOovIndices(2).vocabulary(ABCD),
                        texts(2, "a", "c", "d", "m", "z", "b")))
                .isEqualTo("INT64 [2, 3] [2.0, 4.0, 5.0, 0.0, 1.0, 3.0]");
        assertThat(result(
                        StringLookup.builder().maskToken("").vocabulary(List.of("", "[UNK]", "a")),
                        texts(1, "", "a", "q")))
                .isEqualTo("INT64 [1, 3] [0.0, 2.0, 1.0]");
    }

    /** The keys of later versions of Keras 3 and of Keras 2. */
    @Test
    void keysOfOtherVersionsAreRead() {
        String config = "'vocabulary': ['a'], 'oov_method': 'floormod', 'vocabulary_dtype': 'string',"
                + " 'has_input_vocabulary': true, 'vocabulary_size': 2, 'encoding': 'utf-8', 'dtype': 'string'";
        try (Model model = model("[null, 1]", "StringLookup", config)) {
            assertThat(model.predict(texts(2, "a", "b"))).hasToString("INT64 [2, 1] [1.0, 0.0]");
        }
    }

    @Test
    void placesAreEncoded() {
        assertThat(result(StringLookup.builder().outputMode("multi_hot").vocabulary(ABCD), ROWS.rows(1, 2)))
                .isEqualTo("FLOAT [1, 5] [1.0, 0.0, 1.0, 0.0, 1.0]");
        assertThat(result(StringLookup.builder().outputMode("count").vocabulary(ABCD), ROWS.rows(1, 2)))
                .isEqualTo("FLOAT [1, 5] [2.0, 0.0, 1.0, 0.0, 1.0]");
        assertThat(result(StringLookup.builder().outputMode("one_hot").vocabulary(List.of("a")), texts(2, "a", "z")))
                .isEqualTo("FLOAT [2, 2] [0.0, 1.0, 1.0, 0.0]");
        assertThat(result(
                        StringLookup.builder()
                                .maskToken("b")
                                .outputMode("count")
                                .vocabulary(List.of("a")),
                        texts(1, "a", "b", "b", "c")))
                .isEqualTo("FLOAT [1, 2] [1.0, 1.0]");
    }

    @Test
    void countsAreWeighed() {
        double[] weights = {0.25, 0.75, 0.5, 0.5};
        assertThat(result(StringLookup.builder().outputMode("tf_idf").vocabulary(ABCD, weights), ROWS.rows(1, 2)))
                .isEqualTo("FLOAT [1, 5] [1.0, 0.0, 0.75, 0.0, 0.5]");
        assertThat(result(
                        StringLookup.builder()
                                .outputMode("tf_idf")
                                .maxTokens(6)
                                .padToMaxTokens()
                                .vocabulary(List.of("[UNK]", "a", "b", "c", "d"), 0.875, 0.25, 0.75, 0.5, 0.5),
                        ROWS.rows(1, 2)))
                .isEqualTo("FLOAT [1, 6] [1.75, 0.0, 0.75, 0.0, 0.5, 0.0]");
        assertThat(result(
                        IntegerLookup.builder().outputMode("tf_idf").vocabulary(List.of(12L, 36L, 1138L, 42L), weights),
                        Tensor.of(Shape.of(1, 4), 42L, 7L, 36L, 7L)))
                .isEqualTo("FLOAT [1, 5] [1.0, 0.0, 0.75, 0.0, 0.5]");
    }

    @Test
    void placesBecomeTextsAgain() {
        Tensor places = Tensor.of(Shape.of(1, 5), 1L, 3L, 4L, 0L, 9L);
        assertThat(result(StringLookup.builder().invert().vocabulary(ABCD), places))
                .isEqualTo("STRING [1, 5] [a, c, d, [UNK], [UNK]]");
        assertThat(result(StringLookup.builder().invert().maskToken("-").vocabulary(ABCD), places))
                .isEqualTo("STRING [1, 5] [[UNK], b, c, -, [UNK]]");
    }

    @Test
    void anUnknownTokenWithoutAPlaceIsRefused() {
        Layer layer = StringLookup.builder().numOovIndices(0).vocabulary(ABCD);
        try (Model model = Model.sequential(InputLayer.ofText(1), layer)) {
            assertThat(model.predict(texts(1, "b"))).hasToString("INT64 [1, 1] [1.0]");
            assertThatThrownBy(() -> model.predict(texts(1, "q")))
                    .isInstanceOf(RefusedInputException.class)
                    .hasMessageEndingWith("'q' (expected: a token of the vocabulary, as num_oov_indices is 0)");
        }
    }

    @Test
    void textsBecomeNumbersOfWords() {
        List<String> vocabulary = List.of("earth", "wind", "and", "fire");
        Tensor x = texts(2, "Earth, WIND and... water", "fire!");
        assertThat(result(TextVectorization.builder().outputSequenceLength(4).vocabulary(vocabulary), x))
                .isEqualTo("INT64 [2, 4] [2.0, 3.0, 4.0, 1.0, 5.0, 0.0, 0.0, 0.0]");
        assertThat(result(TextVectorization.builder().outputSequenceLength(2).vocabulary(vocabulary), x))
                .isEqualTo("INT64 [2, 2] [2.0, 3.0, 5.0, 0.0]");
        assertThat(result(TextVectorization.builder().vocabulary(vocabulary), texts(2, "fire wind", "")))
                .isEqualTo("INT64 [2, 2] [5.0, 3.0, 0.0, 0.0]");
        assertThat(result(
                        TextVectorization.builder()
                                .standardize("none")
                                .split("none")
                                .vocabulary(vocabulary),
                        texts(1, "wind", "", "Fire")))
                .isEqualTo("INT64 [1, 3] [3.0, 0.0, 1.0]");
    }

    @Test
    void textsBecomeVectors() {
        List<String> vocabulary = List.of("a", "b", "a b");
        Tensor x = texts(1, "A b a c");
        assertThat(result(
                        TextVectorization.builder()
                                .ngrams(1, 2)
                                .outputMode("count")
                                .vocabulary(vocabulary),
                        x))
                .isEqualTo("FLOAT [1, 4] [3.0, 2.0, 1.0, 1.0]");
        assertThat(result(
                        TextVectorization.builder()
                                .outputMode("multi_hot")
                                .maxTokens(5)
                                .padToMaxTokens()
                                .vocabulary(vocabulary),
                        x))
                .isEqualTo("FLOAT [1, 5] [1.0, 1.0, 1.0, 0.0, 0.0]");
        assertThat(result(TextVectorization.builder().outputMode("tf_idf").vocabulary(vocabulary, 0.5, 1, 1.5), x))
                .isEqualTo("FLOAT [1, 4] [1.0, 1.0, 1.0, 0.0]");
        assertThat(result(
                        TextVectorization.builder()
                                .split("character")
                                .outputMode("count")
                                .vocabulary(List.of("a", " ")),
                        x))
                .isEqualTo("FLOAT [1, 3] [2.0, 2.0, 3.0]");
    }

    @Test
    void textsAreTakenWithAndWithoutAColumn() {
        Layer layer = TextVectorization.builder().outputMode("count").vocabulary(List.of("b"));
        try (Model model = Model.sequential(InputLayer.ofText(), layer)) {
            assertThat(model.predict("b b", "c")).isDeepEqualTo(new float[][] {{0, 2}, {1, 0}});
        }
        assertThatThrownBy(() -> Model.sequential(InputLayer.ofText(2), layer))
                .hasMessageEndingWith("input of STRING [batch, 2] (expected: STRING [batch] or [batch, 1])");
    }

    @Test
    void textsAndIntegersAreHashed() {
        Tensor x = texts(1, "A", "B", "C", "D", "E");
        assertThat(result(Hashing.of(3), x)).isEqualTo("INT64 [1, 5] [1.0, 0.0, 1.0, 1.0, 2.0]");
        // An integer is hashed as its digits.
        assertThat(result(Hashing.of(1000), Tensor.of(Shape.of(1, 2), 12, -7)))
                .isEqualTo(result(Hashing.of(1000), texts(1, "12", "-7")));
        try (Model masked = model("[null, 1]", "Hashing", "'num_bins': 3, 'mask_value': ''");
                Model salted = model("[null, 1]", "Hashing", "'num_bins': 3, 'salt': 133, 'output_mode': 'one_hot'")) {
            assertThat(masked.predict(texts(5, "A", "B", "", "C", "D")))
                    .hasToString("INT64 [5, 1] [1.0, 1.0, 0.0, 2.0, 2.0]");
            assertThat(salted.predict(texts(2, "A", "C"))).hasToString("FLOAT [2, 3] [1.0, 0.0, 0.0, 0.0, 0.0, 1.0]");
        }
    }

    /** The example of the documentation, the integers computed by the model itself: the graph is run in two parts. */
    @Test
    void featuresAreCrossed() {
        KerasTensor text =
                new InputLayer("text", DataType.STRING, InputLayer.of(1).shape()).apply();
        KerasTensor number = InputLayer.input("number", 1);
        KerasTensor bin = IntegerLookup.builder()
                .numOovIndices(101)
                .vocabulary(List.of(5L, 6L))
                .apply(number);
        try (Model model = Model.functional(
                List.of(text, number), List.of(HashedCrossing.of(5).apply(text, bin)))) {
            Map<String, Tensor> x = Map.of(
                    "text", texts(5, "A", "B", "A", "B", "A"),
                    "number", Tensor.of(Shape.of(5, 1), 5f, 5f, 5f, 6f, 6f));
            assertThat(model.predict(x).values()).hasToString("[INT64 [5, 1] [1.0, 4.0, 1.0, 1.0, 3.0]]");
        }
    }

    @Test
    void vocabulariesAreLearned() {
        Tensor data = texts(2, "a", "c", "d", "d", "z", "b");
        assertThat(result(StringLookup.builder().adapt(data), data))
                .isEqualTo("INT64 [2, 3] [5.0, 3.0, 1.0, 1.0, 2.0, 4.0]");
        TextVectorization words = TextVectorization.builder()
                .maxTokens(5000)
                .outputSequenceLength(4)
                .adapt(List.of("foo bar", "bar baz", "baz bada boom"));
        assertThat(result(words, texts(2, "foo qux bar", "qux baz")))
                .isEqualTo("INT64 [2, 4] [4.0, 1.0, 3.0, 0.0, 1.0, 2.0, 0.0, 0.0]");
        assertThat(result(StringLookup.builder().maxTokens(3).adapt(data), data))
                .as("the unknown token and two more")
                .isEqualTo("INT64 [2, 3] [0.0, 0.0, 1.0, 1.0, 2.0, 0.0]");
        Tensor numbers = Tensor.of(Shape.of(5), 7L, 42L, 7L, -1L, 42L);
        assertThat(result(IntegerLookup.builder().adapt(numbers), Tensor.of(Shape.of(1, 3), 7L, 42L, 8L)))
                .isEqualTo("INT64 [1, 3] [2.0, 1.0, 0.0]");
    }

    /** {@code log(1 + documents / (1 + documents with the token))}, worked out by hand. */
    @Test
    void weightsOfCountsAreLearned() {
        TextVectorization layer =
                TextVectorization.builder().outputMode("tf_idf").adapt(List.of("a a b", "a c", "c c c"));
        try (Model model = Model.sequential(InputLayer.ofText(1), layer)) {
            float two = (float) Math.log(1 + 3 / 3.0);
            float one = (float) Math.log(1 + 3 / 2.0);
            float unknown = (two + two + one) / 3;
            float[] row = model.predict("a b c q")[0];
            // c is there four times, a three times, b once.
            assertThat(row).containsExactly(new float[] {unknown, two, two, one}, within(1e-7f));
        }
    }

    private static org.assertj.core.data.Offset<Float> within(float offset) {
        return org.assertj.core.data.Offset.offset(offset);
    }

    @Test
    void binsAndStatisticsAreLearned() {
        float[] data = {-1.5f, 1.0f, 3.4f, .5f, 0.0f, 3.0f, 1.3f, 0.0f};
        assertThat(result(Discretization.adapt(4, data), Tensor.of(Shape.of(1, 8), data)))
                .isEqualTo("INT64 [1, 8] [0.0, 2.0, 3.0, 2.0, 1.0, 3.0, 3.0, 1.0]");
        Tensor rows = Tensor.of(new float[][] {{0, 7, 4}, {2, 9, 6}, {0, 7, 4}, {2, 9, 6}});
        assertThat(result(Normalization.adapt(rows), rows.rows(0, 1))).isEqualTo("FLOAT [1, 3] [-1.0, -1.0, -1.0]");
    }

    /** The boundaries that Keras 3.15.1 finds, 73.95991516113281, 299.289794921875 and 675.999755859375. */
    @Test
    void manyNumbersAreSummarizedBeforeBinsAreLearned() {
        float[] data = new float[350];
        for (int i = 0; i < data.length; i++) {
            data[i] = i * i / 100f;
        }
        Tensor around = Tensor.of(Shape.of(1, 6), 73.959f, 73.961f, 299.289f, 299.291f, 675.999f, 676.001f);
        assertThat(result(Discretization.adapt(4, data), around))
                .isEqualTo("INT64 [1, 6] [0.0, 1.0, 1.0, 2.0, 2.0, 3.0]");
    }

    @Test
    void aModelOfTextsTrains() {
        TextVectorization words =
                TextVectorization.builder().outputSequenceLength(6).adapt(List.of("good great fine", "bad poor awful"));
        try (Model model = Model.sequential(
                InputLayer.ofText(1), words, Embedding.of(8, 4), GlobalAveragePooling1D.of(), Dense.of(1))) {
            model.compile("adam", "mean_squared_error");
            Tensor x = texts(4, "good and great", "a bad one", "fine, fine!", "awful. poor");
            Tensor y = Tensor.of(Shape.of(4, 1), 1f, -1f, 1f, -1f);
            FitOptions options = FitOptions.epochs(1500).withBatchSize(2).withValidationSplit(0.5);
            History history = model.fit(new Dataset(List.of(x), List.of(y)), options);
            assertThat(history.get("loss").get(1499)).isLessThan(0.05);
            assertThat(model.predict("good", "bad")[0][0]).isPositive();
        }
    }

    @Test
    void aModelOfTextsWhoseLengthsDifferIsNotTrained() {
        TextVectorization words = TextVectorization.builder().vocabulary(ABCD);
        try (Model model = Model.sequential(
                InputLayer.ofText(1), words, Embedding.of(8, 4), GlobalAveragePooling1D.of(), Dense.of(1))) {
            model.compile("sgd", "mean_squared_error");
            Dataset data = new Dataset(List.of(texts(1, "a b")), List.of(Tensor.of(Shape.of(1, 1), 1f)));
            assertThatThrownBy(() -> model.fit(data, FitOptions.epochs(1)))
                    .hasMessageContaining("(expected: one length for all batches; set output_sequence_length)");
        }
    }

    /** A file as Keras writes it for adapted layers: nothing in the configuration, and everything beside it. */
    @Test
    void learnedVocabulariesAreReadFromTheirAssets(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("m.keras");
        TextVectorization layer =
                TextVectorization.builder().outputMode("tf_idf").vocabulary(List.of("[UNK]", "a", "b"), 3, 1, 2);
        try (Model model = Model.sequential(InputLayer.ofText(1), layer)) {
            model.save(file);
        }
        try (FileSystem zip = FileSystems.newFileSystem(file)) {
            Path config = zip.getPath("config.json");
            ObjectNode json = (ObjectNode) new ObjectMapper().readTree(Files.readString(config));
            ObjectNode own = (ObjectNode) json.at("/config/layers/1/config");
            own.putNull("vocabulary").putNull("idf_weights");
            Files.writeString(config, json.toString());
            Path assets = zip.getPath("assets/layers/text_vectorization");
            Files.createDirectories(assets);
            Files.writeString(assets.resolve("vocabulary.txt"), "[UNK]\na\nb");
        }
        try (Model model = Model.load(file)) {
            assertThat(model.predict("b q b")).isDeepEqualTo(new float[][] {{3, 0, 4}});
        }
    }

    @Test
    void saysWhatIsNotSupported() {
        assertThatThrownBy(() -> model("[null, 1]", "TextVectorization", "'vocabulary': null"))
                .hasMessageContaining(
                        "layer 'y' (TextVectorization): vocabulary = [] (expected: a list of texts; adapt the"
                                + " layer before the model is saved");
        assertThatThrownBy(() -> model("[null, 1]", "TextVectorization", "'vocabulary': ['a'], 'ragged': true"))
                .hasMessageContaining("layer 'y' (TextVectorization): ragged = true (expected: false");
        assertThatThrownBy(
                        () -> model("[null, 1]", "TextVectorization", "'vocabulary': ['a'], 'standardize': {'a': 1}"))
                .hasMessageContaining("standardize = {\"a\":1} (expected: null or one of");
        assertThatThrownBy(() -> model("[null, 1]", "StringLookup", "'vocabulary': ['a'], 'encoding': 'latin-1'"))
                .hasMessageContaining("encoding = latin-1 (expected: utf-8)");
        assertThatThrownBy(() -> model("[null, 1]", "StringLookup", "'vocabulary': ['a', 'a']"))
                .hasMessageContaining("vocabulary = [a, a] (expected: different tokens, without the mask token)");
    }

    @Test
    void refusesToJoinMoreTokensThanAGraphShouldHave() {
        ObjectNode json;
        try (Model model = Model.sequential(
                InputLayer.ofText(1), TextVectorization.builder().ngrams(1, 2).vocabulary(ABCD))) {
            json = model.toJson().deepCopy();
        }
        json.findParent("ngrams").put("ngrams", 2_000_000_000);
        assertThatThrownBy(
                        () -> Model.fromJson(json, LayerRegistry.builtIn(), 0).close())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("whole numbers from 1 to 64");
    }
}
