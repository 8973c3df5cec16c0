package dev.slipway.keras.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
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
                CsvText.require(name() + ", line 1", column);
                // Pandas gives the column of row numbers no name; who names none cannot ask for it.
                if (!column.isBlank() && !seen.add(column)) {
                    throw new DataFileException(name() + ", line 1: column '" + column
                            + "' twice (expected: a first line of names for the columns, all different)");
                }
            }
            return List.copyOf(names);
        } catch (CsvParseException e) {
            throw broken(e);
        } catch (UncheckedIOException e) {
            throw unreadable(Objects.requireNonNull(e.getCause(), "cause"));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private CsvReader<CsvRecord> records() throws IOException {
        InputStream bytes = Files.newInputStream(file);
        try {
            return CsvReader.builder()
                    .skipEmptyLines(true)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .ofCsvRecord(CsvText.of(bytes));
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    private DataFileException broken(CsvParseException e) {
        return new DataFileException(name() + ": broken CSV: " + Csv.reason(e));
    }

    private UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException(name() + " cannot be read: " + e.getMessage(), e);
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
    public int placeOf(String column) {
        boolean isOther = columns.size() == 1 && columns.get(0).matches(".*[;\t|].*");
        if (isOther && !columns.contains(column)) {
            throw new DataFileException(name() + ", line 1: one column '" + columns.get(0)
                    + "' (expected: columns with commas between them, one of them '" + column + "')");
        }
        return Table.super.placeOf(column);
    }

    @Override
    public TableRows open() {
        try {
            return new Lines(records());
        } catch (IOException e) {
            throw unreadable(e);
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
            } catch (UncheckedIOException e) {
                throw unreadable(Objects.requireNonNull(e.getCause(), "cause"));
            }
            Csv.requireFields(name() + ", " + place(), current, columns.size());
            return true;
        }

        @Override
        public String place() {
            return "line " + current.getStartingLineNumber();
        }

        @Override
        public Object cell(int column) {
            String field = current.getField(column);
            CsvText.require(name() + ", " + place() + ", column '" + columns.get(column) + "'", field);
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
