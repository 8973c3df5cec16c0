package dev.slipway.keras.layers;

import static dev.slipway.keras.layers.TokenForm.TEXTS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.text.Bins;
import dev.slipway.runtime.HostOperator;
import dev.slipway.runtime.RefusedInputException;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Texts as their places in a vocabulary, behind the places of the mask token, if there is one, and of unknown tokens; as they
 * are, or as categories of {@link CategoryEncoding}, or as counts that are weighed. Inverted, places as texts.
 *
 * <p>Of several places for unknown tokens, a token has the number of {@link Hashing}. Without any, an unknown token is
 * refused when a prediction is made.
 *
 * <p>Source: {@code keras.layers.StringLookup}.
 */
public final class StringLookup extends Layer {
    static final String UNKNOWN = "[UNK]";

    private final LookupTable<String> table;
    private final boolean invert;

    private StringLookup(String name, Config config) {
        super(name, true);
        Optional<String> mask = config.find("mask_token").map(node -> TEXTS.parse(config, "mask_token", node));
        String unknown = config.text("oov_token", UNKNOWN);
        table = new LookupTable<>(config, TEXTS, config.integer("num_oov_indices", 1), mask, unknown);
        invert = config.truth("invert", false);
        requireUtf8(config);
        // Texts are always hashed by FarmHash, whatever later versions of Keras write here.
        config.ignore("vocabulary_dtype", "oov_method");
        if (invert && table.mode() != CategoryMode.INT) {
            throw config.refused("invert", "true", "output_mode int");
        }
    }

    static StringLookup read(String name, Config config) {
        return new StringLookup(name, config);
    }

    /**
     * Begins a layer.
     *
     * @return a builder with Keras's defaults
     */
    public static LookupBuilder<String, StringLookup> builder() {
        return new LookupBuilder<>("StringLookup", TEXTS, UNKNOWN, config -> read("", config));
    }

    static void requireUtf8(Config config) {
        String encoding = config.text("encoding", "utf-8");
        if (!encoding.equalsIgnoreCase("utf-8") && !encoding.equalsIgnoreCase("utf8")) {
            throw config.refused("encoding", encoding, "utf-8");
        }
    }

    @Override
    public String className() {
        return "StringLookup";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        table.write(config);
        table.writeSpecial(config);
        config.put("invert", invert).put("encoding", "utf-8");
    }

    @Override
    public Map<String, float[]> keptNumbers() {
        return table.kept();
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        if (invert) {
            Value place = ops.cast(x, DataType.INT64);
            return List.of(ops.host(new Tokens(), List.of(place), DataType.STRING, place.shape()));
        }
        if (x.type() != DataType.STRING) {
            throw new IllegalArgumentException(this + ": input of " + x.type() + " (expected: STRING)");
        }
        return List.of(table.encode(ops, ops.host(new Places(), List.of(x), DataType.INT64, x.shape())));
    }

    /** The places of texts by operators, of a table with at most one place for unknown tokens. */
    static Value places(Ops ops, LookupTable<String> table, Value texts) {
        List<String> keys = new ArrayList<>(table.tokens());
        List<Long> places = new ArrayList<>(LongStream.range(0, keys.size())
                .map(i -> table.firstToken() + i)
                .boxed()
                .toList());
        table.maskToken().ifPresent(mask -> {
            keys.add(mask);
            places.add(table.maskPlace());
        });
        if (table.unknownPlaces() == 1) {
            return ops.labelEncoder(texts, keys, places, table.firstUnknown());
        }
        // The mask token may be at -1 already.
        Value place = ops.labelEncoder(texts, keys, places, -2);
        Value isUnknown = ops.equal(place, ops.like(place, -2));
        return ops.add(place, LookupTable.failing(ops, isUnknown));
    }

    /** Texts to places. */
    private final class Places implements HostOperator {
        private final Bins unknown = new Bins(Math.max(1, table.unknownPlaces()), Optional.empty());

        @Override
        public String name() {
            return className();
        }

        @Override
        public boolean knowsMissing() {
            return table.maskToken().filter(String::isEmpty).isPresent() || table.placeOf("") != LookupTable.ABSENT;
        }

        @Override
        public Tensor apply(List<Tensor> operands) {
            Tensor texts = operands.get(0);
            return Tensor.of(
                    texts.shape(),
                    texts.texts().stream().mapToLong(this::placeOf).toArray());
        }

        private long placeOf(String text) {
            if (table.maskToken().filter(text::equals).isPresent()) {
                return table.maskPlace();
            }
            long place = table.placeOf(text);
            if (place != LookupTable.ABSENT) {
                return place;
            }
            if (table.unknownPlaces() == 0) {
                throw new RefusedInputException(StringLookup.this + ": '" + Hashing.cut(text)
                        + "' (expected: a token of the vocabulary, as num_oov_indices is 0)");
            }
            return table.firstUnknown() + (table.unknownPlaces() == 1 ? 0 : unknown.of(text));
        }

        @Override
        public Optional<Value> asOperators(Ops ops, List<Value> operands) {
            return table.unknownPlaces() > 1 ? Optional.empty() : Optional.of(places(ops, table, operands.get(0)));
        }
    }

    /** Places to texts. */
    private final class Tokens implements HostOperator {
        @Override
        public String name() {
            return className();
        }

        @Override
        public Tensor apply(List<Tensor> operands) {
            Tensor places = operands.get(0);
            String[] texts = new String[(int) places.shape().elementCount()];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = tokenAt(places.longs().get(i));
            }
            return Tensor.of(places.shape(), texts);
        }

        private String tokenAt(long place) {
            long index = place - table.firstToken();
            if (index >= 0 && index < table.tokens().size()) {
                return table.tokens().get((int) index);
            }
            return place == 0 ? table.maskToken().orElse(table.unknownToken()) : table.unknownToken();
        }

        @Override
        public Optional<Value> asOperators(Ops ops, List<Value> operands) {
            List<Long> places = new ArrayList<>(LongStream.range(
                            table.firstToken(),
                            table.firstToken() + table.tokens().size())
                    .boxed()
                    .toList());
            List<String> texts = new ArrayList<>(table.tokens());
            table.maskToken().ifPresent(mask -> {
                places.add(0L);
                texts.add(mask);
            });
            return Optional.of(ops.labelDecoder(operands.get(0), places, texts, table.unknownToken()));
        }
    }
}
