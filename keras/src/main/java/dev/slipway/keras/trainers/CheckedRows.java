package dev.slipway.keras.trainers;

import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.data.RowStream;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.OptionalLong;

/** Rows whose targets are checked batch by batch, before a step sees them. */
record CheckedRows(RowSource source, DataFit fit) implements RowSource {
    @Override
    public RowSpec spec() {
        return source.spec();
    }

    @Override
    public OptionalLong count() {
        return source.count();
    }

    @Override
    public RowStream open(long pass) {
        RowStream stream = source.open(pass);
        int first = spec().inputs().size();
        int behind = first + spec().targets().size();
        return new RowStream() {
            @Override
            public int read(List<Tensor> into) {
                int rows = stream.read(into);
                if (rows > 0) {
                    fit.requireTargets(into.subList(first, behind).stream()
                            .map(targets -> targets.rows(0, rows))
                            .toList());
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
