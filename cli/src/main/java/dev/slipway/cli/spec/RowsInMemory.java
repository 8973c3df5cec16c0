package dev.slipway.cli.spec;

import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.data.TableSource;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.runtime.Tensor;
import java.util.List;

/** All rows of a table at once, which know where they stand in it. */
final class RowsInMemory {
    private RowsInMemory() {}

    static Dataset of(TableSource rows) {
        RowSpec spec = rows.spec();
        List<Tensor> all = rows.readAll();
        int inputs = spec.inputs().size();
        int behind = inputs + spec.targets().size();
        return new Dataset(
                all.subList(0, inputs), all.subList(inputs, behind), all.subList(behind, all.size()), rows.places());
    }
}
