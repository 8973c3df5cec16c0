package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.text.Tokenizer;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a {@link TextVectorization}: with a given vocabulary, or one learned from texts. The names and defaults are Keras's. */
public final class TextVectorizationBuilder {
    private final ObjectNode config = Config.json();
    private final LearnedVocabulary<String> seen = new LearnedVocabulary<>(TokenForm.TEXTS);
    private @Nullable Tokenizer tokenizer;

    TextVectorizationBuilder() {}

    /**
     * Limits the vocabulary.
     *
     * @param most the most tokens, with those for padding and unknown ones
     * @return this builder
     */
    public TextVectorizationBuilder maxTokens(int most) {
        config.put("max_tokens", most);
        return this;
    }

    /**
     * Sets what is changed in texts.
     *
     * @param how {@code lower_and_strip_punctuation}, as by default, {@code lower}, {@code strip_punctuation}; or {@code
     *     none}, which in Keras is None
     * @return this builder
     */
    public TextVectorizationBuilder standardize(String how) {
        return set("standardize", how);
    }

    /**
     * Sets where texts are cut.
     *
     * @param how {@code whitespace}, as by default, {@code character}; or {@code none}, which in Keras is None
     * @return this builder
     */
    public TextVectorizationBuilder split(String how) {
        return set("split", how);
    }

    private TextVectorizationBuilder set(String key, String how) {
        if (how.equals("none")) {
            config.putNull(key);
        } else {
            config.put(key, how);
        }
        return this;
    }

    /**
     * Joins neighbouring tokens.
     *
     * @param widths how many at a time; 1 for the tokens themselves
     * @return this builder
     */
    public TextVectorizationBuilder ngrams(int... widths) {
        ArrayNode list = config.putArray("ngrams");
        for (int width : widths) {
            list.add(width);
        }
        return this;
    }

    /**
     * Sets what is made of tokens.
     *
     * @param mode {@code int}, as by default, {@code multi_hot}, {@code count} or {@code tf_idf}
     * @return this builder
     */
    public TextVectorizationBuilder outputMode(String mode) {
        config.put("output_mode", mode);
        return this;
    }

    /**
     * Cuts and pads the numbers of every text to one length.
     *
     * @param length how many numbers
     * @return this builder
     */
    public TextVectorizationBuilder outputSequenceLength(int length) {
        config.put("output_sequence_length", length);
        return this;
    }

    /**
     * Makes vectors as long as {@link #maxTokens} says, however many tokens there are.
     *
     * @return this builder
     */
    public TextVectorizationBuilder padToMaxTokens() {
        config.put("pad_to_max_tokens", true);
        return this;
    }

    /**
     * Ends with a given vocabulary.
     *
     * @param tokens the tokens
     * @return the layer
     * @throws dev.slipway.keras.config.ConfigException if something does not fit
     */
    public TextVectorization vocabulary(List<String> tokens) {
        ArrayNode list = config.putArray("vocabulary");
        tokens.forEach(list::add);
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
    public TextVectorization vocabulary(List<String> tokens, double... idfWeights) {
        ArrayNode numbers = config.putArray("idf_weights");
        for (double weight : idfWeights) {
            numbers.add(weight);
        }
        return vocabulary(tokens);
    }

    /**
     * Ends with a vocabulary learned from texts: the most frequent tokens, of equally frequent ones the last in order first.
     *
     * @param texts the texts, each a document
     * @return the layer
     * @throws dev.slipway.keras.config.ConfigException if something does not fit, or there are no tokens
     */
    public TextVectorization adapt(List<String> texts) {
        return adapt(Tensor.of(Shape.of(texts.size(), 1), texts.toArray(new String[0])));
    }

    /**
     * Ends with a vocabulary learned from texts.
     *
     * @param texts texts {@code [rows]} or {@code [rows, 1]}, or {@code [rows, tokens]} if they are cut already
     * @return the layer
     * @throws dev.slipway.keras.config.ConfigException if something does not fit, or there are no tokens
     */
    public TextVectorization adapt(Tensor texts) {
        Tokenizer tokenizer = TextVectorization.tokenizer(config());
        Tensor rows = texts.shape().rank() == 1
                ? texts.reshaped(Shape.of(texts.shape().size(0), 1))
                : texts;
        return ending(new LearnedVocabulary<>(TextVectorization.rows(tokenizer, rows), TokenForm.TEXTS));
    }

    /**
     * Sees a text of the data, where the data comes one by one; how texts are cut can no longer be changed.
     *
     * @param text a document
     * @return this builder
     */
    public TextVectorizationBuilder learn(String text) {
        if (tokenizer == null) {
            tokenizer = TextVectorization.tokenizer(config());
        }
        seen.add(TextVectorization.rows(tokenizer, Tensor.of(Shape.of(1, 1), text))
                .get(0));
        return this;
    }

    /**
     * Ends with the vocabulary of the texts seen by {@link #learn}, as {@link #adapt} would of all of them at once.
     *
     * @return the layer
     * @throws dev.slipway.keras.config.ConfigException if something does not fit, or there are no tokens
     */
    public TextVectorization learned() {
        return ending(seen);
    }

    private TextVectorization ending(LearnedVocabulary<String> vocabulary) {
        int firstToken = config.path("output_mode").asText("int").equals("int") ? 2 : 1;
        vocabulary.write(config, Set.of("", StringLookup.UNKNOWN), firstToken);
        return build();
    }

    private Config config() {
        return new Config("layer (TextVectorization)", config.deepCopy());
    }

    private TextVectorization build() {
        Config read = config();
        TextVectorization layer = TextVectorization.read("", read);
        read.refuseOthers();
        return layer;
    }
}
