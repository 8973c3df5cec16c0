package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.layers.WeightSpec;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code hard_sigmoid} of Keras 1 and 2 behind weights: {@code clip(0.2x + 0.5, 0, 1)} is Keras 3's {@code relu6(y + 3) / 6} of
 * {@code y = 1.2x}. Where x is a sum of products with weights, it suffices to multiply these by 1.2, which is exact but for their
 * rounding. Layers in others, such as {@code Bidirectional}, are treated alike.
 *
 * <table>
 * <caption>What is multiplied</caption>
 * <tr><td>dense layers, convolutions, SimpleRNN</td><td>all weights</td></tr>
 * <tr><td>separable convolutions</td><td>the pointwise kernel and the bias</td></tr>
 * <tr><td>the gates of LSTM and ConvLSTM</td><td>the parts i, f and o of each weight; c has another function</td></tr>
 * <tr><td>the gates of GRU</td><td>the parts z and r of each weight</td></tr>
 * <tr><td>the candidate of GRU</td><td>the part h of each weight: the reset gate is a factor of the state or the product, and
 * keeps its numbers</td></tr>
 * </table>
 *
 * <p>The candidate of LSTM cannot be written like this, as its function is applied to the state c too, which is no product with
 * weights.
 */
final class ScaledHardSigmoid implements Rewriting {
    /** What Keras 3's function is given for each 1 that the old one was. */
    static final double SCALE = 1.2;

    private static final String NOTE =
            "hard_sigmoid of Keras 2 written as Keras 3's by multiplying the weights before it by 1.2";
    private static final String TRAINED =
            "regularizers and constraints, if trained further, act on weights that are multiplied by 1.2";

    private static final Set<String> ALL_WEIGHTS = Set.of(
            "Conv1D",
            "Conv1DTranspose",
            "Conv2D",
            "Conv2DTranspose",
            "Conv3D",
            "Conv3DTranspose",
            "Dense",
            "DepthwiseConv1D",
            "DepthwiseConv2D",
            "EinsumDense",
            "SeparableConv1D",
            "SeparableConv2D",
            "SimpleRNN",
            "SimpleRNNCell");
    private static final Set<String> GATED = Set.of("GRU", "GRUCell");
    private static final Set<String> GATED_WITH_STATE =
            Set.of("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "ConvLSTMCell", "LSTM", "LSTMCell");
    private static final String ACTIVATION = "activation";
    private static final String GATES = "recurrent_activation";

    @Override
    public Optional<Replacement> of(OldLayer old) {
        Map<String, Tensor> scaled = new HashMap<>();
        collect(old.layer(), old.name(), old.inputs(), old, scaled);
        if (scaled.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode json = old.layer().toJson(old.name());
        List<String> notes = new ArrayList<>(List.of(NOTE));
        if (rename(json)) {
            notes.add(TRAINED);
        }
        return Optional.of(new Replacement(List.of(old.read(json)), scaled, notes));
    }

    private static void collect(Layer layer, String path, List<Shape> inputs, OldLayer old, Map<String, Tensor> into) {
        Parts parts = parts(layer);
        if (!parts.scaled().isEmpty()) {
            for (WeightSpec spec : layer.weights(inputs)) {
                boolean isBefore = spec.type().isFloating() && !spec.name().equals("depthwise_kernel");
                if (isBefore) {
                    String place = Weight.join(path, spec.name());
                    into.put(place, parts.scale(old.weights().apply(place)));
                }
            }
        }
        for (Layer.Child child : layer.children(inputs)) {
            if (!(child.layer() instanceof Network)) {
                collect(child.layer(), Weight.join(path, child.name()), child.inputs(), old, into);
            }
        }
    }

    /**
     * The parts of a layer's weights that have old functions behind them.
     *
     * @param count how many parts of equal length the last axis has
     * @param scaled which of them
     */
    private record Parts(int count, Set<Integer> scaled) {
        private static final Parts NONE = new Parts(1, Set.of());

        Tensor scale(Tensor weight) {
            int width = (int) weight.shape().size(-1);
            int part = width / count;
            double[] numbers = new double[(int) weight.shape().elementCount()];
            for (int i = 0; i < numbers.length; i++) {
                double factor = scaled.contains(i % width / part) ? SCALE : 1;
                numbers[i] = weight.element(i) * factor;
            }
            return Tensor.of(weight.shape(), numbers).cast(weight.type());
        }
    }

    private static Parts parts(Layer layer) {
        String className = layer.className();
        boolean isKnown = layer.registeredName().isEmpty()
                && (ALL_WEIGHTS.contains(className)
                        || GATED.contains(className)
                        || GATED_WITH_STATE.contains(className));
        if (!isKnown) {
            return Parts.NONE;
        }
        ObjectNode config = Config.json();
        layer.writeConfig(config);
        boolean gates = isOld(config.path(GATES));
        boolean activation = isOld(config.path(ACTIVATION));
        if (ALL_WEIGHTS.contains(className)) {
            return activation ? new Parts(1, Set.of(0)) : Parts.NONE;
        }
        if (GATED_WITH_STATE.contains(className)) {
            return gates ? new Parts(4, Set.of(0, 1, 3)) : Parts.NONE;
        }
        Set<Integer> scaled = gates && activation ? Set.of(0, 1, 2) : gates ? Set.of(0, 1) : Set.of(2);
        return gates || activation ? new Parts(3, scaled) : Parts.NONE;
    }

    static boolean isOld(JsonNode function) {
        return function.asText().equals(Activations.KERAS_2_HARD_SIGMOID);
    }

    /** Names Keras 3's function instead; whether something is said about the weights that only training looks at. */
    private static boolean rename(JsonNode node) {
        String className = node.path("class_name").asText();
        if (className.equals("Sequential") || className.equals("Functional")) {
            return false;
        }
        boolean isTold = false;
        if (node.get("config") instanceof ObjectNode config) {
            boolean renamed = !GATED_WITH_STATE.contains(className)
                    && (ALL_WEIGHTS.contains(className) || GATED.contains(className))
                    && rename(config, ACTIVATION);
            renamed |= (GATED.contains(className) || GATED_WITH_STATE.contains(className)) && rename(config, GATES);
            isTold = renamed && saysMore(config);
        }
        for (JsonNode child : node) {
            isTold |= rename(child);
        }
        return isTold;
    }

    private static boolean rename(ObjectNode config, String key) {
        boolean isOld = isOld(config.path(key));
        if (isOld) {
            config.put(key, "hard_sigmoid");
        }
        return isOld;
    }

    private static boolean saysMore(ObjectNode config) {
        return config.properties().stream()
                .anyMatch(field -> !field.getValue().isNull()
                        && !field.getKey().equals("activity_regularizer")
                        && (field.getKey().endsWith("_regularizer")
                                || field.getKey().endsWith("_constraint")));
    }
}
