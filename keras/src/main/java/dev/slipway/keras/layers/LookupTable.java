package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The vocabulary of a layer: which tokens have which places, and what is made of places. In front of the tokens lie the place
 * of the mask token, if there is one and places are the result, and those of unknown tokens.
 *
 * <p>Source: {@code keras.src.layers.preprocessing.index_lookup} of Keras 3.9.
 */
final class LookupTable<T> {
    /** The place of a token that is not in the vocabulary. */
    static final long ABSENT = -1;

    /** Where Keras keeps the weights of counts, below the group of the layer. */
    static final String WEIGHTS = "vars/idf_weights";

    private static final List<CategoryMode> MODES = List.of(CategoryMode.values());

    private final TokenForm<T> form;
    private final int unknownPlaces;
    private final Optional<T> maskToken;
    private final T unknownToken;
    private final CategoryMode mode;
    private final OptionalLong maxTokens;
    private final boolean pads;
    private final List<T> tokens;
    private final Map<T, Long> places = new HashMap<>();

    /** What a count is multiplied with, for every place; none unless the mode is {@link CategoryMode#TF_IDF}. */
    private final float[] weights;

    /** Reads what all layers with a vocabulary have in their configuration. */
    LookupTable(Config config, TokenForm<T> form, int unknownPlaces, Optional<T> maskToken, T unknownToken) {
        this.form = form;
        this.unknownPlaces = unknownPlaces;
        this.maskToken = maskToken;
        this.unknownToken = unknownToken;
        // The vocabulary says how large it is, and that it was given says nothing any more.
        config.ignore("trainable", "dtype", "vocabulary_size", "has_input_vocabulary");
        LayerConfig.refuseTrue(config, "sparse");
        mode = CategoryMode.read(config, CategoryMode.INT, MODES);
        maxTokens = config.find("max_tokens").isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(config.integer("max_tokens"));
        pads = config.truth("pad_to_max_tokens", false);
        if (unknownPlaces < 0) {
            throw config.refused("num_oov_indices", unknownPlaces + "", "0 or more");
        }
        List<T> vocabulary = vocabulary(config);
        tokens = withoutSpecial(vocabulary);
        for (T token : tokens) {
            places.put(token, firstToken() + places.size());
        }
        requireConsistent(config);
        weights = weights(config, vocabulary.size());
    }

    private List<T> vocabulary(Config config) {
        JsonNode list = config.find("vocabulary").orElseGet(Config.json()::arrayNode);
        List<T> vocabulary = new ArrayList<>();
        list.forEach(token -> vocabulary.add(form.parse(config, "vocabulary", token)));
        if (vocabulary.isEmpty()) {
            throw config.refused(
                    "vocabulary",
                    list.toString(),
                    "a list of " + form.plural()
                            + "; adapt the layer before the model is saved, and save it as .keras if"
                            + " adapted in Keras, as .h5 files lack what it has learned");
        }
        return vocabulary;
    }

    /** A vocabulary may begin with the mask token and the unknown ones, which have their places anyway. */
    private List<T> withoutSpecial(List<T> vocabulary) {
        List<T> special = special();
        boolean begins = vocabulary.size() >= special.size()
                && vocabulary.subList(0, special.size()).equals(special);
        return List.copyOf(begins ? vocabulary.subList(special.size(), vocabulary.size()) : vocabulary);
    }

    private List<T> special() {
        List<T> special = new ArrayList<>();
        if (firstUnknown() == 1) {
            maskToken.ifPresent(special::add);
        }
        special.addAll(Collections.nCopies(unknownPlaces, unknownToken));
        return special;
    }

    private void requireConsistent(Config config) {
        boolean repeated = new HashSet<>(tokens).size() != tokens.size();
        if (repeated || maskToken.filter(tokens::contains).isPresent()) {
            throw config.refused("vocabulary", tokens.toString(), "different tokens, without the mask token");
        }
        if (pads && maxTokens.isEmpty()) {
            throw config.refused("pad_to_max_tokens", "true", "max_tokens too");
        }
        if (maxTokens.isPresent() && maxTokens.getAsLong() < firstToken() + tokens.size()) {
            throw config.refused("max_tokens", maxTokens.getAsLong() + "", "as many as there are tokens");
        }
    }

    /** Unknown tokens weigh as much as all others on average, unless the vocabulary begins with them. */
    private float[] weights(Config config, int vocabularySize) {
        Optional<double[]> given = config.numbers("idf_weights");
        if (mode != CategoryMode.TF_IDF) {
            if (given.isPresent()) {
                throw config.refused("idf_weights", "given", "none, as output_mode is " + mode.kerasName());
            }
            return new float[0];
        }
        if (given.isEmpty() || given.get().length != vocabularySize) {
            String found = given.isEmpty() ? "nothing" : given.get().length + " numbers";
            throw config.refused("idf_weights", found, vocabularySize + " numbers, as there are tokens");
        }
        float[] all = new float[(int) depth()];
        int front = (int) firstToken() + tokens.size() - vocabularySize;
        Arrays.fill(all, 0, front, (float) Arrays.stream(given.get()).average().orElse(0));
        for (int i = 0; i < vocabularySize; i++) {
            all[front + i] = (float) given.get()[i];
        }
        return all;
    }

    void write(ObjectNode config) {
        maxTokens.ifPresentOrElse(max -> config.put("max_tokens", max), () -> config.putNull("max_tokens"));
        config.put("output_mode", mode.kerasName()).put("sparse", false).put("pad_to_max_tokens", pads);
        ArrayNode list = config.putArray("vocabulary");
        config.putNull("idf_weights");
        if (mode == CategoryMode.TF_IDF) {
            special().forEach(token -> list.add(form.json(token)));
            ArrayNode numbers = config.putArray("idf_weights");
            for (int i = 0; i < firstToken() + tokens.size(); i++) {
                numbers.add(weights[i]);
            }
        }
        tokens.forEach(token -> list.add(form.json(token)));
        config.put("vocabulary_size", firstToken() + tokens.size());
    }

    void writeSpecial(ObjectNode config) {
        config.put("num_oov_indices", unknownPlaces);
        config.set("oov_token", form.json(unknownToken));
        config.set("mask_token", LayerConfig.orNull(maskToken.map(form::json)));
    }

    List<T> tokens() {
        return tokens;
    }

    CategoryMode mode() {
        return mode;
    }

    int unknownPlaces() {
        return unknownPlaces;
    }

    T unknownToken() {
        return unknownToken;
    }

    Optional<T> maskToken() {
        return maskToken;
    }

    /** The first place of unknown tokens. */
    int firstUnknown() {
        return maskToken.isPresent() && mode == CategoryMode.INT ? 1 : 0;
    }

    /** The place of the first token of the vocabulary. */
    long firstToken() {
        return firstUnknown() + (long) unknownPlaces;
    }

    /** The place of the mask token; vectors leave it out, which a place below 0 does. */
    long maskPlace() {
        return mode == CategoryMode.INT ? 0 : -1;
    }

    /** How many places there are in a vector. */
    long depth() {
        return pads ? maxTokens.orElseThrow() : firstToken() + tokens.size();
    }

    /** The place of a token of the vocabulary, or {@link #ABSENT}. */
    long placeOf(T token) {
        return places.getOrDefault(token, ABSENT);
    }

    /** What a count is multiplied with, for every place; none unless the mode is {@link CategoryMode#TF_IDF}. */
    float[] weights() {
        return weights.clone();
    }

    /** What Keras keeps of a table beside configuration and vocabulary, by its place in a {@code .keras} file. */
    Map<String, float[]> kept() {
        return weights.length == 0 ? Map.of() : Map.of(WEIGHTS, weights());
    }

    /** Makes the layer's result of places, {@link DataType#INT64}. */
    Value encode(Ops ops, Value place) {
        Value encoded = mode.encode(ops, place, depth(), mode == CategoryMode.INT ? DataType.INT64 : DataType.FLOAT);
        return mode == CategoryMode.TF_IDF
                ? ops.mul(encoded, ops.constant(Constant.of(Shape.of(weights.length), weights)))
                : encoded;
    }

    /** A place that fails when it is computed for a token that has none, and is 0 for all others. */
    static Value failing(Ops ops, Value hasNone) {
        // Picking the second of one element fails, which nothing else in a graph does.
        return ops.gather(ops.constant(0L), ops.cast(hasNone, DataType.INT64), 0);
    }
}
