package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the fixtures of the preprocessing layers do not show. */
class PreprocessingTest {
    /** A model of one layer, whose configuration is written with single quotes. */
    private static Model model(String shape, String type, String className, String config) {
        String json = """
                {'class_name': 'Sequential', 'config': {'name': 'm', 'layers': [
                  {'class_name': 'InputLayer', 'config': {'name': 'x', 'batch_shape': %s, 'dtype': '%s'}},
                  {'class_name': '%s', 'config': {'name': 'y', %s}}]}}""".formatted(shape, type, className, config);
        try {
            ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
            return Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static double[] result(Model model, Tensor x) {
        try (model) {
            Tensor result = model.predict(x);
            return IntStream.range(0, (int) result.shape().elementCount())
                    .mapToDouble(result::element)
                    .toArray();
        }
    }

    private static double[] looked(String config, int... numbers) {
        Model model = model("[null, " + numbers.length + "]", "int32", "IntegerLookup", config);
        return result(model, Tensor.of(Shape.of(1, numbers.length), numbers));
    }

    @Test
    void tokensHaveTheirPlacesBehindTheUnknownOnes() {
        assertThat(looked("'vocabulary': [12, -36, 1138, 42]", 12, 1138, 42, 1000, -36))
                .containsExactly(1, 3, 4, 0, 2);
        assertThat(looked("'vocabulary': [12, 36, 1138, 42], 'num_oov_indices': 2", 12, 1138, 42, 37, 1000, -3))
                .containsExactly(2, 4, 5, 1, 0, 1);
    }

    @Test
    void maskTokenHasTheFirstPlace() {
        assertThat(looked("'vocabulary': [0, -1, 7, 9], 'mask_token': 0", 0, 7, 9, 8))
                .containsExactly(0, 2, 3, 1);
        assertThat(looked("'vocabulary': [7, 9], 'mask_token': 0, 'output_mode': 'count'", 0, 9, 9, 8))
                .containsExactly(1, 0, 2);
    }

    @Test
    void vocabularyMayBeginWithTheUnknownToken() {
        assertThat(looked("'vocabulary': [-1, 7, 9]", 7, 9, 8)).containsExactly(1, 2, 0);
    }

    @Test
    void unknownTokensWithoutAPlaceFail() {
        String config = "'vocabulary': [5, 3], 'num_oov_indices': 0";
        assertThat(looked(config, 3, 5)).containsExactly(1, 0);
        assertThatThrownBy(() -> looked(config, 4)).hasMessageContaining("out of data bounds");
    }

    @Test
    void placesBecomeTokensAgain() {
        assertThat(looked("'vocabulary': [12, 36, 42], 'invert': true", 1, 3, 0, 9, -4))
                .containsExactly(12, 42, -1, -1, -1);
        assertThat(looked("'vocabulary': [12, 36], 'invert': true, 'mask_token': 77", 0, 1, 2, 3))
                .containsExactly(77, -1, 12, 36);
    }

    @Test
    void everyTokenOfAVocabularyOfAnyLengthIsFound() {
        for (int length = 1; length < 40; length++) {
            String list = IntStream.range(0, length)
                    .mapToObj(i -> "" + (i * 37 % 41) * 3)
                    .collect(Collectors.joining(","));
            int[] tokens = IntStream.range(0, length).map(i -> i * 37 % 41 * 3).toArray();
            double[] places = looked("'vocabulary': [" + list + "]", tokens);
            assertThat(places)
                    .isEqualTo(IntStream.rangeClosed(1, length).asDoubleStream().toArray());
            int[] others = Arrays.stream(tokens).map(token -> token + 1).toArray();
            assertThat(looked("'vocabulary': [" + list + "]", others)).containsOnly(0);
        }
    }

    @Test
    void vectorsMayBePadded() {
        String config = "'vocabulary': [7], 'max_tokens': 4, 'pad_to_max_tokens': true, 'output_mode': 'multi_hot'";
        assertThat(looked(config, 7, 7)).containsExactly(0, 1, 0, 0);
    }

    @Test
    void refusesALearnedVocabulary() {
        assertThatThrownBy(() -> looked("'vocabulary': null", 1))
                .hasMessageContaining("layer 'y' (IntegerLookup): vocabulary = [] (expected: a list of integers;");
    }

    @Test
    void refusesWhatVocabulariesCannotBe() {
        assertThatThrownBy(() -> looked("'vocabulary': [1, 1]", 1)).hasMessageContaining("different tokens");
        assertThatThrownBy(() -> looked("'vocabulary': [1.5]", 1)).hasMessageContaining("whole numbers");
        assertThatThrownBy(() -> looked("'vocabulary': [1], 'oov_method': 'md5'", 1))
                .hasMessageContaining("oov_method = md5 (expected: one of [floormod, farmhash])");
        assertThatThrownBy(() -> looked("'vocabulary': [1], 'output_mode': 'tf_idf'", 1))
                .hasMessageContaining("idf_weights = nothing (expected: 1 numbers, as there are tokens)");
    }

    @Test
    void boundariesBelongToTheBinAbove() {
        Model model = model("[null, 4]", "float32", "Discretization", "'bin_boundaries': [-1, 0.5, 2]");
        assertThat(result(model, Tensor.of(new float[][] {{-1, 0.5f, 1.9f, Float.POSITIVE_INFINITY}})))
                .containsExactly(1, 2, 2, 3);
    }

    /** As {@code numpy.digitize} has it. */
    @Test
    void whatIsNoNumberIsInTheLastBin() {
        Model model = model("[null, 2]", "float32", "Discretization", "'bin_boundaries': [-1, 0.5, 2]");
        assertThat(result(model, Tensor.of(new float[][] {{Float.NaN, Float.NEGATIVE_INFINITY}})))
                .containsExactly(3, 0);
    }

    @Test
    void binsMayBeVectors() {
        String config = "'bin_boundaries': [0], 'output_mode': '%s', 'dtype': 'float32'";
        Tensor row = Tensor.of(new float[][] {{-1, 5, 7}});
        assertThat(result(model("[null, 3]", "float32", "Discretization", config.formatted("one_hot")), row))
                .containsExactly(1, 0, 0, 1, 0, 1);
        assertThat(result(model("[null, 3]", "float32", "Discretization", config.formatted("count")), row))
                .containsExactly(1, 2);
    }

    @Test
    void refusesBoundariesThatFallOrAreMissing() {
        assertThatThrownBy(() -> model("[null, 1]", "float32", "Discretization", "'bin_boundaries': [2, 1]"))
                .hasMessageContaining("boundary 1.0 behind 2.0 (expected: rising boundaries)");
        assertThatThrownBy(() -> model("[null, 1]", "float32", "Discretization", "'num_bins': 3"))
                .hasMessageContaining("adapt the layer in Keras before the model is saved");
    }

    @Test
    void categoriesOutOfRangeAreInNoVector() {
        Model model = model("[null, 1]", "int32", "CategoryEncoding", "'num_tokens': 2, 'output_mode': 'one_hot'");
        assertThat(result(model, Tensor.of(Shape.of(3, 1), 1, -1, 2))).containsExactly(0, 1, 0, 0, 0, 0);
    }

    @Test
    void refusesVectorsOfRowsWithoutSamples() {
        assertThatThrownBy(() -> model("[null]", "int32", "CategoryEncoding", "'num_tokens': 2"))
                .hasMessageContaining(
                        "output_mode 'multi_hot': input of shape [batch] (expected: [batch, samples, …])");
    }

    @Test
    void imagesAreAugmentedInTrainingOnly() {
        Model model = model("[null, 2, 2, 1]", "uint8", "RandomFlip", "'mode': 'vertical', 'seed': 5");
        assertThat(model.toJson().toString()).contains("\"mode\":\"vertical\",\"seed\":5");
        Tensor image = Tensor.zeros(DataType.UINT8, Shape.of(1, 2, 2, 1));
        image.bytes().put(new byte[] {1, 2, 3, 4});
        assertThat(result(model, image)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void refusesAugmentationsWithKeysOfTheFuture() {
        assertThatThrownBy(() -> model("[null, 2, 2, 1]", "float32", "RandomZoom", "'height_factor': 0.1, 'warp': 1"))
                .hasMessageContaining("warp = 1");
    }
}
