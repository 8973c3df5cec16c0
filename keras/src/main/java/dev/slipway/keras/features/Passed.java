package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.layers.KerasTensor;

/** Numbers as they are. */
public record Passed() implements Encoding {
    @Override
    public Learner learner(Column.Kind kind) {
        Encoding.require("pass", kind, Column.Kind.NUMBER);
        return new Learner() {
            @Override
            public void learn(Object value) {
                // What is passed on needs nothing of the data.
            }

            @Override
            public KerasTensor encode(KerasTensor raw) {
                return raw;
            }
        };
    }
}
