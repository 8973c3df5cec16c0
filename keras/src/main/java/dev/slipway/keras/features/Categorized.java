package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.IntegerLookup;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LookupBuilder;
import dev.slipway.keras.layers.StringLookup;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Texts or integers as categories, by {@link StringLookup} or {@link IntegerLookup}.
 *
 * @param maxTokens the most categories, with those for unknown values; empty for as many as the data has
 * @param unknown how many places values have that the data did not have; without any, they are refused
 * @param embedding the length of a vector that is learned for each category; 0 for one-hot vectors
 */
public record Categorized(OptionalInt maxTokens, int unknown, int embedding) implements Encoding {
    @Override
    public Learner learner(Column.Kind kind) {
        Encoding.require("categories", kind, Column.Kind.TEXT, Column.Kind.INTEGER);
        return kind == Column.Kind.TEXT
                ? new Seen<>(StringLookup.builder(), String.class)
                : new Seen<>(IntegerLookup.builder(), Long.class);
    }

    private final class Seen<T, L extends Layer> implements Learner {
        private final LookupBuilder<T, L> builder;
        private final Class<T> type;
        private final Set<T> values = new HashSet<>();

        Seen(LookupBuilder<T, L> builder, Class<T> type) {
            this.builder = builder.numOovIndices(unknown).outputMode(embedding == 0 ? "one_hot" : "int");
            this.type = type;
            maxTokens.ifPresent(builder::maxTokens);
        }

        @Override
        public void learn(Object value) {
            T token = type.cast(value);
            values.add(token);
            builder.learn(token);
        }

        @Override
        public KerasTensor encode(KerasTensor raw) {
            KerasTensor places = builder.learned().apply(raw);
            if (embedding == 0) {
                return places;
            }
            int most = maxTokens.orElse(Integer.MAX_VALUE);
            int categories = Math.min(values.size() + unknown, most);
            return Flatten.of().apply(Embedding.of(categories, embedding).apply(places));
        }
    }
}
