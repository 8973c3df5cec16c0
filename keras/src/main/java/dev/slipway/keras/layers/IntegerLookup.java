package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Integers as their places in a vocabulary, behind the places of the mask token, if there is one, and of unknown tokens;
 * as they are, or as categories of {@link CategoryEncoding}. Inverted, places as integers.
 *
 * <p>Of several places for unknown tokens, a token has the remainder of its division by their number. Without any, an
 * unknown token fails the prediction.
 *
 * <p>Source: {@code keras.layers.IntegerLookup} with {@code oov_method="floormod"}.
 */
public final class IntegerLookup extends Layer {
    private static final List<CategoryMode> MODES = List.of(CategoryMode.values());
    private static final long UNKNOWN = -1;

    private final List<Long> tokens;
    private final int unknownPlaces;
    private final OptionalLong maskToken;
    private final long unknownToken;
    private final boolean invert;
    private final CategoryMode mode;
    private final OptionalLong paddedDepth;

    /** The whole configuration, as much of it only matters to adapting. */
    private final ObjectNode kept;

    private IntegerLookup(String name, Config config) {
        super(name, true);
        config.ignore("trainable");
        LayerConfig.refuseTrue(config, "sparse");
        LayerConfig.requireType(config, "int64");
        unknownPlaces = config.integer("num_oov_indices", 1);
        maskToken = find(config, "mask_token");
        unknownToken = find(config, "oov_token").orElse(UNKNOWN);
        invert = config.truth("invert", false);
        mode = CategoryMode.read(config, CategoryMode.INT, MODES);
        kept = Config.json();
        requireKnown(config, "vocabulary_dtype", "int64");
        requireKnown(config, "oov_method", "floormod");
        OptionalLong maxTokens = find(config, "max_tokens");
        boolean pads = config.truth("pad_to_max_tokens", false);
        kept.put("pad_to_max_tokens", pads);
        maxTokens.ifPresentOrElse(max -> kept.put("max_tokens", max), () -> kept.putNull("max_tokens"));
        config.find("vocabulary_size").ifPresent(size -> kept.set("vocabulary_size", size));
        tokens = withoutSpecial(vocabulary(config));
        paddedDepth = pads ? maxTokens : OptionalLong.empty();
        requireConsistent(config);
    }

    static IntegerLookup read(String name, Config config) {
        return new IntegerLookup(name, config);
    }

    private static OptionalLong find(Config config, String key) {
        Optional<JsonNode> found = config.find(key);
        return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(whole(config, key, found.get()));
    }

    private static long whole(Config config, String key, JsonNode value) {
        if (!value.canConvertToLong() || !value.canConvertToExactIntegral()) {
            throw config.refused(key, value.toString(), "whole numbers");
        }
        return value.longValue();
    }

    private void requireKnown(Config config, String key, String only) {
        String found = config.text(key, only);
        if (!found.equals(only)) {
            throw config.refused(key, found, only);
        }
        kept.put(key, only);
    }

    private static List<Long> vocabulary(Config config) {
        JsonNode list = config.find("vocabulary").orElseGet(Config.json()::arrayNode);
        List<Long> vocabulary = new ArrayList<>();
        list.forEach(token -> vocabulary.add(whole(config, "vocabulary", token)));
        if (vocabulary.isEmpty()) {
            throw config.refused(
                    "vocabulary",
                    list.toString(),
                    "a list of integers; give the vocabulary that adapt found to a new" + " layer as its argument");
        }
        return vocabulary;
    }

    /** A vocabulary may begin with the mask token and the unknown ones, which have their places anyway. */
    private List<Long> withoutSpecial(List<Long> vocabulary) {
        List<Long> special = new ArrayList<>();
        if (firstUnknown() == 1) {
            maskToken.ifPresent(special::add);
        }
        for (int i = 0; i < unknownPlaces && special.size() <= vocabulary.size(); i++) {
            special.add(unknownToken);
        }
        boolean begins = vocabulary.size() >= special.size()
                && vocabulary.subList(0, special.size()).equals(special);
        return List.copyOf(begins ? vocabulary.subList(special.size(), vocabulary.size()) : vocabulary);
    }

    private void requireConsistent(Config config) {
        if (unknownPlaces < 0) {
            throw config.refused("num_oov_indices", unknownPlaces + "", "0 or more");
        }
        if (invert && mode != CategoryMode.INT) {
            throw config.refused("invert", "true", "output_mode int");
        }
        boolean repeated = new HashSet<>(tokens).size() != tokens.size();
        if (repeated || (maskToken.isPresent() && tokens.contains(maskToken.getAsLong()))) {
            throw config.refused("vocabulary", tokens.toString(), "different tokens, without the mask token");
        }
        if (paddedDepth.isPresent() && paddedDepth.getAsLong() < firstToken() + tokens.size()) {
            throw config.refused("max_tokens", paddedDepth.getAsLong() + "", "as many as there are tokens");
        }
    }

    private int firstUnknown() {
        return maskToken.isPresent() && mode == CategoryMode.INT ? 1 : 0;
    }

    private long firstToken() {
        return firstUnknown() + (long) unknownPlaces;
    }

    @Override
    public String className() {
        return "IntegerLookup";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.setAll(kept);
        config.put("invert", invert).put("num_oov_indices", unknownPlaces).put("oov_token", unknownToken);
        maskToken.ifPresentOrElse(token -> config.put("mask_token", token), () -> config.putNull("mask_token"));
        config.put("output_mode", mode.kerasName()).put("sparse", false).put("dtype", "int64");
        config.putNull("idf_weights");
        ArrayNode list = config.putArray("vocabulary");
        tokens.forEach(list::add);
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = ops.cast(call.input(), DataType.INT64);
        if (invert) {
            return List.of(tokenAt(ops, x));
        }
        long depth = paddedDepth.orElse(firstToken() + tokens.size());
        return List.of(
                mode.encode(ops, placeOf(ops, x), depth, mode == CategoryMode.INT ? DataType.INT64 : DataType.FLOAT));
    }

    private Value placeOf(Ops ops, Value x) {
        Value place = SortedTable.of(tokens, firstToken()).find(ops, x, UNKNOWN);
        Value isUnknown = ops.less(place, ops.like(place, 0));
        Value known = ops.where(isUnknown, unknownPlace(ops, x, isUnknown), place);
        if (maskToken.isEmpty()) {
            return known;
        }
        // Vectors leave the mask token out, which a place below 0 does.
        Value masked = ops.like(x, mode == CategoryMode.INT ? 0 : -1);
        return ops.where(ops.equal(x, ops.constant(Constant.of(maskToken.getAsLong()))), masked, known);
    }

    private Value unknownPlace(Ops ops, Value x, Value isUnknown) {
        if (unknownPlaces == 0) {
            // Picking the second of one element fails, which nothing else in a graph does.
            Value isMask = maskToken.isPresent()
                    ? ops.equal(x, ops.constant(Constant.of(maskToken.getAsLong())))
                    : ops.constant(DataType.BOOL, 0);
            Value fails = ops.and(isUnknown, ops.not(isMask));
            return ops.gather(ops.constant(0L), ops.cast(fails, DataType.INT64), 0);
        }
        Value remainder = ops.mod(x, ops.like(x, unknownPlaces));
        return ops.add(remainder, ops.like(x, firstUnknown()));
    }

    private Value tokenAt(Ops ops, Value place) {
        int last = tokens.size() - 1;
        Value index = ops.sub(place, ops.like(place, (double) firstToken()));
        Value inTable =
                ops.and(ops.greaterOrEqual(index, ops.like(index, 0)), ops.lessOrEqual(index, ops.like(index, last)));
        Value table = ops.constant(tokens.stream().mapToLong(Long::longValue).toArray());
        Value picked = ops.gather(table, ops.where(inTable, index, ops.like(index, 0)), 0);
        Value token = ops.where(inTable, picked, ops.constant(Constant.of(unknownToken)));
        if (maskToken.isEmpty()) {
            return token;
        }
        Value isMask = ops.equal(place, ops.like(place, 0));
        return ops.where(isMask, ops.constant(Constant.of(maskToken.getAsLong())), token);
    }
}
