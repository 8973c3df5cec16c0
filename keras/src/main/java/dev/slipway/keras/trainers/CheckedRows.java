package dev.slipway.keras.trainers;

import dev.slipway.keras.data.RowBuffer;
import dev.slipway.keras.data.RowPlaces;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.data.RowStream;
import dev.slipway.keras.losses.TargetException;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.OptionalLong;

/** Rows whose targets are checked batch by batch, before a step sees them. */
record CheckedRows(RowSource source, DataFit fit) implements RowSource {
    private static final int BLOCK_ROWS = 32;

    @Override
    public RowSpec spec() {
        return source.spec();
    }

    @Override
    public OptionalLong count() {
        return source.count();
    }

    private void require(List<Tensor> tensors, int rows, long first, RowPlaces places) {
        if (rows > 0) {
            int inputs = spec().inputs().size();
            List<Tensor> targets =
                    tensors.subList(inputs, inputs + spec().targets().size());
            fit.requireTargets(targets.stream().map(each -> each.rows(0, rows)).toList(), first, places);
        }
    }

    /** Looks for the row where it is stored: shuffled rows do not know where they come from. */
    private void requireStored() {
        RowSource stored = source.stored();
        List<Tensor> block = RowBuffer.of(stored.spec(), BLOCK_ROWS).tensors();
        try (RowStream rows = stored.open(0)) {
            long first = 0;
            for (int count = rows.read(block); count > 0; count = rows.read(block)) {
                require(block, count, first, stored.places());
                first += count;
            }
        }
    }

    @Override
    public RowStream open(long pass) {
        RowStream stream = source.open(pass);
        return new RowStream() {
            @Override
            public int read(List<Tensor> into) {
                int rows = stream.read(into);
                try {
                    require(into, rows, 0, RowPlaces.NONE);
                } catch (TargetException e) {
                    requireStored();
                    throw e;
                }
                return rows;
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }
}
