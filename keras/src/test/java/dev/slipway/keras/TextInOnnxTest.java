package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.NotInOnnxException;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Hashing;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.IntegerLookup;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LookupBuilder;
import dev.slipway.keras.layers.StringLookup;
import dev.slipway.keras.layers.TextVectorization;
import dev.slipway.keras.layers.TextVectorizationBuilder;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineException;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of text in {@code .onnx} files, which are read back by the engine alone: what they give is what the model gives. */
class TextInOnnxTest {
    private static final List<String> WORDS = List.of("red", "Red", "é", " ", "green tea");
    private static final List<Long> NUMBERS = List.of(7L, -3L, 1L << 40);

    /** In and out of the vocabulary, none at all, the mask tokens of the layers below, and the word for unknown ones. */
    private static final Tensor TEXTS = Tensor.of(
            Shape.of(3, 4), "red", "", "blue", "é", "-", "Red", "RED", "red", "[UNK]", " ", "green tea", "green");

    private static final Tensor INTEGERS =
            Tensor.of(Shape.of(3, 4), 7L, 0L, -3L, 8L, -1L, 1L << 40, 5L, 7L, 7L, 1L << 41, Long.MIN_VALUE, -3L);

    @TempDir
    private Path folder;

    static Stream<Arguments> layers() {
        Stream.Builder<Arguments> all = Stream.builder();
        for (String mode : List.of("int", "one_hot", "multi_hot", "count", "tf_idf")) {
            boolean single = mode.equals("one_hot");
            for (String mask : List.of("none", "", "-", "red?")) {
                add(all, "StringLookup", mode, mask, single, TEXTS, words(mode, mask));
            }
            for (String mask : List.of("none", "0", "-1")) {
                add(all, "IntegerLookup", mode, mask, single, INTEGERS, integers(mode, mask));
            }
            if (!single) {
                add(all, "TextVectorization", mode, "''", false, TEXTS, words(mode));
            }
        }
        for (int length : new int[] {1, 4, 7}) {
            TextVectorization fitted =
                    vectorization("int").outputSequenceLength(length).vocabulary(WORDS);
            add(all, "TextVectorization to " + length, "int", "''", false, TEXTS, fitted);
        }
        return all.build();
    }

    private static void add(
            Stream.Builder<Arguments> all,
            String name,
            String mode,
            String mask,
            boolean single,
            Tensor x,
            Layer layer) {
        // One-hot vectors are of one value for each row.
        Tensor rows = single ? x.reshaped(Shape.of(12, 1)) : x;
        all.add(Arguments.of(Named.of(name + " " + mode + ", mask " + mask, layer), rows));
    }

    private static Layer words(String mode, String mask) {
        LookupBuilder<String, StringLookup> builder = StringLookup.builder().outputMode(mode);
        return lookup(mask.equals("none") ? builder : builder.maskToken(mask), mode, WORDS);
    }

    private static Layer integers(String mode, String mask) {
        LookupBuilder<Long, IntegerLookup> builder = IntegerLookup.builder().outputMode(mode);
        return lookup(mask.equals("none") ? builder : builder.maskToken(Long.parseLong(mask)), mode, NUMBERS);
    }

    private static <T, L extends Layer> L lookup(LookupBuilder<T, L> builder, String mode, List<T> vocabulary) {
        return mode.equals("tf_idf")
                ? builder.vocabulary(vocabulary, weights(vocabulary.size()))
                : builder.vocabulary(vocabulary);
    }

    private static Layer words(String mode) {
        return mode.equals("tf_idf")
                ? vectorization(mode).vocabulary(WORDS, weights(WORDS.size()))
                : vectorization(mode).vocabulary(WORDS);
    }

    private static TextVectorizationBuilder vectorization(String mode) {
        return TextVectorization.builder().standardize("none").split("none").outputMode(mode);
    }

    private static double[] weights(int count) {
        return IntStream.range(0, count).mapToDouble(i -> 0.5 + i).toArray();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void theFileGivesWhatTheModelGives(Layer layer, Tensor x) throws IOException {
        requireSame(layer, x);
    }

    @Test
    void placesBecomeTokensAgain() throws IOException {
        Tensor places = Tensor.of(Shape.of(3, 3), 0L, 1L, 2L, 3L, 6L, 7L, -1L, 4L, 5L);
        requireSame(StringLookup.builder().invert().vocabulary(WORDS), places);
        requireSame(StringLookup.builder().invert().maskToken("").vocabulary(WORDS), places);
        requireSame(StringLookup.builder().invert().numOovIndices(0).vocabulary(WORDS), places);
        requireSame(IntegerLookup.builder().invert().vocabulary(NUMBERS), places);
        requireSame(IntegerLookup.builder().invert().maskToken(0L).vocabulary(NUMBERS), places);
    }

    @Test
    void aTokenWithoutAPlaceFailsInTheFileToo() throws IOException {
        Layer layer = StringLookup.builder().numOovIndices(0).maskToken("").vocabulary(WORDS);
        Tensor known = Tensor.of(Shape.of(1, 2), "", "Red");
        requireSame(layer, known);
        try (Model model = model(layer, known);
                Predictor onnx = open(model)) {
            Tensor unknown = Tensor.of(Shape.of(1, 2), "", "blue");
            assertThatThrownBy(() -> onnx.predict(Map.of("x", unknown))).isInstanceOf(EngineException.class);
        }
    }

    /** No operator hashes as Keras does, or cuts between any two characters. */
    @Test
    void whatNoOperatorComputesIsRefusedByName() {
        assertRefused(Hashing.of(3), "hashing/Hashing");
        assertRefused(StringLookup.builder().numOovIndices(2).vocabulary(WORDS), "string_lookup/StringLookup");
        assertRefused(
                TextVectorization.builder().split("character").vocabulary(WORDS),
                "text_vectorization/TextVectorization");
    }

    private static void assertRefused(Layer layer, String node) {
        try (Model model = Model.sequential(InputLayer.ofText(1), layer)) {
            assertThatThrownBy(model::toOnnx)
                    .isInstanceOf(NotInOnnxException.class)
                    .hasMessage("node '" + node + "': no ONNX operator computes it (expected: standard operators only);"
                            + " serve the .keras or .h5 file, or convert a model of the layers behind it");
        }
    }

    private void requireSame(Layer layer, Tensor x) throws IOException {
        try (Model model = model(layer, x);
                Predictor onnx = open(model)) {
            for (Tensor batch : List.of(x.rows(0, 1), x)) {
                assertThat(onnx.predict(Map.of("x", batch)).values())
                        .hasToString(List.of(model.predict(batch)).toString());
            }
        }
    }

    private static Model model(Layer layer, Tensor x) {
        return Model.sequential(
                new InputLayer("x", x.type(), InputLayer.of(x.shape().size(1)).shape()), layer);
    }

    private Predictor open(Model model) throws IOException {
        Path file = Files.createTempFile(folder, "text", ".onnx");
        Files.write(file, model.toOnnx());
        return new Predictor(CompiledGraph.open(file, EngineOptions.defaults()));
    }
}
