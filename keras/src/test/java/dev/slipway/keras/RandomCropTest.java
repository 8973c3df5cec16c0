package dev.slipway.keras;

import static dev.slipway.keras.AugmentedImages.elements;
import static dev.slipway.keras.AugmentedImages.layer;
import static dev.slipway.keras.AugmentedImages.noise;
import static dev.slipway.keras.AugmentedImages.requireClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.CenterCrop;
import dev.slipway.keras.layers.Conv2D;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.GlobalAveragePooling2D;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RandomCrop at inference and in training, of Keras 3 and of Keras 2. */
class RandomCropTest {
    private static final int CHANNELS = 2;

    private static Layer crop(int height, int width, String more) {
        return layer("RandomCrop", "'height': %d, 'width': %d%s".formatted(height, width, more));
    }

    private static Layer crop(int height, int width) {
        return crop(height, width, "");
    }

    /** Two images, {@code [2, rows, columns, 2]}. */
    private static Tensor images(int rows, int columns) {
        return noise(0, 255, 2, rows, columns, CHANNELS);
    }

    /** A layer in training, for any random state. */
    private record Training(CompiledGraph compiled) implements AutoCloseable {
        static Training of(Layer layer, Shape images) {
            Graph graph = new Graph("crop");
            Value x = graph.input("x", DataType.FLOAT, images.with(0, Dimension.symbol(InputLayer.BATCH)));
            Value state = graph.input("state", DataType.INT64, Shape.of(2));
            LayerCall call = LayerCall.root(new Ops(graph), List.of(x), true, path -> state);
            graph.output("y", layer.call(call).get(0));
            return new Training(CompiledGraph.compile(
                    graph, Map.of(), EngineOptions.defaults().withThreads(1)));
        }

        Tensor step(Tensor images, long seed, long draws) {
            Map<String, Tensor> feeds = Map.of("x", images, "state", Tensor.of(Shape.of(2), seed, draws));
            return Objects.requireNonNull(compiled.run(feeds).get("y"));
        }

        @Override
        public void close() {
            compiled.close();
        }
    }

    private static Tensor trained(Layer layer, Tensor images) {
        try (Training training = Training.of(layer, images.shape())) {
            return training.step(images, 7, 0);
        }
    }

    /** The part of {@code rows} by {@code columns} from a place on, resized bilinearly by plain loops. */
    private static double[] resized(Tensor images, int top, int left, int rows, int columns, int height, int width) {
        int oldColumns = (int) images.shape().size(2);
        int oldSize = (int) (images.shape().size(1) * oldColumns);
        double[] result = new double[(int) images.shape().size(0) * height * width * CHANNELS];
        int next = 0;
        for (int image = 0; image < images.shape().size(0); image++) {
            for (int i = 0; i < height; i++) {
                double y = clipped((i + 0.5) * rows / height - 0.5, rows);
                int above = Math.min((int) y, Math.max(rows - 2, 0));
                for (int j = 0; j < width; j++) {
                    double x = clipped((j + 0.5) * columns / width - 0.5, columns);
                    int before = Math.min((int) x, Math.max(columns - 2, 0));
                    for (int channel = 0; channel < CHANNELS; channel++) {
                        double sum = 0;
                        for (int corner = 0; corner < 4; corner++) {
                            int row = Math.min(above + corner / 2, rows - 1);
                            int column = Math.min(before + corner % 2, columns - 1);
                            double share = (corner / 2 == 0 ? 1 - (y - above) : y - above)
                                    * (corner % 2 == 0 ? 1 - (x - before) : x - before);
                            int place = image * oldSize + (top + row) * oldColumns + left + column;
                            sum += share * images.element(place * CHANNELS + channel);
                        }
                        result[next++] = sum;
                    }
                }
            }
        }
        return result;
    }

    private static double clipped(double place, int length) {
        return Math.max(0, Math.min(length - 1, place));
    }

    private static double[] cut(Tensor images, int top, int left, int height, int width) {
        return resized(images, top, left, height, width, height, width);
    }

    /** As channels-first images. */
    private static Tensor first(Tensor images) {
        Shape shape = images.shape();
        int places = (int) (shape.size(1) * shape.size(2));
        float[] turned = new float[(int) shape.elementCount()];
        for (int i = 0; i < turned.length; i++) {
            int image = i / (places * CHANNELS);
            int channel = i / places % CHANNELS;
            turned[i] = (float) images.element((image * places + i % places) * CHANNELS + channel);
        }
        return Tensor.of(Shape.of(shape.size(0), CHANNELS, shape.size(1), shape.size(2)), turned);
    }

    private static double[] first(double[] images, int height, int width) {
        float[] numbers = new float[images.length];
        IntStream.range(0, images.length).forEach(i -> numbers[i] = (float) images[i]);
        return elements(first(Tensor.of(Shape.of(2, height, width, CHANNELS), numbers)));
    }

    @ParameterizedTest
    @CsvSource({"3, 4", "6, 4", "9, 9", "2, 7"})
    void imagesAreWholeAtInference(int height, int width) {
        Tensor images = images(6, 5);
        try (Model model = Model.sequential(InputLayer.of(6, 5, CHANNELS), crop(height, width))) {
            assertThat(model.predict(images).shape()).isEqualTo(images.shape());
            assertThat(elements(model.predict(images))).isEqualTo(elements(images));
        }
        String config = ", 'data_format': 'channels_first'";
        try (Model model = Model.sequential(InputLayer.of(CHANNELS, 6, 5), crop(height, width, config))) {
            assertThat(elements(model.predict(first(images)))).isEqualTo(elements(first(images)));
        }
    }

    @Test
    void layersBehindAreBuiltForTheWindow() {
        assertThat(crop(3, 4).apply(InputLayer.of(6, 5, 2).apply()).shape().toString())
                .isEqualTo("[batch, 3, 4, 2]");
        assertThat(crop(9, 8, ", 'data_format': 'channels_first'")
                        .apply(InputLayer.of(2, 6, 5).apply())
                        .shape()
                        .toString())
                .isEqualTo("[batch, 2, 9, 8]");
        Layer nested = Model.sequential(InputLayer.of(6, 5, 2), crop(3, 4)).network();
        assertThat(nested.apply(InputLayer.of(6, 5, 2).apply()).shape().toString())
                .isEqualTo("[batch, 3, 4, 2]");
    }

    @Test
    void modelsPredictOfWholeImagesWhereTheirLayersDo() {
        Layer[] layers = {
            Conv2D.builder(3, 2).build(),
            GlobalAveragePooling2D.of(),
            Dense.builder(1).build()
        };
        Tensor images = images(6, 5);
        try (Model with = Model.sequential(InputLayer.of(6, 5, CHANNELS), crop(3, 4), layers[0], layers[1], layers[2]);
                Model without = Model.sequential(InputLayer.of(6, 5, CHANNELS), layers[0], layers[1], layers[2])) {
            without.weights().forEach(weight -> without.assign(weight.path(), with.weight(weight.path())));
            assertThat(elements(with.predict(images))).isEqualTo(elements(without.predict(images)));
        }
    }

    /** In Keras too. */
    @Test
    void modelsForTheWindowAloneTrainAndDoNotPredict() {
        Tensor images = images(6, 5);
        try (Model model = Model.sequential(
                InputLayer.of(6, 5, CHANNELS),
                crop(3, 4),
                Flatten.of(),
                Dense.builder(1).name("last").build())) {
            assertThat(model.weight("last/kernel").shape()).isEqualTo(Shape.of(24, 1));
            model.compile("sgd", "mse");
            assertThat(model.fit(images, noise(0, 1, 2, 1), FitOptions.epochs(1))
                            .get("loss"))
                    .hasSize(1);
            assertThatThrownBy(() -> model.predict(images))
                    .hasMessage(
                            "layer 'last' (Dense): given [batch, 60] (expected: [batch, 24], for which it was built, but a"
                                    + " RandomCrop before it gives whole images at inference, as in Keras 3; put a CenterCrop of its"
                                    + " size behind it)");
        }
    }

    /** The way out that the message names. */
    @Test
    void centerCropBehindMakesInferenceFit() {
        Tensor images = images(6, 5);
        try (Model model = Model.sequential(InputLayer.of(6, 5, CHANNELS), crop(3, 4), CenterCrop.of(3, 4))) {
            assertThat(elements(model.predict(images))).isEqualTo(cut(images, 1, 0, 3, 4));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void windowIsAnywhereInLargerImages(boolean isFirst) {
        Tensor images = images(5, 6);
        Tensor given = isFirst ? first(images) : images;
        Set<Integer> places = new TreeSet<>();
        Layer layer = crop(3, 4, isFirst ? ", 'data_format': 'channels_first'" : "");
        try (Training training = Training.of(layer, given.shape())) {
            for (long draws = 0; draws < 200; draws++) {
                double[] found = elements(training.step(given, 3, draws));
                int place = IntStream.range(0, 9)
                        .filter(i -> {
                            double[] cut = cut(images, i / 3, i % 3, 3, 4);
                            return Arrays.equals(found, isFirst ? first(cut, 3, 4) : cut);
                        })
                        .findFirst()
                        .orElseThrow();
                places.add(place);
            }
            assertThat(places).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(elements(training.step(given, 3, 0))).isEqualTo(elements(training.step(given, 3, 0)));
        }
    }

    /** What begins where the window of the ratio in the middle does, and ends with the image or the crop. */
    @ParameterizedTest
    @CsvSource({
        "4, 6, 4, 6,   0, 0, 4, 6", // as they are
        "4, 6, 4, 3,   0, 1, 4, 3", // no higher: the middle
        "7, 6, 4, 6,   1, 0, 4, 6",
        "4, 6, 8, 8,   0, 1, 4, 5", // smaller: from the middle's beginning to the end
        "6, 5, 8, 3,   0, 1, 6, 3",
        "2, 9, 4, 4,   0, 3, 2, 4",
        "1, 1, 3, 2,   0, 0, 1, 1",
    })
    void imagesThatAreNotLargerAreResized(
            int rows, int columns, int height, int width, int top, int left, int cutRows, int cutColumns) {
        Tensor images = images(rows, columns);
        double[] expected = resized(images, top, left, cutRows, cutColumns, height, width);
        Tensor found = trained(crop(height, width), images);
        assertThat(found.shape()).isEqualTo(Shape.of(2, height, width, CHANNELS));
        requireClose(elements(found), expected);
        Layer turned = crop(height, width, ", 'data_format': 'channels_first'");
        requireClose(elements(trained(turned, first(images))), first(expected, height, width));
    }

    @Test
    void imagesOfAnySizeAreWholeAtInferenceAndRefusedInTraining() {
        Shape any = Shape.of(List.of(
                Dimension.symbol(InputLayer.BATCH),
                Dimension.symbol("rows"),
                Dimension.symbol("columns"),
                Dimension.of(2)));
        Layer input = new InputLayer("x", DataType.FLOAT, any);
        Layer crop = crop(3, 4);
        try (Model model = Model.sequential(input, crop)) {
            Tensor images = images(6, 5);
            assertThat(elements(model.predict(images))).isEqualTo(elements(images));
        }
        assertThatThrownBy(() -> Training.of(crop, any))
                .hasMessageContaining("'tested'")
                .hasMessageContaining("(expected: known rows and columns)");
    }

    @Test
    void sameSeedGivesTheSameTraining() {
        assertThat(losses(3)).isEqualTo(losses(3)).isNotEqualTo(losses(4));
    }

    private static List<Double> losses(int seed) {
        try (Model model = Model.sequential(InputLayer.of(9, 9, CHANNELS), crop(3, 4, ", 'seed': " + seed))) {
            model.compile("sgd", "mse");
            return model.fit(images(9, 9), noise(0, 255, 2, 3, 4, CHANNELS), FitOptions.epochs(3))
                    .get("loss");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, 2, RandomCrop",
        "7, 8, RandomCrop",
        "6, 3, RandomCrop",
        "3, 2, Keras2RandomCrop",
        "7, 8, Keras2RandomCrop"
    })
    void gradientIsFiniteDifference(int height, int width, String className) {
        Random random = new Random(1);
        Tensor images = TrainedLayer.random(random, 1, Shape.of(2, 6, 5, 2));
        Layer layer = layer(className, "'height': %d, 'width': %d".formatted(height, width));
        try (TrainedLayer trained = new TrainedLayer(layer, TrainedLayer.Arguments.of(images), random)) {
            trained.requireSlopes(random, className);
        }
    }

    @Test
    void layersBeforeLearn() {
        Layer before = Conv2D.builder(2, 1).name("before").build();
        try (Model model = Model.sequential(InputLayer.of(6, 5, CHANNELS), before, crop(3, 4))) {
            model.compile("sgd", "mse");
            double[] kernel = elements(model.weight("before/kernel"));
            model.fit(noise(0, 1, 2, 6, 5, CHANNELS), noise(0, 1, 2, 3, 4, 2), FitOptions.epochs(1));
            assertThat(elements(model.weight("before/kernel"))).isNotEqualTo(kernel);
        }
    }

    private static Model old(String version, int rows, int columns, int height, int width) throws IOException {
        String json = """
                {'class_name': 'Sequential', 'keras_version': '%s', 'backend': 'tensorflow',
                 'config': {'name': 'm', 'layers': [
                  {'class_name': 'InputLayer', 'config': {'batch_input_shape': [null, %d, %d, 2], 'dtype': 'float32', 'name': 'x'}},
                  {'class_name': 'RandomCrop', 'config': {'name': 'random_crop', 'trainable': true, 'dtype': 'float32',
                   'height': %d, 'width': %d, 'seed': 5}}]}}""".formatted(version, rows, columns, height, width);
        return Model.fromJson(
                (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"')), LayerRegistry.builtIn(), 0);
    }

    @ParameterizedTest
    @CsvSource({
        "2.7.0,  8, 6, 4, 3,  0, 0, 8, 6",
        "2.10.0, 8, 6, 3, 3,  1, 0, 6, 6",
        "2.15.0, 4, 9, 2, 3,  0, 1, 4, 6",
        "2.12.0, 4, 6, 8, 8,  0, 1, 4, 4",
        "2.12.0, 4, 6, 4, 6,  0, 0, 4, 6",
    })
    void keras2CropsAtInference(
            String version,
            int rows,
            int columns,
            int height,
            int width,
            int top,
            int left,
            int cutRows,
            int cutColumns)
            throws IOException {
        Tensor images = images(rows, columns);
        try (Model model = old(version, rows, columns, height, width)) {
            requireClose(
                    elements(model.predict(images)), resized(images, top, left, cutRows, cutColumns, height, width));
        }
    }

    @Test
    void keras2CropsInTrainingWhereOneSideFits() {
        Tensor images = images(4, 6);
        Layer layer = layer("Keras2RandomCrop", "'height': 4, 'width': 4");
        Set<Integer> places = new TreeSet<>();
        try (Training training = Training.of(layer, images.shape())) {
            for (long draws = 0; draws < 60; draws++) {
                double[] found = elements(training.step(images, 3, draws));
                places.add(IntStream.range(0, 3)
                        .filter(left -> Arrays.equals(found, cut(images, 0, left, 4, 4)))
                        .findFirst()
                        .orElseThrow());
            }
        }
        assertThat(places).containsExactly(0, 1, 2);
        double[] expected = resized(images, 0, 1, 4, 4, 5, 5);
        requireClose(elements(trained(layer("Keras2RandomCrop", "'height': 5, 'width': 5"), images)), expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.4.0", "2.6.0"})
    void earlierCropsTakeImagesOfTheirSize(String version) throws IOException {
        Tensor images = images(4, 6);
        try (Model model = old(version, 4, 6, 4, 6)) {
            assertThat(elements(model.predict(images))).isEqualTo(elements(images));
        }
        assertThatThrownBy(() -> old(version, 4, 6, 2, 3))
                .hasMessageContaining("'random_crop'")
                .hasMessageContaining("of Keras before 2.7: images of shape [batch, 4, 6, 2] (expected: of height 2 and"
                        + " width 3");
    }

    @Test
    void keras2CropsAreNotWrittenForKeras3(@TempDir Path folder) throws IOException {
        try (Model model = old("2.10.0", 4, 6, 2, 3)) {
            assertThatThrownBy(() -> model.save(folder.resolve("m.keras")))
                    .hasMessageContaining("layer 'random_crop' (Keras2RandomCrop): in a file of Keras 3");
        }
    }
}
