package dev.slipway.keras.features;

import dev.slipway.keras.data.CsvTable;
import dev.slipway.keras.data.PrefetchedRows;
import dev.slipway.keras.data.RowBuffer;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowStream;
import dev.slipway.keras.data.ShuffledRows;
import dev.slipway.keras.data.Table;
import java.nio.file.Path;

/** Learns from a table and sees its rows in random order, in a process with little memory. */
final class ReadLargeTable {
    private ReadLargeTable() {}

    public static void main(String[] arguments) {
        Table table = CsvTable.of(Path.of(arguments[0]));
        AdaptedFeatures features = TableFeatures.of(
                        Feature.normalized("a"), Feature.oneHot("b"), Feature.words("c", 10))
                .targets(Target.numbers("y"))
                .adapt(table);
        RowSource rows = new PrefetchedRows(new ShuffledRows(features.trainingRows(table), 5000, 1), 32, 4);
        RowBuffer batch = RowBuffer.of(rows.spec(), 32);
        long count = 0;
        try (RowStream stream = rows.open(0)) {
            for (int read = stream.read(batch.tensors()); read > 0; read = stream.read(batch.tensors())) {
                count += read;
            }
        }
        System.out.println("rows " + count);
    }
}
