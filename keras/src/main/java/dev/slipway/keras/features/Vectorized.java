package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.GlobalAveragePooling1D;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.TextVectorization;
import dev.slipway.keras.layers.TextVectorizationBuilder;

/**
 * Texts by {@link TextVectorization}: which words there are, or how often; or the mean of a vector that is learned for each word.
 *
 * @param maxTokens the most words, with those for padding and unknown ones
 * @param outputMode {@code multi_hot}, {@code count} or {@code tf_idf}; {@code int} for vectors
 * @param sequenceLength how many words of a text count with {@code int}, else 0
 * @param embedding the length of a word's vector with {@code int}, else 0
 */
public record Vectorized(int maxTokens, String outputMode, int sequenceLength, int embedding) implements Encoding {
    /** A word that stands for a missing text. */
    static final String WORD = "[MISSING]";

    /**
     * Checks that vectors and mode fit.
     *
     * @param maxTokens the most words
     * @param outputMode what becomes of them
     * @param sequenceLength how many words count
     * @param embedding the length of vectors
     * @throws IllegalArgumentException if they do not
     */
    public Vectorized {
        boolean vectors = outputMode.equals("int");
        if (vectors != embedding > 0 || vectors != sequenceLength > 0) {
            throw new IllegalArgumentException("text: output_mode " + outputMode + " with embedding " + embedding
                    + " and sequence length " + sequenceLength + " (expected: both with int, and with nothing else)");
        }
    }

    /** A mean over words needs one at least. */
    @Override
    public String missingText() {
        return embedding == 0 ? Missing.TEXT : WORD;
    }

    @Override
    public Learner learner(Column.Kind kind) {
        Encoding.require("text", kind, Column.Kind.TEXT);
        TextVectorizationBuilder builder =
                TextVectorization.builder().maxTokens(maxTokens).outputMode(outputMode);
        if (sequenceLength > 0) {
            builder.outputSequenceLength(sequenceLength);
        }
        return new Learner() {
            @Override
            public void learn(Object value) {
                builder.learn((String) value);
            }

            @Override
            public KerasTensor encode(KerasTensor raw) {
                KerasTensor encoded = builder.learned().apply(raw);
                return embedding == 0
                        ? encoded
                        : GlobalAveragePooling1D.of()
                                .apply(Embedding.of(maxTokens, embedding, true).apply(encoded));
            }
        };
    }
}
