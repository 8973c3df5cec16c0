package dev.slipway.keras.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table of numbers as comma-separated values, its columns named by the first line, if that is not numbers itself.
 *
 * <p>Source: RFC 4180.
 */
public final class Csv {
    private final String name;
    private final List<String> header;
    private final List<Column> columns = new ArrayList<>();
    private int rows;

    /** The numbers of one column, in memory that grows with them. */
    private static final class Column {
        private float[] numbers = new float[16];

        /** The first field that is no finite number, and where it is. */
        private Optional<String> notFinite = Optional.empty();

        void set(int row, float number) {
            if (row == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * row);
            }
            numbers[row] = number;
        }
    }

    private Csv(String name, List<String> header) {
        this.name = name;
        this.header = header;
    }

    /**
     * Reads a table.
     *
     * @param name the file's name, for messages
     * @param text the file's content
     * @return the table
     * @throws DataFileException naming line and column, if the table is empty or broken or a field is not a number
     */
    public static Csv read(String name, Reader text) {
        try (CsvReader<CsvRecord> records = CsvReader.builder()
                .skipEmptyLines(true)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(text)) {
            Csv table = null;
            for (CsvRecord record : records) {
                if (table == null) {
                    boolean named = record.getFields().stream()
                            .anyMatch(field -> number(field).isEmpty());
                    table = new Csv(name, named ? record.getFields() : List.of());
                    table.begin(record.getFieldCount());
                    if (named) {
                        continue;
                    }
                }
                table.add(record);
            }
            if (table == null || table.rows == 0) {
                throw new DataFileException(name + ": no rows (expected: at least one line of numbers)"
                        + (table == null ? "" : table.takenForNames()));
            }
            return table;
        } catch (CsvParseException e) {
            throw new DataFileException(name + ": broken CSV: " + reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a table of texts, whose first line names the columns.
     *
     * @param name the file's name, for messages
     * @param text the file's content
     * @return the fields of each column by its name, in the file's order
     * @throws DataFileException naming the line, if the table is empty or broken
     */
    public static Map<String, List<String>> texts(String name, Reader text) {
        try (CsvReader<CsvRecord> records =
                CsvReader.builder().skipEmptyLines(true).ofCsvRecord(text)) {
            List<String> names = List.of();
            Map<String, List<String>> columns = new LinkedHashMap<>();
            for (CsvRecord record : records) {
                if (names.isEmpty()) {
                    names = record.getFields();
                    names.forEach(column -> columns.put(column, new ArrayList<>()));
                    continue;
                }
                int place = 0;
                for (List<String> column : columns.values()) {
                    String field = record.getField(place++);
                    CsvText.require(name + ", line " + record.getStartingLineNumber(), field);
                    column.add(field);
                }
            }
            if (columns.size() != names.size() || columns.values().stream().anyMatch(List::isEmpty)) {
                throw new DataFileException(
                        name + ": columns " + names + " (expected: different names, and at least one line below)");
            }
            return columns;
        } catch (CsvParseException e) {
            throw new DataFileException(name + ": broken CSV: " + reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** A row of numbers but for one field looks like names, which it may not be. */
    private String takenForNames() {
        Optional<String> text =
                header.stream().filter(field -> number(field).isEmpty()).findFirst();
        boolean hasNumber = header.stream().anyMatch(field -> number(field).isPresent());
        return hasNumber && text.isPresent()
                ? "; line 1 was taken for names of columns, as '" + text.get() + "' is no number"
                : "";
    }

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            if (!header.isEmpty() && header.indexOf(header.get(i)) != i) {
                throw new DataFileException(
                        name + ": column '" + header.get(i) + "' twice (expected: a name for each)");
            }
            columns.add(new Column());
        }
    }

    private void add(CsvRecord record) {
        requireFields(name + ", line " + record.getStartingLineNumber(), record, columns.size());
        for (int i = 0; i < columns.size(); i++) {
            String field = record.getField(i);
            int column = i;
            float number = number(field).orElseThrow(() -> notANumber(record, column, field));
            columns.get(i).set(rows, number);
            if (!Float.isFinite(number) && columns.get(i).notFinite.isEmpty()) {
                columns.get(i).notFinite = Optional.of(place(record, column) + ": '" + field + "'");
            }
        }
        rows++;
    }

    private DataFileException notANumber(CsvRecord record, int column, String field) {
        return new DataFileException(place(record, column) + ": '" + field + "' (expected: a number)");
    }

    private String place(CsvRecord record, int column) {
        String which = header.isEmpty() ? Integer.toString(column + 1) : "'" + header.get(column) + "'";
        return name + ", line " + record.getStartingLineNumber() + ", column " + which;
    }

    /** Where a quote is not closed, all that follows is one field. */
    static void requireFields(String place, CsvRecord record, int expected) {
        if (record.getFieldCount() != expected) {
            String last = record.getField(record.getFieldCount() - 1);
            throw new DataFileException(place + ": " + record.getFieldCount() + " fields (expected: " + expected + ")"
                    + (last.indexOf('\n') >= 0 ? "; a quote that begins there seems not to be closed" : ""));
        }
    }

    /** What the parser says, in one sentence. */
    static String reason(CsvParseException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("The maximum buffer size")
                ? "a field of more than 16 MiB" + message.substring(Math.max(0, message.lastIndexOf(" (")))
                        + " (expected: a shorter one); is a quote not closed?"
                : message;
    }

    private static Optional<Float> number(String field) {
        String text = field.strip();
        if (text.isEmpty() || text.indexOf('\0') >= 0 || "fFdD".indexOf(text.charAt(text.length() - 1)) >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Float.parseFloat(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * The names of the columns.
     *
     * @return in the file's order; empty if the first line is numbers
     */
    public List<String> header() {
        return header;
    }

    /**
     * Every column.
     *
     * @return a tensor of shape {@code [rows, columns]}
     */
    public Tensor matrix() {
        return stack(columns);
    }

    /**
     * Some columns.
     *
     * @param names their names
     * @return a tensor of shape {@code [rows, names]}
     * @throws DataFileException if there is no column of a name
     */
    public Tensor matrix(List<String> names) {
        return stack(chosen(names));
    }

    /**
     * Some columns to learn from.
     *
     * @param names their names
     * @return a tensor of shape {@code [rows, names]}
     * @throws DataFileException if there is no column of a name, or naming line and column of a number that is not finite
     */
    public Tensor finiteMatrix(List<String> names) {
        List<Column> chosen = chosen(names);
        chosen.stream().flatMap(column -> column.notFinite.stream()).findFirst().ifPresent(found -> {
            throw new DataFileException(found + " (expected: a finite number)");
        });
        return stack(chosen);
    }

    private List<Column> chosen(List<String> names) {
        Map<String, Column> byName = new LinkedHashMap<>();
        for (int i = 0; i < header.size(); i++) {
            byName.put(header.get(i), columns.get(i));
        }
        List<Column> chosen = new ArrayList<>();
        for (String wanted : names) {
            Column found = byName.get(wanted);
            if (found == null) {
                throw new DataFileException(name + ": no column '" + wanted + "' (expected: one of " + header + ")");
            }
            chosen.add(found);
        }
        return chosen;
    }

    private Tensor stack(List<Column> chosen) {
        float[] elements = new float[Math.multiplyExact(rows, chosen.size())];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < chosen.size(); i++) {
                elements[row * chosen.size() + i] = chosen.get(i).numbers[row];
            }
        }
        return Tensor.of(Shape.of(rows, chosen.size()), elements);
    }
}
