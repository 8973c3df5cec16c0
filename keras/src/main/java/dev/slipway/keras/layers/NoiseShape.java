package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Along which axes all places share their random number.
 *
 * @param lengths for each axis 1 if it shares, its length if it does not, or -1 for whatever length it has; empty for a
 *     number of its own at every place
 */
record NoiseShape(List<Integer> lengths) {
    static final int AS_INPUT = -1;

    static final NoiseShape FULL = new NoiseShape(List.of());

    static NoiseShape read(Config config) {
        List<Integer> lengths = new ArrayList<>();
        JsonNode node = config.find("noise_shape").orElseGet(Config.json()::arrayNode);
        for (JsonNode length : node) {
            if (!length.isNull() && !(length.canConvertToInt() && length.intValue() > 0)) {
                throw config.refused("noise_shape", node.toString(), "a list of lengths and nulls");
            }
            lengths.add(length.isNull() ? AS_INPUT : length.intValue());
        }
        if (!node.isArray()) {
            throw config.refused("noise_shape", node.toString(), "a list of lengths and nulls");
        }
        return new NoiseShape(List.copyOf(lengths));
    }

    void write(ObjectNode config) {
        if (lengths.isEmpty()) {
            config.putNull("noise_shape");
            return;
        }
        ArrayNode list = config.putArray("noise_shape");
        lengths.forEach(length -> {
            if (length == AS_INPUT) {
                list.addNull();
            } else {
                list.add(length);
            }
        });
    }

    /** A part of x that has the shape of the noise. */
    Value narrow(Ops ops, Value x) {
        if (!lengths.isEmpty() && lengths.size() != x.shape().rank()) {
            throw new IllegalArgumentException(
                    "noise_shape " + lengths + " for " + x.shape() + " (expected: one length for each axis)");
        }
        Value narrow = x;
        for (int axis = 0; axis < lengths.size(); axis++) {
            Dimension whole = x.shape().dimension(axis);
            int length = lengths.get(axis);
            if (length > 1 && whole.isKnown() && !whole.is(length)) {
                throw new IllegalArgumentException(
                        "noise_shape " + lengths + " for " + x.shape() + " (expected: 1 or the length of each axis)");
            }
            narrow = length == 1 ? ops.slice(narrow, axis, 0, 1) : narrow;
        }
        return narrow;
    }
}
