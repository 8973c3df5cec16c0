package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What versions of Keras write that came after 3.9, of which there are fixtures; the numbers are computed by NumPy. */
class NewerKerasTest {
    private static Model model(String json) {
        try {
            ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
            return Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static Model sequential(String shape, String layer, String config) {
        return model("""
                {'class_name': 'Sequential', 'config': {'name': 'm', 'layers': [
                  {'class_name': 'InputLayer', 'config': {'name': 'x', 'batch_shape': %s}},
                  {'class_name': '%s', 'config': {'name': 'y', %s}}]}}""".formatted(shape, layer, config));
    }

    private static String tensor(String name, int node) {
        return "{'class_name': '__keras_tensor__', 'config': {'keras_history': ['%s', %d, 0]}}".formatted(name, node);
    }

    /** Numbers to vectors, and these back to scores. */
    private static Model thereAndBack(String config) {
        return model("""
                {'class_name': 'Functional', 'config': {'name': 'm', 'layers': [
                  {'class_name': 'InputLayer', 'name': 'x', 'inbound_nodes': [],
                   'config': {'name': 'x', 'batch_shape': [null, 2], 'dtype': 'int64'}},
                  {'class_name': 'ReversibleEmbedding', 'name': 'e', 'inbound_nodes': [
                    {'args': [%s], 'kwargs': {}}, {'args': [%s], 'kwargs': {'reverse': true}}],
                   'config': {'name': 'e', 'input_dim': 3, 'output_dim': 2, 'mask_zero': false, %s}}],
                  'input_layers': [['x', 0, 0]], 'output_layers': [['e', 1, 0]]}}""".formatted(tensor("x", 0), tensor("e", 0), config));
    }

    private static void requireScores(Model model, double... expected) {
        model.assign("e/embeddings", Tensor.of(Shape.of(3, 2), 1f, 2, 0, -1, 0.5f, 0.25f));
        float[] scores = model.predict(Tensor.of(Shape.of(1, 2), 0L, 2L)).toFloatArray();
        assertThat(scores).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) scores[i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    @Test
    void embeddingsAreReversedByTheTableItself() {
        try (Model model = thereAndBack("'tie_weights': true, 'reverse_dtype': null, 'logit_soft_cap': null")) {
            assertThat(model.weights()).hasSize(1);
            requireScores(model, 5, -2, 1, 1, -0.25, 0.3125);
        }
    }

    @Test
    void embeddingsAreReversedByATableOfTheirOwnUpToACap() {
        try (Model model = thereAndBack("'tie_weights': false, 'logit_soft_cap': 2")) {
            model.assign("e/reverse_embeddings", Tensor.of(Shape.of(2, 3), 1f, 0, 2, -1, 1, 0.5f));
            requireScores(model, -0.92423431, 1.52318831, 1.81029651, 0.248706, 0.248706, 1.01965995);
        }
    }

    @Test
    void batchesAreNormalizedByMovingStatisticsWithRenormalizationToo() {
        String config =
                "'axis': -1, 'epsilon': 0.75, 'renorm': true, 'renorm_clipping': {'rmax': 3}, 'renorm_momentum': 0.9";
        try (Model model = sequential("[null, 2]", "BatchNormalization", config)) {
            Map<String, float[]> weights = Map.of(
                    "gamma", new float[] {2, 3},
                    "beta", new float[] {0.5f, -0.5f},
                    "moving_mean", new float[] {1, 2},
                    "moving_variance", new float[] {4, 0.25f},
                    "moving_stddev", new float[] {7, 8},
                    "renorm_mean", new float[] {9, 10},
                    "renorm_stddev", new float[] {11, 12});
            assertThat(model.weights()).hasSize(weights.size());
            weights.forEach((name, value) -> model.assign("y/" + name, Tensor.of(Shape.of(2), value)));
            float[] y = model.predict(Tensor.of(Shape.of(1, 2), 3f, -1f)).toFloatArray();
            assertThat(y[0]).isCloseTo(2.335326f, within(1e-6f));
            assertThat(y[1]).isCloseTo(-9.5f, within(1e-6f));
        }
    }

    /** Keras would look for the adapters in a .h5, where a .keras has merged kernels alone. */
    @Test
    void mergedAdaptersAreNoneInAnH5File(@TempDir Path folder) {
        try (Model model = sequential("[null, 3]", "Dense", "'units': 2, 'lora_rank': 4, 'lora_alpha': 8")) {
            model.save(folder.resolve("again.keras"));
            model.save(folder.resolve("again.h5"));
        }
        try (Model archive = Model.load(folder.resolve("again.keras"));
                Model legacy = Model.load(folder.resolve("again.h5"))) {
            assertThat(archive.toJson().toString()).contains("\"lora_rank\":4", "\"lora_alpha\":8");
            assertThat(legacy.toJson().toString()).doesNotContain("lora");
        }
    }

    /** Keys that Keras writes with values that change nothing, or only how Keras computes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "BatchNormalization | 'renorm': false, 'renorm_clipping': null, 'renorm_momentum': 0.99",
                "Dense              | 'units': 2, 'quantization_config': null, 'lora_rank': null",
                "LSTM               | 'units': 2, 'use_cudnn': 'auto'"
            })
    void keysThatChangeNothingAreRead(String layer, String config) {
        try (Model model = sequential("[null, 3, 2]", layer, config)) {
            assertThat(model.toJson().toString()).doesNotContain("renorm", "quantization", "use_cudnn");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'class_name': 'MultiHeadAttention', 'config': {'num_heads': 2, 'key_dim': 2, ",
                "'class_name': 'GroupQueryAttention', 'config': {'head_dim': 2, 'num_query_heads': 2,"
                        + " 'num_key_value_heads': 1, "
            })
    void attentionHasWindowsOfOnePlaceOrMore(String layer) {
        String json = """
                {'class_name': 'Functional', 'config': {'name': 'm', 'layers': [
                  {'class_name': 'InputLayer', 'name': 'x', 'inbound_nodes': [],
                   'config': {'name': 'x', 'batch_shape': [null, 3, 4]}},
                  {'name': 'a', 'inbound_nodes': [{'args': [%s, %s], 'kwargs': {}}], %s 'name': 'a', 'sliding_window': %s,
                   'flash_attention': true}}],
                  'input_layers': [['x', 0, 0]], 'output_layers': [['a', 0, 0]]}}""";
        String x = tensor("x", 0);
        try (Model model = model(json.formatted(x, x, layer, "null"))) {
            assertThat(model.predict(Tensor.of(Shape.of(1, 3, 4), new float[12]))
                            .shape())
                    .isEqualTo(Shape.of(1, 3, 4));
        }
        assertThatThrownBy(() -> model(json.formatted(x, x, layer, "0")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sliding_window = 0 (expected: null or a number >= 1)");
    }

    /** Where the type of the layer is that of what goes in. */
    @Test
    void binsAreNumberedByLayersInSinglePrecision() {
        String config = "'bin_boundaries': [0.0, 1.0], 'output_mode': 'int', 'dtype': 'float32'";
        try (Model model = sequential("[null, 3]", "Discretization", config)) {
            Tensor bins = model.predict(Tensor.of(Shape.of(1, 3), -0.5f, 0, 1.5f));
            assertThat(bins.type()).isEqualTo(DataType.INT64);
            assertThat(bins.longs().get(0)).isZero();
            assertThat(bins.longs().get(1)).isEqualTo(1);
            assertThat(bins.longs().get(2)).isEqualTo(2);
            assertThat(model.toJson().toString()).contains("\"dtype\":\"float32\",\"bin_boundaries\"");
        }
    }

    @Test
    void classesThatAreNotReadAreNamed() {
        Map<String, String> reasons =
                Map.of("RandomApply", "unknown class", "TFSMLayer", "runs a program of another framework");
        reasons.forEach((name, reason) -> assertThatThrownBy(() -> sequential("[null, 2]", name, "'layers': []"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("layer 'y' (" + name + "): " + reason));
    }
}
