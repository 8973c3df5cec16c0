package dev.slipway.server.json;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.slipway.runtime.TensorSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A table of comma-separated values. Source: RFC 4180. */
final class CsvTable {
    private CsvTable() {}

    static PredictRequest read(byte[] body, boolean header, List<TensorSpec> inputs) {
        try (CsvReader<CsvRecord> lines = CsvReader.builder()
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(new InputStreamReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8))) {
            Table table = null;
            for (CsvRecord line : lines) {
                if (table == null) {
                    table = new Table(inputs, names(line, header), List.of("body"));
                    if (header) {
                        continue;
                    }
                }
                readLine(line, table);
            }
            if (table == null) {
                throw new InputException("missing", List.of("body"), "expected: a line of names, then rows", "nothing");
            }
            return table.request();
        } catch (CsvParseException e) {
            throw new InputException(
                    "csv_invalid", List.of("body"), "expected: comma-separated values as in RFC 4180", "another text");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<List<String>> names(CsvRecord first, boolean header) {
        return header
                ? Optional.of(first.getFields().stream().map(String::strip).toList())
                : Optional.empty();
    }

    private static void readLine(CsvRecord line, Table table) {
        table.beginRow();
        for (int column = 0; column < line.getFieldCount(); column++) {
            table.cell(
                    column,
                    line.getField(column),
                    List.of("body", "line " + line.getStartingLineNumber(), "column " + (column + 1)));
        }
        table.endRow(List.of("body", "line " + line.getStartingLineNumber()));
    }
}
