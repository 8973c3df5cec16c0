package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.KerasVersion;
import dev.slipway.keras.config.Origin;
import dev.slipway.keras.layers.Conv2D;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.MaxPooling2D;
import dev.slipway.keras.layers.ZeroPadding2D;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fixtures of convolutions, pooling, reshaping and resizing do not show. */
class SpatialLayersTest {
    private static final int CHANNELS = 4;
    private static final int ROWS = 3;

    /** Layers of two axes, by class and configuration. */
    static Stream<String> images() {
        return Stream.of(
                "Conv2D {'filters': 6, 'kernel_size': [3, 2], 'strides': [2, 3], 'padding': 'same'}",
                "Conv2D {'filters': 2, 'kernel_size': [2, 4], 'padding': 'same', 'dilation_rate': [2, 1]}",
                "Conv2D {'filters': 2, 'kernel_size': 1, 'padding': 'same', 'strides': 2}",
                "Conv2D {'filters': 4, 'kernel_size': [3, 3], 'dilation_rate': 2, 'groups': 2, 'activation': 'relu'}",
                "Conv2DTranspose {'filters': 3, 'kernel_size': [3, 2], 'strides': [2, 3], 'padding': 'same'}",
                "Conv2DTranspose {'filters': 3, 'kernel_size': 2, 'strides': 4, 'padding': 'valid'}",
                "Conv2DTranspose {'filters': 3, 'kernel_size': 3, 'dilation_rate': 2, 'padding': 'same'}",
                "DepthwiseConv2D {'kernel_size': 3, 'depth_multiplier': 3, 'padding': 'same', 'strides': 2}",
                "SeparableConv2D {'filters': 5, 'kernel_size': [2, 3], 'depth_multiplier': 2, 'padding': 'same'}",
                "MaxPooling2D {'pool_size': [3, 2], 'strides': 2, 'padding': 'same'}",
                "Conv2D {'filters': 2, 'kernel_size': [1, 2], 'padding': 'same', 'strides': [4, 5]}",
                "MaxPooling2D {'pool_size': 2, 'strides': [3, 4], 'padding': 'same'}",
                "MaxPooling2D {'pool_size': 2}",
                "AveragePooling2D {'pool_size': 3, 'strides': 2, 'padding': 'same'}",
                "AveragePooling2D {'pool_size': [2, 3], 'strides': [3, 2], 'padding': 'same'}",
                "AveragePooling2D {'pool_size': [2, 3], 'strides': 1, 'padding': 'same'}",
                "AveragePooling2D {'pool_size': [1, 2], 'strides': [4, 5], 'padding': 'same'}",
                "GlobalAveragePooling2D {'keepdims': true}",
                "GlobalMaxPooling2D {'keepdims': true}",
                "Cropping2D {'cropping': [[1, 0], [2, 1]]}",
                "ZeroPadding2D {'padding': [[1, 0], [2, 1]]}",
                "UpSampling2D {'size': [3, 2]}",
                "UpSampling2D {'size': [3, 2], 'interpolation': 'bilinear'}",
                "UpSampling2D {'size': 2, 'interpolation': 'bicubic'}",
                "Resizing {'height': 5, 'width': 9, 'interpolation': 'bilinear'}",
                "Resizing {'height': 3, 'width': 11, 'interpolation': 'nearest'}",
                "Resizing {'height': 8, 'width': 4, 'interpolation': 'bicubic'}",
                "Resizing {'height': 3, 'width': 11, 'antialias': true}",
                "Resizing {'height': 3, 'width': 2, 'interpolation': 'bicubic', 'antialias': true}");
    }

    private static Layer layer(String spec, boolean channelsFirst) {
        int space = spec.indexOf(' ');
        try {
            ObjectNode config = (ObjectNode)
                    new ObjectMapper().readTree(spec.substring(space).replace('\'', '"'));
            config.put("name", "tested");
            if (channelsFirst) {
                config.put("data_format", "channels_first");
            }
            return LayerRegistry.builtIn().read(spec.substring(0, space), config, inner -> {
                throw new AssertionError(inner);
            });
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(spec, e);
        }
    }

    private static Model model(Layer layer, boolean knownLengths, long... lengths) {
        Dimension[] dimensions = new Dimension[lengths.length + 1];
        dimensions[0] = Dimension.symbol(InputLayer.BATCH);
        for (int i = 0; i < lengths.length; i++) {
            boolean known = knownLengths || lengths[i] == CHANNELS;
            dimensions[i + 1] = known ? Dimension.of(lengths[i]) : Dimension.symbol("n" + i);
        }
        Model model =
                Model.sequential(new InputLayer("in", DataType.FLOAT, Shape.of(Arrays.asList(dimensions))), layer);
        Random random = new Random(7);
        model.weights()
                .forEach(weight ->
                        model.assign(weight.path(), random(random, weight.spec().shape())));
        return model;
    }

    private static Tensor random(Random random, Shape shape) {
        float[] values = new float[Math.toIntExact(shape.elementCount())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(shape, values);
    }

    private static Tensor input(long... lengths) {
        return random(new Random(3), Shape.of(lengths).prepend(Dimension.of(ROWS)));
    }

    @ParameterizedTest
    @MethodSource("images")
    void lengthsThatTheModelDoesNotKnowChangeNothing(String spec) {
        for (long[] lengths : new long[][] {{7, 8, CHANNELS}, {8, 9, CHANNELS}, {9, 6, CHANNELS}}) {
            Tensor x = input(lengths);
            try (Model known = model(layer(spec, false), true, lengths);
                    Model unknown = model(layer(spec, false), false, lengths)) {
                InferenceFixturesTest.requireClose(unknown.predict(x), known.predict(x), 1e-5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void channelsInFrontGiveTheSameNumbers(String spec) {
        Tensor x = input(7, 8, CHANNELS);
        try (Model last = model(layer(spec, false), true, 7, 8, CHANNELS);
                Model first = model(layer(spec, true), true, CHANNELS, 7, 8)) {
            Tensor expected = channelsToFront(last.predict(x));
            InferenceFixturesTest.requireClose(first.predict(channelsToFront(x)), expected, 1e-5);
        }
    }

    private static Tensor channelsToFront(Tensor x) {
        int rows = Math.toIntExact(x.shape().size(0));
        int places = Math.toIntExact(x.shape().size(1) * x.shape().size(2));
        int channels = Math.toIntExact(x.shape().size(3));
        float[] values = new float[rows * places * channels];
        for (int i = 0; i < values.length; i++) {
            int row = i / (places * channels);
            int channel = i / places % channels;
            values[i] = (float) x.element((row * places + i % places) * channels + channel);
        }
        return Tensor.of(Shape.of(rows, channels, x.shape().size(1), x.shape().size(2)), values);
    }

    @ParameterizedTest
    @MethodSource("images")
    void writesTheConfigurationItRead(String spec) {
        requireRoundTrip(spec);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Conv1D {'filters': 2, 'kernel_size': [3], 'strides': [1], 'padding': 'causal', 'dilation_rate': [2],"
                        + " 'groups': 2, 'use_bias': false, 'activation': 'tanh', 'data_format': 'channels_last',"
                        + " 'kernel_initializer': {'module': 'keras.initializers', 'class_name': 'HeNormal', 'config':"
                        + " {'seed': 3}, 'registered_name': null}, 'kernel_regularizer': {'module':"
                        + " 'keras.regularizers', 'class_name': 'L2', 'config': {'l2': 0.5}, 'registered_name': null},"
                        + " 'kernel_constraint': {'module': 'keras.constraints', 'class_name': 'NonNeg', 'config': {},"
                        + " 'registered_name': null}, 'bias_constraint': null, 'activity_regularizer': null}",
                "SeparableConv1D {'filters': 2, 'kernel_size': [3], 'depth_multiplier': 2, 'pointwise_constraint':"
                        + " {'module': 'keras.constraints', 'class_name': 'NonNeg', 'config': {},"
                        + " 'registered_name': null}, 'activity_regularizer': {'class_name': 'L1',"
                        + " 'config': {'l1': 0.1}}}",
                "Conv3DTranspose {'filters': 2, 'kernel_size': [2, 2, 2], 'strides': [2, 2, 2], 'output_padding': [1, 0, 1]}",
                "ZeroPadding1D {'padding': [2, 3], 'data_format': 'channels_first'}",
                "Cropping1D {'cropping': [2, 3]}",
                "UpSampling1D {'size': 3}",
                "Permute {'dims': [3, 1, 2]}",
                "RepeatVector {'n': 4}",
                "Resizing {'height': 5, 'width': 9, 'interpolation': 'nearest', 'pad_to_aspect_ratio': true, 'fill_mode':"
                        + " 'constant', 'fill_value': 2.5, 'crop_to_aspect_ratio': false, 'antialias': false}",
                "CenterCrop {'height': 5, 'width': 9, 'data_format': 'channels_first'}",
                "GlobalMaxPooling3D {'data_format': 'channels_first', 'keepdims': false}"
            })
    void writesEveryKeyItRead(String spec) {
        requireRoundTrip(spec);
    }

    /** A single number may be written as a list of it. */
    private static void requireRoundTrip(String spec) {
        ObjectNode written = new ObjectMapper().createObjectNode();
        layer(spec, false).writeConfig(written);
        try {
            JsonNode text = new ObjectMapper().readTree(written.toString());
            JsonNode read = new ObjectMapper()
                    .readTree(spec.substring(spec.indexOf(' ')).replace('\'', '"'));
            read.properties().forEach(field -> {
                JsonNode value = text.path(field.getKey());
                boolean spread = value.isArray() && field.getValue().isNumber();
                assertThat(spread ? value.get(0).asDouble() : value)
                        .as(field.getKey())
                        .isEqualTo(spread ? field.getValue().asDouble() : field.getValue());
            });
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(spec, e);
        }
    }

    /** The whole result of x = [1, 2] and kernel [1, 10, 100] is 1, 10, 100 + 2, 20, 200 for a stride of 2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'padding': 'valid'                          | 1 10 102 20 200",
                "'padding': 'valid', 'output_padding': [1]   | 1 10 102 20 200 0",
                "'padding': 'same'                           | 1 10 102 20",
                "'padding': 'same', 'output_padding': [0]    | 10 102 20"
            })
    void transposedConvolutionIsCutAsSinceKeras315(String options, String expected) {
        Layer layer =
                layer("Conv1DTranspose {'filters': 1, 'kernel_size': [3], 'strides': [2], " + options + "}", false);
        try (Model model = model(layer, true, 2, 1)) {
            model.assign("tested/kernel", Tensor.of(Shape.of(3, 1, 1), 1f, 10f, 100f));
            model.assign("tested/bias", Tensor.of(Shape.of(1), 0f));
            Tensor result = model.predict(Tensor.of(Shape.of(1, 2, 1), 1f, 2f));
            assertThat(IntStream.range(0, Math.toIntExact(result.shape().elementCount()))
                            .mapToObj(i -> Long.toString(Math.round(result.element(i)))))
                    .containsExactly(expected.split(" "));
        }
    }

    /** By hand: ten times what is before plus the place itself, twice; nothing after a place counts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"'strides': 1       | 2 24 46 68", "'strides': 2       | 2 46", "'dilation_rate': 2 | 2 4 26 48"})
    void separableConvolutionOfKeras2LooksBackOnly(String options, String expected, @TempDir Path folder) {
        String spec = "SeparableConv1D {'filters': 1, 'kernel_size': 2, 'padding': 'causal', " + options + "}";
        try (Model model = model(layer(spec, false), true, 4, 1)) {
            model.assign("tested/depthwise_kernel", Tensor.of(Shape.of(2, 1, 1), 10f, 1f));
            model.assign("tested/pointwise_kernel", Tensor.of(Shape.of(1, 1, 1), 2f));
            model.assign("tested/bias", Tensor.of(Shape.of(1), 0f));
            Tensor result = model.predict(Tensor.of(Shape.of(1, 4, 1), 1f, 2f, 3f, 4f));
            assertThat(IntStream.range(0, Math.toIntExact(result.shape().elementCount()))
                            .mapToObj(i -> Long.toString(Math.round(result.element(i)))))
                    .containsExactly(expected.split(" "));
            model.save(folder.resolve("causal.keras"));
            try (Model again = Model.load(folder.resolve("causal.keras"))) {
                assertThat(again.predict(Tensor.of(Shape.of(1, 4, 1), 1f, 2f, 3f, 4f))
                                .bytes())
                        .isEqualTo(result.bytes());
            }
        }
    }

    /** What PyTorch's {@code interpolate} gives: a = -0.75, and the edges repeated outside. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Resizing {'height': 5, 'width': 2, 'interpolation': 'bicubic'} | 0.07646878, 3.388469, 0.27417207,"
                        + " 3.3112495, 0.58593756, 3.0117188, 0.8512969, 2.2291412, 1.0012189, 1.6545630",
                "UpSampling2D {'size': 2, 'interpolation': 'bicubic'} | -0.38314819, 0.07206726, 0.79115295, 2.1542969,"
                        + " 3.3917236, 4.1553192, 0.54472351, 0.21308899, -0.38746643, 0.88877869, 3.3211212, 4.7938690,"
                        + " 2.0919342, 0.44065857, -2.3734589, -1.2321014, 3.2201996, 5.8919830",
            })
    void bicubicIsThatOfPyTorch(String spec, String expected) {
        try (Model model = model(layer(spec, false), true, 3, 3, 1)) {
            Tensor result = model.predict(Tensor.of(Shape.of(1, 3, 3, 1), 0f, 1, 4, 2, -3, 5, 1, 1, 2));
            String[] numbers = expected.split(", ");
            for (int i = 0; i < numbers.length; i++) {
                assertThat(result.element(i)).isCloseTo(Double.parseDouble(numbers[i]), within(1e-5));
            }
        }
    }

    /** The numbers are those of {@code torch.nn.functional.interpolate} with {@code antialias}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bilinear | 0.3714287, 2.714286, 1.757143, 2.185714, 2.571429, 1.257143",
                "bicubic  | 0.04983262, 2.903017, 1.694319, 2.486166, 2.638174, 0.9599553",
                "nearest  | 5, 1, 6, 2"
            })
    void antialiasedIsThatOfPyTorch(String interpolation, String expected) {
        String[] numbers = expected.split(", ");
        String spec = "Resizing {'height': 2, 'width': " + numbers.length / 2
                + ", 'antialias': true, 'interpolation': '" + interpolation + "'}";
        try (Model model = model(layer(spec, false), true, 4, 4, 1)) {
            Tensor result =
                    model.predict(Tensor.of(Shape.of(1, 4, 4, 1), 0f, 1, 4, 2, -3, 5, 1, 1, 2, 7, -2, 3, 0, 6, -1, 2));
            for (int i = 0; i < numbers.length; i++) {
                assertThat(result.element(i)).isCloseTo(Double.parseDouble(numbers[i]), within(1e-5));
            }
        }
    }

    /** Windows of three over four places: padded by nothing in front and one behind. */
    @Test
    void averageRepeatsEdgesWherePaddingCannotBeHalved() {
        Layer layer = layer("AveragePooling1D {'pool_size': 3, 'strides': 2, 'padding': 'same'}", false);
        try (Model model = model(layer, true, 4, 1)) {
            Tensor result = model.predict(Tensor.of(Shape.of(1, 4, 1), 3f, 6f, 9f, 12f));
            assertThat(result.element(0)).isEqualTo(6);
            assertThat(result.element(1)).isEqualTo(11);
        }
    }

    @Test
    void averageDoesNotCountPaddingThatIsHalved() {
        Layer layer = layer("AveragePooling1D {'pool_size': 3, 'strides': 2, 'padding': 'same'}", false);
        try (Model model = model(layer, true, 3, 1)) {
            Tensor result = model.predict(Tensor.of(Shape.of(1, 3, 1), 3f, 6f, 9f));
            assertThat(result.element(0)).isEqualTo(4.5);
            assertThat(result.element(1)).isEqualTo(7.5);
        }
    }

    @Test
    void resizingKeepsWholeNumbersAndRatios() {
        Layer crop = layer("Resizing {'height': 1, 'width': 1, 'crop_to_aspect_ratio': true}", false);
        Layer pad = layer("Resizing {'height': 3, 'width': 3, 'pad_to_aspect_ratio': true, 'fill_value': 7}", false);
        Tensor x = Tensor.of(Shape.of(1, 1, 3, 1), 10, 21, 30);
        InputLayer in = new InputLayer("in", DataType.INT32, Shape.of(1, 3, 1).prepend(Dimension.symbol("batch")));
        try (Model model = Model.sequential(in, crop)) {
            assertThat(model.predict(x).element(0)).isEqualTo(21);
            assertThat(model.outputs().get(0).type()).isEqualTo(DataType.INT32);
        }
        try (Model model = Model.sequential(in, pad)) {
            Tensor result = model.predict(x);
            assertThat(IntStream.range(0, 9).mapToObj(i -> (long) result.element(i)))
                    .containsExactly(7L, 7L, 7L, 10L, 21L, 30L, 7L, 7L, 7L);
        }
    }

    /** As real Keras 3.15.1 on TensorFlow; -128 and 127 are the ends of the type. */
    @Test
    void wholeNumbersStayInTheirTypeWhereACurveLeavesIt() {
        Layer layer = layer("Resizing {'height': 8, 'width': 1, 'interpolation': 'lanczos3'}", false);
        InputLayer in = new InputLayer("in", DataType.INT8, Shape.of(5, 1, 1).prepend(Dimension.symbol("batch")));
        Network network = Network.sequential("resizing", true, List.of(in, layer))
                .from(new Origin(Backend.TENSORFLOW, KerasVersion.latest()));
        try (Model model = Model.of(network, 0)) {
            Tensor result = model.predict(
                    Tensor.of(Shape.of(1, 5, 1, 1), -128f, -128, 127, 127, -3).cast(DataType.INT8));
            assertThat(result.type()).isEqualTo(DataType.INT8);
            assertThat(IntStream.range(0, 8).mapToObj(i -> (long) result.element(i)))
                    .containsExactly(-120L, -128L, -117L, 54L, 127L, 127L, 42L, -16L);
        }
    }

    @ParameterizedTest
    @CsvSource({"TORCH, 3.14.1, 1", "TORCH, 3.15.0, 7", "TENSORFLOW, 3.14.1, 7"})
    void paddingOnTheLeftWasOneOnPyTorch(Backend backend, String version, long left) {
        Layer pad = layer(
                "Resizing {'height': 2, 'width': 6, 'interpolation': 'nearest', 'pad_to_aspect_ratio': true,"
                        + " 'fill_value': 7}",
                false);
        Network network = Network.sequential("padding", true, List.of(InputLayer.of(1, 1, 1), pad))
                .from(new Origin(backend, KerasVersion.of(version)));
        try (Model model = Model.of(network, 0)) {
            Tensor result = model.predict(Tensor.of(Shape.of(1, 1, 1, 1), 5f));
            assertThat(IntStream.range(0, 12).mapToObj(i -> (long) result.element(i)))
                    .containsExactly(left, left, 5L, 5L, 7L, 7L, left, left, 5L, 5L, 7L, 7L);
        }
    }

    @Test
    void centerCropEnlargesWhatIsTooSmall() {
        try (Model model = model(layer("CenterCrop {'height': 2, 'width': 4}", false), true, 1, 3, 1)) {
            Tensor result = model.predict(Tensor.of(Shape.of(1, 1, 3, 1), 1f, 3f, 9f));
            assertThat(result.shape()).isEqualTo(Shape.of(1, 2, 4, 1));
            assertThat(result.element(0)).isEqualTo(1);
            assertThat(result.element(1)).isEqualTo(1.5);
            assertThat(result.element(7)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Conv2D {'filters': 2, 'kernel_size': 3, 'padding': 'causal'}          | padding 'causal' (expected: one of [valid, same])",
                "Conv2D {'filters': 2, 'kernel_size': [3]} | ok",
                "Conv2D {'filters': 2, 'kernel_size': [3, 3, 3]}                       | kernel_size = [3.0, 3.0, 3.0] (expected: 2 whole numbers from 1 on, or one)",
                "Conv2D {'filters': 2, 'kernel_size': 0}                               | kernel_size = [0.0]",
                "Conv2D {'filters': 2, 'kernel_size': 3, 'strides': 2, 'dilation_rate': 2} | (expected: one of them 1, as Keras requires)",
                "Conv2D {'filters': 3, 'kernel_size': 3, 'groups': 2}                  | 3 filters in 2 groups",
                "Conv2D {'filters': 2, 'kernel_size': 3, 'data_format': 'last'}        | data_format = last (expected: channels_last or channels_first)",
                "Conv1DTranspose {'filters': 2, 'kernel_size': 3, 'output_padding': 1} | output_padding [1] and strides [1]",
                "DepthwiseConv2D {'kernel_size': 3, 'groups': 2}                       | groups = 2",
                "UpSampling2D {'interpolation': 'lanczos4'}                            | interpolation = lanczos4 (expected: nearest, bilinear, bicubic, lanczos3, lanczos5, area, gaussian or mitchellcubic)",
                "Resizing {'height': 2000000000, 'width': 2}                           | height 2000000000 and width 2 (expected: 1 to 1048576)",
                "Cropping2D {'cropping': [1, 2, 3]}                                    | one, 2 or 4 whole numbers from 0 on",
                "ZeroPadding2D {'padding': -1}                                         | padding = [-1.0]",
                "Permute {'dims': [1, 3]}                                              | dims [1, 3]",
                "RepeatVector {'n': 0}                                                 | n 0 (expected: >= 1)"
            })
    void refusesByName(String spec, String message) {
        if (message.equals("ok")) {
            assertThat(layer(spec, false).name()).isEqualTo("tested");
            return;
        }
        assertThatThrownBy(() -> layer(spec, false))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("layer 'tested' (")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Conv2D {'filters': 2, 'kernel_size': 9}   | a window over 9 elements on an axis of 7",
                "Conv2D {'filters': 3, 'kernel_size': 1, 'groups': 3} | 4 channels in 3 groups",
                "Conv1D {'filters': 3, 'kernel_size': 1}   | (expected: [batch, …, channels] of rank 3)",
                "Cropping2D {'cropping': [3, 4]}           | axis 2 of input of shape [batch, 7, 8, 4] cropped by 4 and 4",
                "RepeatVector {'n': 2}                     | (expected: [batch, features])",
                "Permute {'dims': [1, 2]}                  | (expected: rank 3, for dims [1, 2])"
            })
    void refusesInputsByName(String spec, String message) {
        assertThatThrownBy(() -> model(layer(spec, false), true, 7, 8, CHANNELS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    /** Not as nothing: the largest of numbers below zero and of zeros around them is zero. */
    @Test
    void zerosAroundImagesCountWhereTheyArePooled() {
        Model made = Model.sequential(
                InputLayer.of(4, 4, 2), Conv2D.of(2, 1), ZeroPadding2D.of(1), MaxPooling2D.of(2), Conv2D.of(2, 1));
        try (Model model = made) {
            Tensor identity = Tensor.of(Shape.of(1, 1, 2, 2), 1f, 0, 0, 1);
            model.weights().stream()
                    .filter(weight -> weight.path().endsWith("kernel"))
                    .forEach(weight -> model.assign(weight.path(), identity));
            float[] below = new float[4 * 4 * 2];
            Arrays.fill(below, -1);
            float[] pooled = new float[3 * 3 * 2];
            pooled[8] = -1;
            pooled[9] = -1;
            assertThat(model.predict(Tensor.of(Shape.of(1, 4, 4, 2), below)).toFloatArray())
                    .containsExactly(pooled, within(1e-6f));
        }
    }
}
