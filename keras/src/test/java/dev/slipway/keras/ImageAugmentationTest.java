package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What layers that change images at random do in training. */
class ImageAugmentationTest {
    private static final int MANY = 400;

    private static Layer layer(String className, String config) {
        try {
            JsonNode node = new ObjectMapper()
                    .readTree("{'name': 'tested', %s}".formatted(config).replace('\'', '"'));
            return LayerRegistry.builtIn().read(className, (ObjectNode) node, inner -> {
                throw new IllegalArgumentException(inner + " (expected: no layer inside)");
            });
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(config, e);
        }
    }

    /** The images after a step of training that found the random state {@code [seed, draws]}. */
    private static double[] changed(Layer layer, Tensor images, long seed, long draws) {
        Graph graph = new Graph("augmentation");
        Ops ops = new Ops(graph);
        Value x = graph.input("x", DataType.FLOAT, images.shape());
        Value state = ops.constant(seed, draws);
        LayerCall call = LayerCall.root(ops, List.of(x), true, path -> state);
        graph.output("y", layer.call(call).get(0));
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults())) {
            Tensor y = Objects.requireNonNull(compiled.run(Map.of("x", images)).get("y"));
            return IntStream.range(0, Math.toIntExact(y.shape().elementCount()))
                    .mapToDouble(y::element)
                    .toArray();
        }
    }

    private static double[] changed(String className, String config, Tensor images) {
        return changed(layer(className, config), images, 7, 0);
    }

    private static Tensor square() {
        return Tensor.of(Shape.of(1, 2, 2, 1), 1f, 2f, 3f, 4f);
    }

    private static Tensor same(int count, float... image) {
        float[] all = new float[count * image.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = image[i % image.length];
        }
        return Tensor.of(Shape.of(count, 1, image.length, 1), all);
    }

    private static void requireClose(double[] found, double... expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i])
                    .as("element %d of %s", i, Arrays.toString(found))
                    .isCloseTo(expected[i], within(1e-4));
        }
    }

    @Test
    void halfOfTheImagesAreMirrored() {
        double[] found = changed("RandomFlip", "'mode': 'horizontal'", same(MANY, 1, 2));
        long mirrored = IntStream.range(0, MANY).filter(i -> found[2 * i] == 2).count();
        assertThat(mirrored).isBetween(150L, 250L);
        assertThat(IntStream.range(0, MANY)).allMatch(i -> found[2 * i] + found[2 * i + 1] == 3);
    }

    @Test
    void bothDirectionsAreMirroredAtOnce() {
        double[] found = changed("RandomFlip", "'mode': 'horizontal_and_vertical'", square());
        assertThat(Arrays.toString(found)).isIn("[1.0, 2.0, 3.0, 4.0]", "[4.0, 3.0, 2.0, 1.0]");
    }

    @Test
    void quarterTurnIsCounterclockwise() {
        requireClose(changed("RandomRotation", "'factor': [0.25, 0.25], 'fill_mode': 'nearest'", square()), 2, 4, 1, 3);
        requireClose(
                changed("RandomRotation", "'factor': [0.25, 0.25], 'interpolation': 'nearest'", square()), 2, 4, 1, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "0.25, constant, 9 1 2 3",
        "0.25, nearest, 1 1 2 3",
        "0.5, reflect, 2 1 1 2",
        "0.5, wrap, 3 4 1 2",
        "-0.25, reflect, 2 3 4 4",
        "0.125, nearest, 1 1.5 2.5 3.5",
    })
    void imagesAreShifted(double factor, String fill, String expected) {
        String config = "'height_factor': 0.0, 'width_factor': [%s, %s], 'fill_mode': '%s', 'fill_value': 9.0"
                .formatted(factor, factor, fill);
        double[] wanted = Arrays.stream(expected.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        requireClose(changed("RandomTranslation", config, same(1, 1, 2, 3, 4)), wanted);
    }

    @Test
    void imagesAreZoomedFromTheirMiddle() {
        String config = "'height_factor': [-0.5, -0.5], 'width_factor': null";
        requireClose(changed("RandomZoom", config, same(1, 1, 2, 3, 4)), 1.75, 2.25, 2.75, 3.25);
    }

    @Test
    void brightnessIsScaledToTheRangeAndCutAtIt() {
        String config = "'factor': [0.5, 0.5], 'value_range': [0, 10]";
        requireClose(changed("RandomBrightness", config, same(1, 0, 4, 8)), 5, 9, 10);
    }

    @Test
    void brightnessIsEven() {
        String config = "'factor': 0.2, 'value_range': [0, 1]";
        double[] found = changed("RandomBrightness", config, same(MANY, 0.5f));
        assertThat(Arrays.stream(found)).allMatch(x -> x >= 0.3 && x <= 0.7);
        assertThat(Arrays.stream(found).average().orElseThrow()).isCloseTo(0.5, within(0.02));
        assertThat(Arrays.stream(found).filter(x -> x < 0.4).count()).isBetween(70L, 130L);
    }

    @Test
    void contrastIsAroundTheMeanOfEachImage() {
        double[] found = changed("RandomContrast", "'factor': [0.5, 0.5]", same(MANY, 10, 20));
        for (int i = 0; i < MANY; i++) {
            assertThat(found[2 * i] + found[2 * i + 1]).isCloseTo(30, within(1e-4));
            assertThat(found[2 * i + 1] - found[2 * i]).isBetween(5.0, 15.0);
        }
        assertThat(Arrays.stream(found).distinct().count()).isGreaterThan(MANY);
    }

    @Test
    void channelsMayComeFirst() {
        Tensor images = Tensor.of(Shape.of(1, 1, 1, 4), 1f, 2f, 3f, 4f);
        String config = "'height_factor': 0.0, 'width_factor': [0.25, 0.25], 'data_format': 'channels_first'";
        requireClose(changed("RandomTranslation", config, images), 1, 1, 2, 3);
    }

    @Test
    void sameStateGivesTheSameImages() {
        Layer layer = layer("RandomRotation", "'factor': 0.5");
        double[] first = changed(layer, square(), 3, 8);
        assertThat(changed(layer, square(), 3, 8)).isEqualTo(first);
        assertThat(changed(layer, square(), 3, 9)).isNotEqualTo(first);
        assertThat(changed(layer, square(), 4, 8)).isNotEqualTo(first);
    }

    @Test
    void refusesToTrainWithWhatIsNotThere() {
        assertThatThrownBy(() -> changed("RandomHue", "'factor': 0.1", square()))
                .hasMessageContaining("as Slipway does not change images this way yet");
    }

    @Test
    void refusesFillsThatKerasDoesNotHave() {
        assertThatThrownBy(() -> layer("RandomZoom", "'height_factor': 0.1, 'fill_mode': 'mirror'"))
                .hasMessageContaining("(expected: constant, nearest, reflect or wrap");
    }
}
