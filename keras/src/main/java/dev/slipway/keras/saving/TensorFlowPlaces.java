package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * TensorFlow functions that take elements from places or put them there: gathering, scattering, masks, segments and choices. They
 * are a part of {@link TensorFlowFunctions}.
 *
 * <p>Source: {@code tf.gather}, {@code tf.gather_nd}, {@code tf.scatter_nd}, {@code tf.sequence_mask}, {@code tf.where}, {@code
 * tf.boolean_mask} and {@code tf.math.segment_sum} of TensorFlow 2.
 */
final class TensorFlowPlaces {
    private static final String MODULE = TensorFlowFunctions.TENSORFLOW;
    private static final String AXIS = "axis";
    private static final String INDICES = "indices";
    private static final String SEGMENTS = "num_segments";

    private final TensorFlowMore.Table table;

    private TensorFlowPlaces(TensorFlowMore.Table table) {
        this.table = table;
    }

    static void addTo(TensorFlowMore.Table table) {
        TensorFlowPlaces places = new TensorFlowPlaces(table);
        places.gathered();
        places.scattered();
        places.chosen();
        places.segments();
    }

    private void put(Consumer<TensorFlowCall> translation, String... names) {
        table.put(translation, names);
    }

    private void gathered() {
        put(TensorFlowPlaces::gather, "gather", "compat.v1.gather", "GatherV2", "Gather");
        put(
                call -> call.operation(MODULE, "TensorFlowGatherNd", call.first(), call.require(1, INDICES))
                        .put("batch_dims", call.constant(2, "batch_dims").asInt(0)),
                "gather_nd",
                "compat.v1.gather_nd",
                "GatherNd");
        put(
                call -> {
                    ObjectNode config = call.operation(
                            MODULE, "TensorFlowReverseSequence", call.first(), call.require(1, "seq_lengths"));
                    config.put(
                            "seq_axis", call.constant(2, "seq_axis", "seq_dim").asInt(1));
                    config.put(
                            "batch_axis",
                            call.constant(3, "batch_axis", "batch_dim").asInt(0));
                },
                "reverse_sequence",
                "compat.v1.reverse_sequence",
                "ReverseSequence");
    }

    /** Of a node the axis is the third operand; without batch dimensions Keras 3 does it. */
    private static void gather(TensorFlowCall call) {
        JsonNode indices = call.require(1, INDICES);
        boolean isNode = call.function().startsWith("Gather");
        int batch = call.named("batch_dims").asInt(0);
        JsonNode given = isNode ? call.constant(2, AXIS) : call.named(AXIS);
        if (batch == 0) {
            call.operation("numpy", "Take", call.first(), indices)
                    .set(AXIS, given.isMissingNode() ? IntNode.valueOf(0) : given);
            return;
        }
        ObjectNode config = call.operation(MODULE, "TensorFlowGather", call.first(), indices);
        config.put("batch_dims", batch);
        if (!given.isMissingNode()) {
            config.set(AXIS, given);
        }
    }

    private void scattered() {
        put(
                call -> call.operation(
                        MODULE,
                        "TensorFlowScatter",
                        call.first(),
                        call.require(1, "updates"),
                        call.require(2, "shape")),
                "scatter_nd",
                "ScatterNd");
        put(call -> updated(call, false), "tensor_scatter_nd_update", "TensorScatterUpdate");
        put(call -> updated(call, true), "tensor_scatter_nd_add", "TensorScatterAdd");
        put(
                call -> {
                    JsonNode x = call.first();
                    JsonNode indices = call.require(1, INDICES);
                    JsonNode updates = call.require(2, "updates");
                    call.operation(MODULE, "TensorFlowUpdate", call.then("numpy", "Negative", x), indices, updates)
                            .put("adds", true);
                    call.operation("numpy", "Negative", call.last());
                },
                "tensor_scatter_nd_sub",
                "TensorScatterSub");
    }

    private static void updated(TensorFlowCall call, boolean adds) {
        call.operation(MODULE, "TensorFlowUpdate", call.first(), call.require(1, INDICES), call.require(2, "updates"))
                .put("adds", adds);
    }

    private void chosen() {
        put(
                TensorFlowPlaces::where,
                "where",
                "where_v2",
                "compat.v1.where",
                "compat.v1.where_v2",
                "Select",
                "SelectV2");
        put(TensorFlowPlaces::mask, "boolean_mask", "compat.v1.boolean_mask");
        put(TensorFlowPlaces::sequences, "sequence_mask");
        for (String name : new String[] {
            "unique", "unique_with_counts", "dynamic_partition", "dynamic_stitch", "ragged.boolean_mask"
        }) {
            put(TensorFlowPlaces::uncounted, name);
        }
        for (String name : new String[] {
            "map_fn",
            "while_loop",
            "scan",
            "foldl",
            "foldr",
            "cond",
            "case",
            "vectorized_map",
            "py_function",
            "numpy_function"
        }) {
            put(TensorFlowPlaces::python, name);
        }
    }

    /** Of a vector of conditions TensorFlow 1 took whole rows. */
    private static void where(TensorFlowCall call) {
        JsonNode x = call.find(1, "x", "t");
        JsonNode y = call.find(2, "y", "e");
        if (x.isMissingNode() || y.isMissingNode()) {
            throw uncountedIn(call);
        }
        boolean byRow =
                call.function().equals("compat.v1.where") || call.function().equals("Select");
        if (byRow) {
            call.operation(MODULE, "TensorFlowSelect", call.first(), x, y);
        } else {
            call.operation("numpy", "Where", call.first(), x, y);
        }
    }

    private static void uncounted(TensorFlowCall call) {
        throw uncountedIn(call);
    }

    private static ConfigException uncountedIn(TensorFlowCall call) {
        return call.refused(
                "function",
                call.function(),
                "one whose result has a length that does not depend on the numbers; keep all elements in Keras, and multiply"
                        + " by the mask");
    }

    private static void python(TensorFlowCall call) {
        throw call.refused(
                "function", call.function(), "one that runs no Python code; replace it in Keras by a built-in layer");
    }

    /** A mask that is known says the places. */
    private static void mask(TensorFlowCall call) {
        JsonNode mask = call.require(1, "mask");
        if (TensorFlowCall.isComputed(mask) || !mask.isArray()) {
            throw uncountedIn(call);
        }
        ArrayNode places = Config.json().arrayNode();
        for (int i = 0; i < mask.size(); i++) {
            if (mask.get(i).isArray()) {
                throw call.refused("mask", "lists in lists", "a list of truth values, as Slipway supports it");
            }
            if (mask.get(i).asBoolean()) {
                places.add(i);
            }
        }
        JsonNode axis = call.named(AXIS);
        call.operation("numpy", "Take", call.first(), places).put(AXIS, axis.asInt(0));
    }

    /** Which of the first places are below each length: {@code range(maxlen) < lengths}. */
    private static void sequences(TensorFlowCall call) {
        JsonNode longest = call.find(1, "maxlen");
        if (longest.isMissingNode() || longest.isNull()) {
            throw call.refused("maxlen", "None", "a number; give tf.sequence_mask the longest length in Keras");
        }
        JsonNode places = TensorFlowCall.isTensor(longest)
                ? call.then(MODULE, "TensorFlowRange", IntNode.valueOf(0), longest, IntNode.valueOf(1))
                : below(call, longest);
        call.operation("numpy", "ExpandDims", call.first()).put(AXIS, -1);
        call.operation("numpy", "Less", places, call.last());
        String type = TensorFlowFunctions.type(call.constant(2, "dtype").asText("bool"));
        if (!type.equals("bool")) {
            call.operation("core", "Cast", call.last()).put("dtype", type);
        }
    }

    private static ArrayNode below(TensorFlowCall call, JsonNode longest) {
        if (!longest.isInt() || longest.intValue() < 1 || longest.intValue() > Short.MAX_VALUE) {
            throw call.refused("maxlen", longest.toString(), "1 to " + Short.MAX_VALUE);
        }
        ArrayNode places = Config.json().arrayNode();
        for (int i = 0; i < longest.intValue(); i++) {
            places.add(i);
        }
        return places;
    }

    private void segments() {
        put(call -> sum(call, call.first(), call.require(1, "segment_ids"), wanted(call)), "math.unsorted_segment_sum");
        put(call -> mean(call, wanted(call)), "math.unsorted_segment_mean");
        put(call -> sum(call, call.first(), call.require(1, "segment_ids"), counted(call)), "math.segment_sum");
        put(call -> mean(call, counted(call)), "math.segment_mean");
        for (String way : new String[] {"Max", "Min", "Prod"}) {
            String name = "segment_" + way.toLowerCase(Locale.ROOT);
            put(call -> reduced(call, way, call.require(1, "segment_ids"), wanted(call)), "math.unsorted_" + name);
            put(call -> reduced(call, way, call.require(1, "segment_ids"), filled(call, way)), "math." + name);
        }
    }

    private static void reduced(TensorFlowCall call, String way, JsonNode segments, JsonNode count) {
        call.operation("math", "Segment" + way, call.first(), segments).set(SEGMENTS, count);
    }

    /** Of a segment without rows TensorFlow makes 0 here, and Keras the limit of the type; the product is 1 of both. */
    private static JsonNode filled(TensorFlowCall call, String way) {
        JsonNode count = counted(call);
        Set<Long> segments = new HashSet<>();
        call.requireConstant(1, "segment_ids").forEach(segment -> segments.add(segment.asLong()));
        if (!way.equals("Prod") && segments.size() < count.asLong()) {
            throw call.refused("segment_ids", segments.size() + " of " + count + " segments", "rows of each segment");
        }
        return count;
    }

    private static JsonNode wanted(TensorFlowCall call) {
        return call.requireConstant(2, SEGMENTS);
    }

    /** One more than the last segment. */
    private static JsonNode counted(TensorFlowCall call) {
        JsonNode segments = call.requireConstant(1, "segment_ids");
        long last = -1;
        for (JsonNode segment : segments) {
            last = Math.max(last, segment.asLong());
        }
        return Config.json().numberNode(last + 1);
    }

    private static void sum(TensorFlowCall call, JsonNode x, JsonNode segments, JsonNode count) {
        call.operation("math", "SegmentSum", x, segments).set(SEGMENTS, count);
    }

    /** The sum over how many there are; of none it is 0. */
    private static void mean(TensorFlowCall call, JsonNode count) {
        JsonNode segments = call.require(1, "segment_ids");
        sum(call, call.then("numpy", "OnesLike", call.first()), segments, count);
        JsonNode times = call.last();
        sum(call, call.first(), segments, count);
        call.operation("numpy", "DivideNoNan", call.last(), times);
    }
}
