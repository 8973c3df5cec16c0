package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.InputLayer;
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
import java.util.Random;
import java.util.stream.IntStream;

/** A layer that changes images in training, for batches of any size and any random state. */
final class AugmentedImages implements AutoCloseable {
    private final CompiledGraph compiled;

    private AugmentedImages(Layer layer, Shape images) {
        Graph graph = new Graph("augmentation");
        Ops ops = new Ops(graph);
        Value x = graph.input("x", DataType.FLOAT, images.with(0, Dimension.symbol(InputLayer.BATCH)));
        Value state = graph.input("state", DataType.INT64, Shape.of(2));
        LayerCall call = LayerCall.root(ops, List.of(x), true, path -> state);
        Value y = layer.call(call).get(0);
        assertThat(y.shape()).isEqualTo(x.shape());
        graph.output("y", y);
        compiled =
                CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults().withThreads(1));
    }

    static AugmentedImages of(String className, String config, Tensor images) {
        return new AugmentedImages(layer(className, config), images.shape());
    }

    /** A layer whose configuration is written with single quotes and without a name. */
    static Layer layer(String className, String config) {
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
    double[] after(Tensor images, long seed, long draws) {
        Tensor state = Tensor.of(Shape.of(2), seed, draws);
        Tensor y = Objects.requireNonNull(
                compiled.run(Map.of("x", images, "state", state)).get("y"));
        assertThat(y.shape()).isEqualTo(images.shape());
        return elements(y);
    }

    static double[] changed(Layer layer, Tensor images, long seed, long draws) {
        try (AugmentedImages changed = new AugmentedImages(layer, images.shape())) {
            return changed.after(images, seed, draws);
        }
    }

    static double[] changed(String className, String config, Tensor images) {
        return changed(layer(className, config), images, 7, 0);
    }

    static double[] elements(Tensor x) {
        return IntStream.range(0, Math.toIntExact(x.shape().elementCount()))
                .mapToDouble(x::element)
                .toArray();
    }

    /** Images of even random numbers, the same ones each time. */
    static Tensor noise(double low, double high, long... shape) {
        Random random = new Random(5);
        float[] numbers = new float[Math.toIntExact(Shape.of(shape).elementCount())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (low + (high - low) * random.nextDouble());
        }
        return Tensor.of(Shape.of(shape), numbers);
    }

    /** Images of one pixel. */
    static Tensor coloured(int count, float red, float green, float blue) {
        float[] all = new float[3 * count];
        for (int i = 0; i < count; i++) {
            all[3 * i] = red;
            all[3 * i + 1] = green;
            all[3 * i + 2] = blue;
        }
        return Tensor.of(Shape.of(count, 1, 1, 3), all);
    }

    static void requireClose(double[] found, double... expected) {
        requireWithin(1e-4, found, expected);
    }

    static void requireWithin(double tolerance, double[] found, double... expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i])
                    .as("element %d of %s", i, Arrays.toString(found))
                    .isCloseTo(expected[i], within(tolerance));
        }
    }

    @Override
    public void close() {
        compiled.close();
    }
}
