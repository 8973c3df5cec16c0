package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes a layer with a vocabulary: given, or learned from data. The names and defaults are Keras's.
 *
 * @param <T> what tokens are
 * @param <L> the layer
 */
public final class LookupBuilder<T, L extends Layer> {
    private final String className;
    private final TokenForm<T> form;
    private final Function<Config, L> reader;
    private final ObjectNode config = Config.json();
    private final Set<T> masks = new HashSet<>();
    private final LearnedVocabulary<T> seen;
    private T unknownToken;

    LookupBuilder(String className, TokenForm<T> form, T unknownToken, Function<Config, L> reader) {
        this.className = className;
        this.form = form;
        this.reader = reader;
        this.seen = new LearnedVocabulary<>(form);
        this.unknownToken = unknownToken;
    }

    /**
     * Limits the vocabulary.
     *
     * @param most the most tokens, with those for masks and unknown ones
     * @return this builder
     */
    public LookupBuilder<T, L> maxTokens(int most) {
        config.put("max_tokens", most);
        return this;
    }

    /**
     * Sets how many places unknown tokens have; 1 by default.
     *
     * @param places the number of places; without any, unknown tokens are refused
     * @return this builder
     */
    public LookupBuilder<T, L> numOovIndices(int places) {
        config.put("num_oov_indices", places);
        return this;
    }

    /**
     * Sets a token that stands for nothing; none by default.
     *
     * @param token the token
     * @return this builder
     */
    public LookupBuilder<T, L> maskToken(T token) {
        config.set("mask_token", form.json(token));
        masks.add(token);
        return this;
    }

    /**
     * Sets the token that stands for unknown ones where places become tokens.
     *
     * @param token the token
     * @return this builder
     */
    public LookupBuilder<T, L> oovToken(T token) {
        config.set("oov_token", form.json(token));
        unknownToken = token;
        return this;
    }

    /**
     * Sets what is made of places.
     *
     * @param mode {@code int}, as by default, {@code one_hot}, {@code multi_hot}, {@code count} or {@code tf_idf}
     * @return this builder
     */
    public LookupBuilder<T, L> outputMode(String mode) {
        config.put("output_mode", mode);
        return this;
    }

    /**
     * Makes vectors as long as {@link #maxTokens} says, however many tokens there are.
     *
     * @return this builder
     */
    public LookupBuilder<T, L> padToMaxTokens() {
        config.put("pad_to_max_tokens", true);
        return this;
    }

    /**
     * Makes tokens of places.
     *
     * @return this builder
     */
    public LookupBuilder<T, L> invert() {
        config.put("invert", true);
        return this;
    }

    /**
     * Ends with a given vocabulary.
     *
     * @param tokens the tokens
     * @return the layer
     * @throws dev.slipway.keras.config.ConfigException if something does not fit
     */
    public L vocabulary(List<T> tokens) {
        ArrayNode list = config.putArray("vocabulary");
        tokens.forEach(token -> list.add(form.json(token)));
        return build();
    }

    /**
     * Ends with a given vocabulary and what counts are multiplied with.
     *
     * @param tokens the tokens
     * @param idfWeights a number for each
     * @return the layer
     * @throws dev.slipway.keras.config.ConfigException if something does not fit
     */
    public L vocabulary(List<T> tokens, double... idfWeights) {
        ArrayNode numbers = config.putArray("idf_weights");
        for (double weight : idfWeights) {
            numbers.add(weight);
        }
        return vocabulary(tokens);
    }

    /**
     * Ends with a vocabulary learned from data: the most frequent tokens, of equally frequent ones the last in order first.
     *
     * @param data tokens {@code [rows]} or {@code [rows, tokens]}; for {@code tf_idf} every row is a document
     * @return the layer
     * @throws dev.slipway.keras.config.ConfigException if something does not fit, or there are no tokens
     */
    public L adapt(Tensor data) {
        return ending(LearnedVocabulary.of(data, form));
    }

    /**
     * Sees a token of the data, where the data comes one by one.
     *
     * @param token the token
     * @return this builder
     */
    public LookupBuilder<T, L> learn(T token) {
        seen.add(List.of(token));
        return this;
    }

    /**
     * Ends with the vocabulary of the tokens seen by {@link #learn}, as {@link #adapt} would of all of them at once.
     *
     * @return the layer
     * @throws dev.slipway.keras.config.ConfigException if something does not fit, or there are no tokens
     */
    public L learned() {
        return ending(seen);
    }

    private L ending(LearnedVocabulary<T> vocabulary) {
        boolean numbers = config.path("output_mode").asText("int").equals("int");
        int mask = numbers && config.has("mask_token") ? 1 : 0;
        int firstToken = mask + config.path("num_oov_indices").asInt(1);
        Set<T> special = new HashSet<>(masks);
        special.add(unknownToken);
        vocabulary.write(config, special, firstToken);
        return build();
    }

    private L build() {
        Config read = new Config("layer (" + className + ")", config.deepCopy());
        L layer = reader.apply(read);
        read.refuseOthers();
        return layer;
    }
}
