package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.TrainedLayer.Arguments;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers that only Keras 1 and 2 have train: as real Keras 2.3.1 does those that it has still ({@code fixtures/relics/make.py}),
 * and all of them against finite differences.
 */
class RelicTrainingTest {
    private static final double TOLERANCE = 1e-4;
    private static final int TRIALS = 8;

    /** Where layers with corners are drawn none of which lies between the points of a difference. */
    private static final Map<String, Long> FIRST_SEEDS = Map.of("MaxoutDense", 15L, "SReLU", 9L);

    @ParameterizedTest
    @ValueSource(strings = {"local_1d", "local_2d_last", "local_2d_first", "maxout_highway", "frozen"})
    void trainsAsKeras2Does(String name) {
        Map<String, Tensor> known = Npz.read(Fixtures.relics(name + ".npz"));
        Tensor losses = get(known, "loss");
        int epochs = (int) losses.shape().size(0);
        try (Model model = Model.load(Fixtures.relics(name + ".h5"))) {
            assertThat(model.untrainable()).isEmpty();
            List<Double> found = model.fit(
                            get(known, "x"),
                            get(known, "y"),
                            FitOptions.epochs(epochs).withShuffle(false).withBatchSize(4))
                    .get("loss");
            for (int epoch = 0; epoch < epochs; epoch++) {
                assertThat(found.get(epoch)).as("epoch %d", epoch).isCloseTo(losses.element(epoch), within(TOLERANCE));
            }
            List<Weight> weights = model.weights();
            for (int i = 0; i < weights.size(); i++) {
                Tensor wanted = get(known, String.format("w%02d", i));
                InferenceFixturesTest.requireClose(model.weight(weights.get(i).path()), wanted, TOLERANCE);
            }
            InferenceFixturesTest.requireClose(model.predict(get(known, "x")), get(known, "p"), TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DepthToSpace",
                "SpaceToDepth",
                "Highway",
                "Keras1BatchNormalization",
                "LocallyConnected1D",
                "LocallyConnected2D",
                "MaxoutDense",
                "ParametricSoftplus",
                "SReLU"
            })
    void gradientIsFiniteDifference(String className) {
        long first = FIRST_SEEDS.getOrDefault(className, 0L);
        for (long seed = first; seed < first + TRIALS; seed++) {
            Random random = new Random(seed);
            ObjectNode config = new ObjectMapper().createObjectNode().put("name", "tested");
            Tensor input = TrainedLayer.random(random, 1, options(className, config, random));
            Layer layer = layer(className, config);
            try (TrainedLayer trained = new TrainedLayer(layer, Arguments.of(input), random)) {
                trained.requireSlopes(random, className + " " + config + ", seed " + seed);
            }
        }
    }

    /** Chooses a configuration; gives the shape of what the layer is applied to. */
    private static Shape options(String className, ObjectNode config, Random random) {
        int rows = 2 + random.nextInt(3);
        switch (className) {
            case "DepthToSpace", "SpaceToDepth" -> {
                int block = 1 + random.nextInt(3);
                config.put("block_size", block);
                int channels = 1 + random.nextInt(2);
                return className.startsWith("Depth")
                        ? Shape.of(rows, 1 + random.nextInt(2), 1 + random.nextInt(3), (long) channels * block * block)
                        : Shape.of(rows, 2L * block, (long) block * (1 + random.nextInt(2)), channels);
            }
            case "Highway", "MaxoutDense" -> {
                config.put("use_bias", random.nextBoolean());
                if (className.equals("Highway")) {
                    config.put("activation", "tanh");
                } else {
                    config.put("units", 1 + random.nextInt(3)).put("nb_feature", 1 + random.nextInt(3));
                }
                return Shape.of(rows, 1 + random.nextInt(4));
            }
            case "Keras1BatchNormalization" -> {
                int mode = 1 + random.nextInt(2);
                config.put("mode", mode).put("epsilon", 0.1);
                if (mode == 1) {
                    return Shape.of(rows, 2 + random.nextInt(3));
                }
                config.put("axis", 1 + random.nextInt(3));
                return Shape.of(rows, 2, 3, 2);
            }
            case "ParametricSoftplus", "SReLU" -> {
                if (random.nextBoolean()) {
                    config.putArray("shared_axes").add(1);
                }
                return Shape.of(rows, 3, 2);
            }
            default -> {
                return localOptions(className, config, random, rows);
            }
        }
    }

    private static Shape localOptions(String className, ObjectNode config, Random random, int rows) {
        int implementation = 1 + random.nextInt(3);
        boolean isFirst = random.nextBoolean();
        config.put("filters", 1 + random.nextInt(2)).put("kernel_size", 1 + random.nextInt(3));
        config.put("strides", 1 + random.nextInt(2)).put("implementation", implementation);
        config.put("padding", implementation > 1 && random.nextBoolean() ? "same" : "valid");
        config.put("data_format", isFirst ? "channels_first" : "channels_last");
        config.put("activation", "tanh").put("use_bias", random.nextBoolean());
        int channels = 1 + random.nextInt(2);
        if (className.endsWith("1D")) {
            return isFirst ? Shape.of(rows, channels, 5) : Shape.of(rows, 5, channels);
        }
        return isFirst ? Shape.of(rows, channels, 4, 3) : Shape.of(rows, 4, 3, channels);
    }

    /** What is learned lies elsewhere in each: at 1 by places, at 2 in a matrix, at 3 in a row. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void implementationsOfLocalConvolutionsLearnTheSame(int implementation) {
        int steps = 5;
        int size = 3;
        int filters = 2;
        Random random = new Random(4);
        Tensor x = TrainedLayer.random(random, 1, Shape.of(6, steps, 2));
        Tensor y = TrainedLayer.random(random, 1, Shape.of(6, steps - size + 1, filters));
        try (Model first = local(1);
                Model other = local(implementation)) {
            Tensor kernel = first.weight("local/kernel");
            float[] stored =
                    new float[(int) other.weight("local/kernel").shape().elementCount()];
            int next = 0;
            for (int place = 0; place <= steps - size; place++) {
                for (int filter = 0; filter < filters; filter++) {
                    for (int in = 0; in < size * 2; in++) {
                        int row = place * 2 + in;
                        int column = place * filters + filter;
                        int dense = row * (steps - size + 1) * filters + column;
                        stored[implementation == 2 ? dense : next++] =
                                (float) kernel.element((place * size * 2 + in) * filters + filter);
                    }
                }
            }
            other.assign("local/kernel", Tensor.of(other.weight("local/kernel").shape(), stored));
            FitOptions options = FitOptions.epochs(3).withShuffle(false).withBatchSize(2);
            List<Double> losses = first.fit(x, y, options).get("loss");
            List<Double> found = other.fit(x, y, options).get("loss");
            for (int epoch = 0; epoch < losses.size(); epoch++) {
                assertThat(found.get(epoch)).isCloseTo(losses.get(epoch), within(1e-6));
            }
            InferenceFixturesTest.requireClose(other.predict(x), first.predict(x), 1e-5);
            assertThat(losses.get(2)).isLessThan(losses.get(0));
        }
    }

    private static Model local(int implementation) {
        Model model = sequential("[null, 5, 2]", """
                {"class_name": "LocallyConnected1D", "config": {"name": "local", "filters": 2, "kernel_size": [3],
                 "implementation": %d}}""".formatted(implementation));
        model.compile("sgd", "mse");
        return model;
    }

    /** Lengths that are not known until there are rows. */
    @ParameterizedTest
    @ValueSource(strings = {"DepthToSpace", "SpaceToDepth"})
    void whatComesBeforeBlocksOfPixelsLearnsWhateverTheirLengths(String className) {
        String layers = """
                {"class_name": "Conv2D", "config": {"name": "conv", "filters": 4, "kernel_size": [1, 1]}},
                {"class_name": "%s", "config": {"name": "blocks", "block_size": 2}}""".formatted(className);
        Random random = new Random(5);
        Tensor x = TrainedLayer.random(random, 1, Shape.of(2, 4, 6, 3));
        try (Model known = sequential("[null, 4, 6, 3]", layers);
                Model unknown = sequential("[null, null, null, 3]", layers)) {
            unknown.assign("conv/kernel", known.weight("conv/kernel"));
            Tensor y = TrainedLayer.random(random, 1, known.predict(x).shape());
            for (Model model : List.of(known, unknown)) {
                model.compile("sgd", "mse");
            }
            Tensor before = known.weight("conv/kernel").copy();
            List<Double> losses = known.fit(x, y, FitOptions.epochs(2)).get("loss");
            assertThat(unknown.fit(x, y, FitOptions.epochs(2)).get("loss").get(1))
                    .isCloseTo(losses.get(1), within(1e-6));
            assertThat(losses.get(1)).isLessThan(losses.get(0));
            assertThat(known.weight("conv/kernel").bytes()).isNotEqualTo(before.bytes());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Highway | {} | highway/gate_bias | 1
                    Highway | {"transform_bias": -2} | highway/gate_bias | -2
                    ParametricSoftplus | {} | parametric_softplus/alphas | 0.2
                    ParametricSoftplus | {"beta_init": 3} | parametric_softplus/betas | 3
                    SReLU | {"t_left_init": "one"} | s_re_lu/t_left | 1
                    SReLU | {} | s_re_lu/a_right | 1
                    MaxoutDense | {"units": 2, "kernel_initializer": "ones"} | maxout_dense/kernel | 1
                    Keras1BatchNormalization | {"mode": 1} | keras1_batch_normalization/gamma | 1
                    """)
    void weightsBeginAsTheFileSays(String className, String config, String weight, double beginning) {
        String layer = "{\"class_name\": \"" + className + "\", \"config\": " + config + "}";
        try (Model model = sequential("[null, 3]", layer)) {
            String path = model.weights().stream()
                    .map(Weight::path)
                    .filter(found -> found.endsWith(weight.substring(weight.indexOf('/'))))
                    .findFirst()
                    .orElseThrow();
            assertThat(model.weight(path).element(0)).isCloseTo(beginning, within(1e-6));
            try (Model again = Model.fromJson(model.toJson(), LayerRegistry.builtIn(), 0)) {
                assertThat(again.toJson()).isEqualTo(model.toJson());
            }
        }
    }

    @Test
    void aFrozenLayerStaysAndThoseBeforeItLearn() {
        try (Model model = sequential("[null, 3]", """
                {"class_name": "Dense", "config": {"name": "dense", "units": 3}},
                {"class_name": "SReLU", "config": {"name": "srelu", "trainable": false}}""")) {
            model.compile("sgd", "mse");
            Tensor frozen = model.weight("srelu/a_left").copy();
            Tensor dense = model.weight("dense/kernel").copy();
            Tensor rows = TrainedLayer.random(new Random(1), 1, Shape.of(4, 3));
            model.fit(rows, TrainedLayer.random(new Random(2), 1, Shape.of(4, 3)), FitOptions.epochs(1));
            assertThat(model.weight("srelu/a_left").bytes()).isEqualTo(frozen.bytes());
            assertThat(model.weight("dense/kernel").bytes()).isNotEqualTo(dense.bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void normalizationByWhatIsGivenMovesNoStatistics(int mode) {
        try (Model model = sequential("[null, 3]", """
                {"class_name": "Keras1BatchNormalization", "config": {"name": "norm", "mode": %d}}""".formatted(mode))) {
            model.compile("sgd", "mse");
            Tensor rows = TrainedLayer.random(new Random(1), 1, Shape.of(4, 3));
            model.fit(rows, TrainedLayer.random(new Random(2), 1, Shape.of(4, 3)), FitOptions.epochs(1));
            for (int i = 0; i < 3; i++) {
                assertThat(model.weight("norm/gamma").element(i)).isNotEqualTo(1);
                assertThat(model.weight("norm/moving_mean").element(i)).isZero();
                assertThat(model.weight("norm/moving_variance").element(i)).isEqualTo(1);
            }
        }
    }

    private static Model sequential(String shape, String layers) {
        String model = """
                {"class_name": "Sequential", "keras_version": "3.9.2", "config": {"name": "s", "layers": [
                  {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": %s, "dtype": "float32"}}, %s]}}""".formatted(shape, layers);
        return Model.fromJson(json(model), LayerRegistry.builtIn(), 3);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static Layer layer(String className, ObjectNode config) {
        return LayerRegistry.builtIn().read(className, config, inner -> {
            throw new AssertionError(inner);
        });
    }

    private static Tensor get(Map<String, Tensor> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }
}
