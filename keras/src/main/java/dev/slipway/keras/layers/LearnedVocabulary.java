package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tokens of documents, the most frequent first and of equally frequent ones the last in order first; and what a count of
 * each is multiplied with, {@code log(1 + documents / (1 + documents with the token))}.
 *
 * <p>Source: {@code IndexLookup.update_state} and {@code finalize_state} of Keras 3.9.
 */
final class LearnedVocabulary<T> {
    private final TokenForm<T> form;
    private final Map<T, Long> counts = new HashMap<>();

    /** How many documents have a token. */
    private final Map<T, Long> having = new HashMap<>();

    private long documents;

    LearnedVocabulary(TokenForm<T> form) {
        this.form = form;
    }

    LearnedVocabulary(List<List<T>> documents, TokenForm<T> form) {
        this(form);
        documents.forEach(this::add);
    }

    /** Every row is a document; the elements of a vector are rows. */
    static <T> LearnedVocabulary<T> of(Tensor data, TokenForm<T> form) {
        Shape shape = data.shape();
        if (shape.rank() != 1 && shape.rank() != 2) {
            throw new IllegalArgumentException("adapt: " + data + " (expected: [rows] or [rows, tokens])");
        }
        int width = shape.rank() == 1 ? 1 : (int) shape.size(1);
        List<T> all = form.elements(data);
        return new LearnedVocabulary<>(
                IntStream.range(0, (int) shape.size(0))
                        .mapToObj(row -> all.subList(row * width, (row + 1) * width))
                        .toList(),
                form);
    }

    void add(List<T> document) {
        documents++;
        document.forEach(token -> counts.merge(token, 1L, Long::sum));
        new HashSet<>(document).forEach(token -> having.merge(token, 1L, Long::sum));
    }

    /** Writes the vocabulary into a configuration that says all the rest. */
    void write(ObjectNode config, Set<T> special, int firstToken) {
        Comparator<Map.Entry<T, Long>> rising =
                Map.Entry.<T, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey(form.order()));
        int most = config.path("max_tokens").asInt(Integer.MAX_VALUE) - firstToken;
        List<T> tokens = counts.entrySet().stream()
                .filter(entry -> !special.contains(entry.getKey()))
                .sorted(rising.reversed())
                .limit(Math.max(0, most))
                .map(Map.Entry::getKey)
                .toList();
        ArrayNode list = config.putArray("vocabulary");
        tokens.forEach(token -> list.add(form.json(token)));
        if (config.path("output_mode").asText().equals(CategoryMode.TF_IDF.kerasName())) {
            writeWeights(config.putArray("idf_weights"), tokens);
        }
    }

    private void writeWeights(ArrayNode weights, List<T> tokens) {
        for (T token : tokens) {
            double share = (double) documents / (1 + having.getOrDefault(token, 0L));
            weights.add((float) Math.log(1 + share));
        }
    }
}
