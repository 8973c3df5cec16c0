package dev.slipway.keras.layers;

import dev.slipway.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A weight in its place in a model.
 *
 * @param path the names of the layers around it and its own, joined by slashes: {@code dense_1/kernel}
 * @param spec its declaration
 * @param trainable whether an optimizer may change it: its own flag and that of every layer around it
 */
public record Weight(String path, WeightSpec spec, boolean trainable) {
    /**
     * Every weight of a layer and of the layers inside it, each once, in Keras's order.
     *
     * @param path the path of the layer; empty for the whole model
     * @param layer the layer
     * @param inputs the shape of each of its inputs
     * @return the weights
     */
    public static List<Weight> of(String path, Layer layer, List<Shape> inputs) {
        List<Weight> weights = new ArrayList<>();
        collect(path, layer, inputs, true, DTypePolicy.FLOAT32, Layer::weights, weights);
        return weights;
    }

    /**
     * What a layer and the layers inside it carry from batch to batch, in the order of their weights.
     *
     * @param path the path of the layer; empty for the whole model
     * @param layer the layer
     * @param inputs the shape of each of its inputs
     * @return what {@link Layer#carried} declares, in its place
     */
    public static List<Weight> carried(String path, Layer layer, List<Shape> inputs) {
        List<Weight> carried = new ArrayList<>();
        collect(path, layer, inputs, false, DTypePolicy.FLOAT32, Layer::carried, carried);
        return carried;
    }

    private static void collect(
            String path,
            Layer layer,
            List<Shape> inputs,
            boolean trainable,
            DTypePolicy around,
            BiFunction<Layer, List<Shape>, List<WeightSpec>> declared,
            List<Weight> into) {
        boolean both = trainable && layer.isTrainable();
        DTypePolicy policy = layer.dtypePolicy().orElse(around);
        for (WeightSpec spec : declared.apply(layer, inputs)) {
            into.add(new Weight(join(path, spec.name()), spec.under(policy), both && spec.trainable()));
        }
        for (Layer.Child child : layer.children(inputs)) {
            collect(join(path, child.name()), child.layer(), child.inputs(), both, policy, declared, into);
        }
    }

    /**
     * Joins a path and a name.
     *
     * @param path the path; empty for none
     * @param name the name below it
     * @return both with a slash between
     */
    public static String join(String path, String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }
}
