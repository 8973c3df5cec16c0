package dev.slipway.keras.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A file of comma-separated values, whose first line names the columns. Read row by row: a file may be larger than memory.
 *
 * <p>Source: RFC 4180.
 */
public final class CsvTable implements Table {
    private final Path file;
    private final Set<String> missing;
    private final List<String> columns;

    private CsvTable(Path file, Set<String> missing) {
        this.file = file;
        this.missing = Set.copyOf(missing);
        this.columns = readColumns();
    }

    /**
     * A file in which empty fields are missing values.
     *
     * @param file the file
     * @return the table
     * @throws DataFileException if there is no line of names, or a name twice
     * @throws UncheckedIOException if it cannot be read
     */
    public static CsvTable of(Path file) {
        return of(file, Set.of());
    }

    /**
     * A file with words for missing values.
     *
     * @param file the file
     * @param missing what else stands for a missing value, such as {@code NA} or {@code ?}
     * @return the table
     * @throws DataFileException if there is no line of names, or a name twice
     * @throws UncheckedIOException if it cannot be read
     */
    public static CsvTable of(Path file, Set<String> missing) {
        return new CsvTable(file, missing);
    }

    private List<String> readColumns() {
        try (CsvReader<CsvRecord> records = records()) {
            Optional<CsvRecord> first = records.stream().findFirst();
            List<String> names = first.map(CsvRecord::getFields)
                    .orElseThrow(() -> new DataFileException(name() + ": empty (expected: a line of column names)"));
            Set<String> seen = new HashSet<>();
            for (String column : names) {
                if (column.isBlank() || !seen.add(column)) {
                    throw new DataFileException(name() + ": column '" + column
                            + "' (expected: a first line with a name for each column, all different)");
                }
            }
            return List.copyOf(names);
        } catch (CsvParseException e) {
            throw broken(e);
        } catch (IOException e) {
            throw new UncheckedIOException(name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private CsvReader<CsvRecord> records() throws IOException {
        return CsvReader.builder()
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .detectBomHeader(true)
                .ofCsvRecord(file);
    }

    private DataFileException broken(CsvParseException e) {
        return new DataFileException(name() + ": broken CSV: " + e.getMessage());
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public TableRows open() {
        try {
            return new Lines(records());
        } catch (IOException e) {
            throw new UncheckedIOException(name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private final class Lines implements TableRows {
        private final CsvReader<CsvRecord> reader;
        private final Iterator<CsvRecord> records;
        private CsvRecord current;

        Lines(CsvReader<CsvRecord> reader) {
            this.reader = reader;
            this.records = reader.iterator();
            this.current = records.next(); // the names
        }

        @Override
        public boolean next() {
            try {
                if (!records.hasNext()) {
                    return false;
                }
                current = records.next();
            } catch (CsvParseException e) {
                throw broken(e);
            }
            if (current.getFieldCount() != columns.size()) {
                throw new DataFileException(name() + ", " + place() + ": " + current.getFieldCount()
                        + " fields (expected: " + columns.size() + ")");
            }
            return true;
        }

        @Override
        public String place() {
            return "line " + current.getStartingLineNumber();
        }

        @Override
        public Object cell(int column) {
            String field = current.getField(column);
            return field.isBlank() || missing.contains(field.strip()) ? "" : field;
        }

        @Override
        public void close() {
            try {
                reader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(name() + " cannot be closed: " + e.getMessage(), e);
            }
        }
    }
}
