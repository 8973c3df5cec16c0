package dev.slipway.keras.trainers;

import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.data.RowStream;
import dev.slipway.keras.data.ShuffledRows;
import java.util.OptionalLong;

/** Rows in memory, in another order in every pass. */
record ShuffledArrays(Dataset data, long seed) implements RowSource {
    @Override
    public RowSpec spec() {
        return data.spec();
    }

    @Override
    public OptionalLong count() {
        return data.count();
    }

    @Override
    public RowStream open(long pass) {
        return new ArrayStream(data, RowOrder.random(data.rows(), ShuffledRows.random(seed, pass)));
    }
}
