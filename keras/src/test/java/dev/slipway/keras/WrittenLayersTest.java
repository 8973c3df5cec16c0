package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.ActivationLayer;
import dev.slipway.keras.layers.ActivityRegularization;
import dev.slipway.keras.layers.Add;
import dev.slipway.keras.layers.AdditiveAttention;
import dev.slipway.keras.layers.AlphaDropout;
import dev.slipway.keras.layers.Attention;
import dev.slipway.keras.layers.Average;
import dev.slipway.keras.layers.AveragePooling1D;
import dev.slipway.keras.layers.AveragePooling2D;
import dev.slipway.keras.layers.AveragePooling3D;
import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.Bidirectional;
import dev.slipway.keras.layers.CategoryEncoding;
import dev.slipway.keras.layers.CellOptions;
import dev.slipway.keras.layers.CenterCrop;
import dev.slipway.keras.layers.Concatenate;
import dev.slipway.keras.layers.Conv1D;
import dev.slipway.keras.layers.Conv1DTranspose;
import dev.slipway.keras.layers.Conv2D;
import dev.slipway.keras.layers.Conv2DTranspose;
import dev.slipway.keras.layers.Conv3D;
import dev.slipway.keras.layers.Conv3DTranspose;
import dev.slipway.keras.layers.ConvLSTM1D;
import dev.slipway.keras.layers.ConvLSTM2D;
import dev.slipway.keras.layers.ConvLSTM3D;
import dev.slipway.keras.layers.Cropping1D;
import dev.slipway.keras.layers.Cropping2D;
import dev.slipway.keras.layers.Cropping3D;
import dev.slipway.keras.layers.CustomScaleLayer;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.DepthwiseConv1D;
import dev.slipway.keras.layers.DepthwiseConv2D;
import dev.slipway.keras.layers.Discretization;
import dev.slipway.keras.layers.Dot;
import dev.slipway.keras.layers.Dropout;
import dev.slipway.keras.layers.ELU;
import dev.slipway.keras.layers.EinsumDense;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.GRU;
import dev.slipway.keras.layers.GRUCell;
import dev.slipway.keras.layers.GaussianDropout;
import dev.slipway.keras.layers.GaussianNoise;
import dev.slipway.keras.layers.GlobalAveragePooling1D;
import dev.slipway.keras.layers.GlobalAveragePooling2D;
import dev.slipway.keras.layers.GlobalAveragePooling3D;
import dev.slipway.keras.layers.GlobalMaxPooling1D;
import dev.slipway.keras.layers.GlobalMaxPooling2D;
import dev.slipway.keras.layers.GlobalMaxPooling3D;
import dev.slipway.keras.layers.GroupNormalization;
import dev.slipway.keras.layers.GroupQueryAttention;
import dev.slipway.keras.layers.HashedCrossing;
import dev.slipway.keras.layers.Hashing;
import dev.slipway.keras.layers.Identity;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.IntegerLookup;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.LSTMCell;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerNormalization;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.LayerScale;
import dev.slipway.keras.layers.LeakyReLU;
import dev.slipway.keras.layers.Masking;
import dev.slipway.keras.layers.MaxPooling1D;
import dev.slipway.keras.layers.MaxPooling2D;
import dev.slipway.keras.layers.MaxPooling3D;
import dev.slipway.keras.layers.Maximum;
import dev.slipway.keras.layers.Minimum;
import dev.slipway.keras.layers.MultiHeadAttention;
import dev.slipway.keras.layers.Multiply;
import dev.slipway.keras.layers.Normalization;
import dev.slipway.keras.layers.PReLU;
import dev.slipway.keras.layers.Permute;
import dev.slipway.keras.layers.RMSNormalization;
import dev.slipway.keras.layers.RNN;
import dev.slipway.keras.layers.ReLU;
import dev.slipway.keras.layers.RepeatVector;
import dev.slipway.keras.layers.Rescaling;
import dev.slipway.keras.layers.Reshape;
import dev.slipway.keras.layers.Resizing;
import dev.slipway.keras.layers.SeparableConv1D;
import dev.slipway.keras.layers.SeparableConv2D;
import dev.slipway.keras.layers.SequenceOptions;
import dev.slipway.keras.layers.SimpleRNN;
import dev.slipway.keras.layers.SimpleRNNCell;
import dev.slipway.keras.layers.Softmax;
import dev.slipway.keras.layers.SpatialDropout;
import dev.slipway.keras.layers.SpectralNormalization;
import dev.slipway.keras.layers.StackedRNNCells;
import dev.slipway.keras.layers.StringLookup;
import dev.slipway.keras.layers.Subtract;
import dev.slipway.keras.layers.TextVectorization;
import dev.slipway.keras.layers.TimeDistributed;
import dev.slipway.keras.layers.UnitNormalization;
import dev.slipway.keras.layers.UpSampling1D;
import dev.slipway.keras.layers.UpSampling2D;
import dev.slipway.keras.layers.UpSampling3D;
import dev.slipway.keras.layers.ZeroPadding1D;
import dev.slipway.keras.layers.ZeroPadding2D;
import dev.slipway.keras.layers.ZeroPadding3D;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is written of a layer is what Keras's class takes and writes itself: {@code layers.jsonl} has the keys of every class in a
 * configuration in which each of them has another value than by default, as read off Keras's constructors and
 * {@code get_config}; keys that only some versions of Keras write are {@code optional}.
 */
class WrittenLayersTest {
    private static final LayerRegistry REGISTRY = LayerRegistry.builtIn();

    /** Classes of Keras 1 and 2 alone, and a second name. */
    private static final Set<String> NOT_OF_KERAS_3 = Set.of(
            "DepthToSpace",
            "GroupedQueryAttention",
            "Highway",
            "Keras1BatchNormalization",
            "Keras2RandomCrop",
            "LocallyConnected1D",
            "LocallyConnected2D",
            "MaxoutDense",
            "ParametricSoftplus",
            "SReLU",
            "SpaceToDepth",
            "TFDConcat",
            "TFDIdentity");

    @TempDir
    Path folder = Path.of("");

    record Known(String className, List<JsonNode> inputs, Set<String> optional, ObjectNode config) {
        static Known of(ObjectNode json) {
            List<JsonNode> inputs = new ArrayList<>();
            json.path("inputs").forEach(inputs::add);
            Set<String> optional = new TreeSet<>();
            json.path("optional").forEach(key -> optional.add(key.asText()));
            return new Known(json.path("class_name").asText(), inputs, optional, (ObjectNode) json.path("config"));
        }

        Layer layer() {
            return REGISTRY.read(className, config.deepCopy(), WrittenLayersTest::read);
        }

        @Override
        public String toString() {
            return className;
        }
    }

    private static Layer read(JsonNode serialized) {
        return REGISTRY.read(
                serialized.path("class_name").asText(),
                serialized.path("config").deepCopy(),
                WrittenLayersTest::read);
    }

    static Stream<Known> known() {
        return JsonLines.of("layers.jsonl").map(Known::of);
    }

    @ParameterizedTest
    @MethodSource("known")
    void everyKeyIsWrittenWithItsValue(Known known) {
        ObjectNode written = (ObjectNode) known.layer().toJson("tested").path("config");
        assertThat(JsonLines.plain(written)).isEqualTo(JsonLines.plain(known.config));
    }

    private static Set<String> keys(JsonNode config) {
        Set<String> keys = new TreeSet<>();
        config.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @ParameterizedTest
    @MethodSource("known")
    void writtenModelsAreReadAsTheyWere(Known known) {
        assumeThat(known.inputs).as("what the layer is applied to").isNotEmpty();
        List<KerasTensor> inputs = new ArrayList<>();
        Map<String, Tensor> rows = new LinkedHashMap<>();
        for (JsonNode input : known.inputs) {
            String name = "x" + inputs.size();
            inputs.add(new InputLayer(name, type(input), shape(input)).apply());
            rows.put(name, rows(input));
        }
        KerasTensor output = known.layer().apply(inputs.toArray(new KerasTensor[0]));
        try (Model model = Model.functional(inputs, List.of(output))) {
            Tensor expected = model.predict(rows).values().iterator().next();
            for (String file : List.of("model.keras", "model.h5")) {
                Path path = folder.resolve(file);
                model.save(path);
                try (Model again = Model.load(path)) {
                    assertThat(again.toJson()).as(file).isEqualTo(model.toJson());
                    Tensor found = again.predict(rows).values().iterator().next();
                    assertThat(found.shape()).as(file).isEqualTo(expected.shape());
                    assertThat(found.bytes()).as(file).isEqualTo(expected.bytes());
                }
            }
        }
    }

    private static DataType type(JsonNode input) {
        return switch (input.path(0).asText()) {
            case "int64" -> DataType.INT64;
            case "string" -> DataType.STRING;
            default -> DataType.FLOAT;
        };
    }

    private static Shape shape(JsonNode input) {
        List<Dimension> lengths = new ArrayList<>();
        for (JsonNode length : input) {
            if (length.isNull()) {
                lengths.add(Dimension.symbol(InputLayer.BATCH));
            } else if (length.isNumber()) {
                lengths.add(Dimension.of(length.asLong()));
            }
        }
        return Shape.of(lengths);
    }

    /** Two rows of numbers from -1 to 1, of small whole numbers, or of short texts. */
    private static Tensor rows(JsonNode input) {
        Shape shape = shape(input);
        Shape two = shape.slice(1, shape.rank()).prepend(Dimension.of(2));
        int count = Math.toIntExact(two.elementCount());
        return switch (type(input)) {
            case INT64 -> {
                long[] values = new long[count];
                for (int i = 0; i < count; i++) {
                    values[i] = i % 7;
                }
                yield Tensor.of(two, values);
            }
            case STRING -> {
                String[] texts = {"a", "b", "unknown", "m", "c"};
                String[] values = new String[count];
                for (int i = 0; i < count; i++) {
                    values[i] = texts[i % texts.length];
                }
                yield Tensor.of(two, values);
            }
            default -> {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = (float) Math.sin(1 + 1.7 * i);
                }
                yield Tensor.of(two, values);
            }
        };
    }

    @Test
    void everyClassIsKnown() {
        Set<String> classes = new TreeSet<>(REGISTRY.classNames());
        classes.removeAll(NOT_OF_KERAS_3);
        assertThat(known().map(Known::className)).containsAll(classes);
    }

    static Stream<Layer> built() {
        CellOptions cell = CellOptions.of(2);
        SequenceOptions all = SequenceOptions.allOutputs();
        return Stream.of(
                ActivationLayer.of("relu"),
                ActivityRegularization.of(0.1, 0.2),
                Add.of(),
                AdditiveAttention.of(),
                AlphaDropout.of(0.1),
                Attention.of(),
                Average.of(),
                AveragePooling1D.of(2),
                AveragePooling2D.of(2),
                AveragePooling3D.of(2),
                BatchNormalization.of(),
                Bidirectional.of(LSTM.of(2)),
                CategoryEncoding.oneHot(3),
                CenterCrop.of(2, 2),
                Concatenate.of(),
                Conv1D.of(2, 3),
                Conv1DTranspose.of(2, 3),
                Conv2D.of(2, 3),
                Conv2DTranspose.builder(2, 3).outputPadding(0).build(),
                Conv3D.of(2, 3),
                Conv3DTranspose.of(2, 3),
                ConvLSTM1D.of(2, 3),
                ConvLSTM2D.of(2, 3),
                ConvLSTM3D.of(2, 3),
                Cropping1D.of(1),
                Cropping2D.of(1),
                Cropping3D.of(1),
                CustomScaleLayer.of(0.2),
                Dense.of(2),
                DepthwiseConv1D.of(3),
                DepthwiseConv2D.of(3),
                Discretization.of(0, 1),
                Dot.of(1, false),
                Dropout.of(0.1),
                ELU.of(1),
                EinsumDense.of("ab,bc->ac", "c", 2),
                Embedding.of(3, 2),
                Flatten.of(),
                GRU.of(2),
                GRUCell.of(cell),
                GaussianDropout.of(0.1),
                GaussianNoise.of(0.1),
                GlobalAveragePooling1D.of(),
                GlobalAveragePooling2D.of(),
                GlobalAveragePooling3D.of(),
                GlobalMaxPooling1D.of(),
                GlobalMaxPooling2D.of(),
                GlobalMaxPooling3D.of(),
                GroupNormalization.of(1),
                GroupQueryAttention.of(2, 2, 1),
                HashedCrossing.of(3),
                Hashing.of(3),
                Identity.of(),
                InputLayer.of(2),
                IntegerLookup.builder().vocabulary(List.of(1L)),
                LSTM.of(2),
                LSTMCell.of(cell),
                LayerNormalization.of(),
                LayerScale.of(4, 1e-6),
                LeakyReLU.of(),
                Masking.of(0),
                MaxPooling1D.of(2),
                MaxPooling2D.of(2),
                MaxPooling3D.of(2),
                Maximum.of(),
                Minimum.of(),
                MultiHeadAttention.of(2, 2),
                Multiply.of(),
                Normalization.of(new double[] {1}, new double[] {2}),
                PReLU.of(),
                Permute.of(2, 1),
                RMSNormalization.of(),
                RNN.of(LSTMCell.of(cell), all),
                ReLU.of(),
                RepeatVector.of(2),
                Rescaling.of(2, 1),
                Reshape.of(2),
                Resizing.of(2, 2),
                SeparableConv1D.of(2, 3),
                SeparableConv2D.of(2, 3),
                SimpleRNN.of(2),
                SimpleRNNCell.of(cell),
                Softmax.of(),
                SpatialDropout.of(1, 0.1),
                SpatialDropout.of(2, 0.1),
                SpatialDropout.of(3, 0.1),
                SpectralNormalization.of(Dense.of(2)),
                StackedRNNCells.of(LSTMCell.of(cell)),
                StringLookup.builder().vocabulary(List.of("a")),
                Subtract.of(),
                TextVectorization.builder().vocabulary(List.of("a")),
                TimeDistributed.of(Dense.of(2)),
                UnitNormalization.of(),
                UpSampling1D.of(2),
                UpSampling2D.of(2),
                UpSampling3D.of(2),
                ZeroPadding1D.of(1),
                ZeroPadding2D.of(1),
                ZeroPadding3D.of(1));
    }

    @ParameterizedTest
    @MethodSource("built")
    void layersMadeInJavaHaveTheKeysOfThoseRead(Layer layer) {
        Known known = known().filter(one -> one.className.equals(layer.className()))
                .findFirst()
                .orElseThrow();
        Set<String> keys = keys(layer.toJson("made").path("config"));
        Set<String> needed = new TreeSet<>(keys(known.config));
        needed.removeAll(known.optional);
        assertThat(keys).containsAll(needed);
        needed.addAll(known.optional);
        assertThat(needed).containsAll(keys);
    }

    @Test
    void whatJavaCannotMakeIsKnown() {
        Set<String> read = new TreeSet<>(REGISTRY.classNames());
        read.removeAll(NOT_OF_KERAS_3);
        built().map(Layer::className).forEach(read::remove);
        assertThat(read)
                .allMatch(name -> name.startsWith("Rand")
                        || name.startsWith("Adaptive")
                        || name.equals("ReversibleEmbedding")
                        || name.equals("Solarization")
                        || name.endsWith("Spectrogram")
                        || name.endsWith("Mix")
                        || name.equals("MixUp")
                        || name.endsWith("Equalization")
                        || name.equals("MaxNumBoundingBoxes")
                        || name.equals("Pipeline")
                        || name.equals("AutoContrast"));
    }
}
