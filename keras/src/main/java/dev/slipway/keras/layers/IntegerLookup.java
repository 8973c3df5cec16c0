package dev.slipway.keras.layers;

import static dev.slipway.keras.layers.TokenForm.INTEGERS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.text.Bins;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Integers as their places in a vocabulary, behind the places of the mask token, if there is one, and of unknown tokens;
 * as they are, or as categories of {@link CategoryEncoding}, or as counts that are weighed. Inverted, places as integers.
 *
 * <p>Of several places for unknown tokens, a token has the remainder of its division by their number, or, with {@code
 * oov_method="farmhash"}, the number of {@link Hashing}. Without any, an unknown token fails the prediction.
 *
 * <p>Source: {@code keras.layers.IntegerLookup}.
 */
public final class IntegerLookup extends Layer {
    private static final long UNKNOWN = -1;

    private final LookupTable<Long> table;
    private final boolean invert;

    /** Whether several places for unknown tokens are chosen by a hash. */
    private final boolean hashes;

    private IntegerLookup(String name, Config config) {
        super(name, true);
        Optional<Long> mask = config.find("mask_token").map(node -> INTEGERS.parse(config, "mask_token", node));
        long unknown = config.find("oov_token")
                .map(node -> INTEGERS.parse(config, "oov_token", node))
                .orElse(UNKNOWN);
        table = new LookupTable<>(config, INTEGERS, config.integer("num_oov_indices", 1), mask, unknown);
        invert = config.truth("invert", false);
        requireKnown(config, "vocabulary_dtype", List.of("int64"));
        hashes = requireKnown(config, "oov_method", List.of("floormod", "farmhash")) == 1;
        if (invert && table.mode() != CategoryMode.INT) {
            throw config.refused("invert", "true", "output_mode int");
        }
    }

    static IntegerLookup read(String name, Config config) {
        return new IntegerLookup(name, config);
    }

    /**
     * Begins a layer.
     *
     * @return a builder with Keras's defaults
     */
    public static LookupBuilder<Long, IntegerLookup> builder() {
        return new LookupBuilder<>("IntegerLookup", INTEGERS, UNKNOWN, config -> read("", config));
    }

    private static int requireKnown(Config config, String key, List<String> known) {
        String found = config.text(key, known.get(0));
        if (!known.contains(found)) {
            throw config.refused(key, found, "one of " + known);
        }
        return known.indexOf(found);
    }

    @Override
    public String className() {
        return "IntegerLookup";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        table.write(config);
        table.writeSpecial(config);
        config.put("invert", invert).put("vocabulary_dtype", "int64");
        if (hashes) {
            config.put("oov_method", "farmhash");
        }
    }

    @Override
    public Map<String, float[]> keptNumbers() {
        return table.kept();
    }

    @Override
    public boolean autocasts() {
        return false;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = ops.cast(call.input(), DataType.INT64);
        return List.of(invert ? tokenAt(ops, x) : table.encode(ops, placeOf(ops, x)));
    }

    private Value placeOf(Ops ops, Value x) {
        Value place = SortedTable.of(table.tokens(), table.firstToken()).find(ops, x, LookupTable.ABSENT);
        Value isUnknown = ops.less(place, ops.like(place, 0));
        Value known = ops.where(isUnknown, unknownPlace(ops, x, isUnknown), place);
        if (table.maskToken().isEmpty()) {
            return known;
        }
        Value masked = ops.like(x, (double) table.maskPlace());
        return ops.where(isMask(ops, x), masked, known);
    }

    private Value isMask(Ops ops, Value x) {
        return ops.equal(x, ops.constant(Constant.of(table.maskToken().orElseThrow())));
    }

    private Value unknownPlace(Ops ops, Value x, Value isUnknown) {
        if (table.unknownPlaces() == 0) {
            boolean masks = table.maskToken().isPresent();
            return LookupTable.failing(ops, masks ? ops.and(isUnknown, ops.not(isMask(ops, x))) : isUnknown);
        }
        Value remainder = hashes && table.unknownPlaces() > 1
                ? Hashing.bin(ops, x, new Bins(table.unknownPlaces(), Optional.empty()))
                : ops.mod(x, ops.like(x, table.unknownPlaces()));
        return ops.add(remainder, ops.like(x, table.firstUnknown()));
    }

    private Value tokenAt(Ops ops, Value place) {
        List<Long> tokens = table.tokens();
        int last = tokens.size() - 1;
        Value index = ops.sub(place, ops.like(place, (double) table.firstToken()));
        Value inTable =
                ops.and(ops.greaterOrEqual(index, ops.like(index, 0)), ops.lessOrEqual(index, ops.like(index, last)));
        Value values = ops.constant(tokens.stream().mapToLong(Long::longValue).toArray());
        Value picked = ops.gather(values, ops.where(inTable, index, ops.like(index, 0)), 0);
        Value token = ops.where(inTable, picked, ops.constant(Constant.of(table.unknownToken())));
        if (table.maskToken().isEmpty()) {
            return token;
        }
        Value isMask = ops.equal(place, ops.like(place, 0));
        return ops.where(isMask, ops.constant(Constant.of(table.maskToken().get())), token);
    }
}
