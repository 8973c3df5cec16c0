package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Keras2Masks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says of the layers that Keras 3 gives other masks or other numbers under masks, that they are Keras 2's: of those only that a
 * mask reaches and to which it makes a difference, so that other models can be written as Keras 3's.
 *
 * <p>Follows the masks through an architecture in Keras 3's form, each by the call that made it; none is the empty text. What is
 * not known is taken for a mask of its own. A model in the model is gone through once with a mask and once without, however often
 * it is used.
 *
 * <p>Source: {@code compute_mask} of {@code keras.layers.merge} of Keras 2.3.1 and {@code tf.keras} 2.x; {@code Bidirectional} of
 * both.
 */
final class Keras2MaskFlow {
    private static final String NONE = "";
    private static final Set<String> MERGES = Set.of("Add", "Average", "Concatenate", "Subtract");

    /** Whose numbers Keras 3 makes depend on masks. */
    private static final Set<String> MASKED_MERGES = Set.of("Maximum", "Minimum", "Multiply");

    private static final Set<String> ENDS = Set.of("Dot", "Flatten", "GlobalAveragePooling1D", "GlobalMaxPooling1D");

    private final boolean isTfKeras;
    private final IdentityHashMap<JsonNode, Boolean> makers = new IdentityHashMap<>();
    private final IdentityHashMap<JsonNode, Set<Boolean>> walked = new IdentityHashMap<>();

    private Keras2MaskFlow(boolean isTfKeras) {
        this.isTfKeras = isTfKeras;
    }

    /**
     * Rewrites such layers of an architecture.
     *
     * @param architecture the architecture in Keras 3's form
     * @param isTfKeras whether {@code tf.keras} wrote it, whose Bidirectional does as that of Keras 3
     */
    static void sayWhere(JsonNode architecture, boolean isTfKeras) {
        Keras2MaskFlow flow = new Keras2MaskFlow(isTfKeras);
        if (flow.makesMasks(architecture)) {
            flow.network(architecture, false);
        }
    }

    private boolean makesMasks(JsonNode node) {
        Boolean known = makers.get(node);
        if (known != null) {
            return known;
        }
        boolean makes = isSource(node);
        for (JsonNode child : node) {
            makes = makes || makesMasks(child);
        }
        if (node.isObject()) {
            makers.put(node, makes);
        }
        return makes;
    }

    private static boolean isSource(JsonNode layer) {
        return layer.path("class_name").asText().equals("Masking")
                || layer.path("config").path("mask_zero").asBoolean();
    }

    private void network(JsonNode network, boolean isMasked) {
        if (!walked.computeIfAbsent(network, none -> new HashSet<>()).add(isMasked)) {
            return;
        }
        boolean isChain = network.path("class_name").asText().equals("Sequential");
        Map<String, String> masks = new HashMap<>();
        String last = isMasked ? "input" : NONE;
        for (JsonNode layer : network.path("config").path("layers")) {
            if (isChain) {
                last = mask(layer, name(layer), List.of(last));
            } else if (layer.path("class_name").asText().equals("InputLayer")) {
                masks.put(name(layer) + "/0", isMasked ? name(layer) : NONE);
            } else {
                int use = 0;
                for (JsonNode node : layer.path("inbound_nodes")) {
                    String call = name(layer) + "/" + use++;
                    masks.put(call, mask(layer, call, given(node, masks)));
                }
            }
        }
    }

    /** The masks of a call's inputs. */
    private static List<String> given(JsonNode node, Map<String, String> masks) {
        List<String> given = new ArrayList<>();
        for (JsonNode history : node.findValues("keras_history")) {
            String call = history.path(0).asText() + "/" + history.path(1).asText();
            given.add(masks.getOrDefault(call, call));
        }
        return given;
    }

    /** The mask of a call's result; says of the layer what it does with those it is given. */
    private String mask(JsonNode layer, String call, List<String> given) {
        Set<String> all = new LinkedHashSet<>(given);
        boolean isMasked = all.stream().anyMatch(mask -> !mask.equals(NONE));
        String className = layer.path("class_name").asText();
        boolean isMerge = MERGES.contains(className) && all.size() > 1;
        if (isMasked && (isMerge || MASKED_MERGES.contains(className))) {
            mark(layer, Keras2Masks.KEY);
        }
        if (isMasked && className.equals("ParametricSoftplus")) {
            mark(layer, Keras2Masks.KEY);
        }
        if (given.size() > 1 && !given.get(0).equals(NONE)) {
            markRecurrent(layer);
        }
        within(layer, isMasked);
        if (isSource(layer) || (isNetwork(layer) && makesMasks(layer))) {
            return call;
        }
        if (!isMasked || ends(layer)) {
            return NONE;
        }
        boolean isSame = all.size() == 1 && !className.equals("Concatenate") && !isNetwork(layer);
        return isSame ? all.iterator().next() : call;
    }

    private void within(JsonNode layer, boolean isMasked) {
        JsonNode inner = layer.path("config").path("layer");
        if (isNetwork(layer)) {
            network(layer, isMasked);
        } else if (layer.path("class_name").asText().equals("Bidirectional")) {
            if (isMasked && !isTfKeras && returnsSequences(inner)) {
                mark(layer, Keras2Masks.KEY);
            }
        } else if (inner.isObject()) {
            within(inner, isMasked);
        }
    }

    private static boolean isNetwork(JsonNode layer) {
        return layer.path("config").path("layers").isArray();
    }

    /** A recurrent layer passes its mask on with the outputs of all steps only. */
    private static boolean ends(JsonNode layer) {
        JsonNode inner = layer.path("config").path("layer");
        boolean isWrapped = layer.path("class_name").asText().equals("Bidirectional");
        JsonNode recurrent = isWrapped ? inner : layer;
        boolean isLast = recurrent.path("config").has("return_sequences") && !returnsSequences(recurrent);
        return isLast || ENDS.contains(layer.path("class_name").asText());
    }

    private static boolean returnsSequences(JsonNode recurrent) {
        return recurrent.path("config").path("return_sequences").asBoolean();
    }

    /** The sequences are masked, and there are initial states beside them. */
    private static void markRecurrent(JsonNode layer) {
        if (layer.path("class_name").asText().equals("Bidirectional")) {
            markRecurrent(layer.path("config").path("layer"));
            markRecurrent(layer.path("config").path("backward_layer"));
        } else if (layer.path("config").has("return_sequences")) {
            mark(layer, Keras2Masks.BESIDE_STATES);
        }
    }

    private static void mark(JsonNode layer, String key) {
        if (layer.get("config") instanceof ObjectNode config) {
            config.put(key, true);
        }
    }

    private static String name(JsonNode layer) {
        return layer.path("name").asText(layer.path("config").path("name").asText());
    }
}
