package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers one after another as one layer, each applied to what the one before it gives.
 *
 * <p>Source: {@code keras.layers.Pipeline}.
 */
public final class Pipeline extends Layer {
    private final List<Layer> layers;

    /** What Keras does with a network inside is its own affair: here layers of the same name are told apart by place. */
    private final List<String> names = new ArrayList<>();

    private Pipeline(String name, List<Layer> layers) {
        super(name, true);
        this.layers = List.copyOf(layers);
        for (Layer layer : layers) {
            String own = layer.name().isEmpty() ? SnakeCase.of(layer.className()) : layer.name();
            String free = own;
            for (int place = names.size(); names.contains(free); place++) {
                free = own + "_" + place;
            }
            names.add(free);
        }
    }

    /**
     * Layers one after another.
     *
     * @param layers the layers, the one that gets the input first; of one input each
     * @return the layer they are together
     */
    public static Pipeline of(Layer... layers) {
        return new Pipeline("", List.of(layers));
    }

    static Pipeline read(String name, Config config, LayerRegistry.InnerReader inner) {
        List<Layer> layers = new ArrayList<>();
        JsonNode list =
                config.find("layers").orElseThrow(() -> config.refused("layers", "nothing", "a list of layers"));
        list.forEach(serialized -> layers.add(inner.read(serialized)));
        return new Pipeline(name, layers);
    }

    @Override
    public String className() {
        return "Pipeline";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        ArrayNode list = config.putArray("layers");
        for (int i = 0; i < layers.size(); i++) {
            list.add(layers.get(i).toJson(names.get(i)));
        }
    }

    /** Keras's pipeline takes no type and cannot be frozen. */
    @Override
    protected void writeCommonConfig(ObjectNode config) {}

    @Override
    public List<Child> children(List<Shape> inputs) {
        List<Child> children = new ArrayList<>();
        Map<String, Integer> counters = new HashMap<>();
        KerasTensor next = KerasTensor.of(new InputLayer("x", DataType.FLOAT, inputs.get(0)), List.of())
                .get(0);
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            String base = SnakeCase.of(layer.className());
            int count = counters.merge(base, 1, Integer::sum) - 1;
            String group = "layers/" + (count == 0 ? base : base + "_" + count);
            children.add(new Child(names.get(i), layer, List.of(next.shape()), group));
            next = layer.apply(next);
        }
        return children;
    }

    @Override
    public List<Value> call(LayerCall call) {
        List<Value> values = call.inputs();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            values = layer.call(call.child(names.get(i), layer, values));
            call.regularize(layer, values);
        }
        return values;
    }
}
