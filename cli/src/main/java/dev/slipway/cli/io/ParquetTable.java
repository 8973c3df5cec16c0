package dev.slipway.cli.io;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.HydratorSupplier;
import blue.strategic.parquet.ParquetReader;
import dev.slipway.keras.data.DataFileException;
import dev.slipway.keras.data.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A Parquet file of numbers, truths and texts. One row group at a time is in memory.
 *
 * <p>Source: the Apache Parquet format.
 */
final class ParquetTable implements Table {
    private final Path file;
    private final List<String> columns = new ArrayList<>();

    /** Columns that are there, but of a type that is not read. */
    private final Map<Integer, String> refused = new HashMap<>();

    private ParquetTable(Path file) {
        this.file = file;
        for (Type field : schema()) {
            if (!isReadable(field)) {
                refused.put(columns.size(), field.toString());
            }
            columns.add(field.getName());
        }
    }

    static Table of(Path file) {
        return new ParquetTable(file);
    }

    private List<Type> schema() {
        try {
            requireContent();
            return ParquetReader.readMetadata(file.toFile())
                    .getFileMetaData()
                    .getSchema()
                    .getFields();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        } catch (DataFileException e) {
            throw e;
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    /** The reader would not say why a file cannot be opened. */
    private void requireContent() throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            if (bytes.read() < 0) {
                throw new DataFileException(file + ": empty (expected: a Parquet file)");
            }
        }
    }

    /** The reader names itself in what it says. */
    private DataFileException broken(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        Throwable cause = e.getCause();
        String reason = message.contains("is not a Parquet file")
                ? "its end is missing, or it is of another format"
                : message + (cause == null ? "" : ": " + cause.getMessage());
        return new DataFileException(file + ": broken Parquet: " + reason);
    }

    private static boolean isReadable(Type field) {
        if (!field.isPrimitive() || field.isRepetition(Type.Repetition.REPEATED)) {
            return false;
        }
        PrimitiveType type = field.asPrimitiveType();
        LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
        if (type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY) {
            return meaning instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                    || meaning instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
        }
        boolean plain = meaning == null || meaning instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation;
        return plain
                && type.getPrimitiveTypeName() != PrimitiveTypeName.INT96
                && type.getPrimitiveTypeName() != PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public List<String> columns() {
        return List.copyOf(columns);
    }

    @Override
    public TableRows open() {
        try {
            HydratorSupplier<Object[], Object[]> rows = HydratorSupplier.constantly(new Row());
            return new Rows(ParquetReader.spliterator(file.toFile(), rows));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    /** Collects the cells of a row; what is not there is missing. */
    private final class Row implements Hydrator<Object[], Object[]> {
        @Override
        public Object[] start() {
            Object[] cells = new Object[columns.size()];
            Arrays.fill(cells, "");
            return cells;
        }

        @Override
        public Object[] add(Object[] cells, String column, Object value) {
            if (value != null) {
                cells[columns.indexOf(column)] =
                        value instanceof Number || value instanceof Boolean ? value : value.toString();
            }
            return cells;
        }

        @Override
        public Object[] finish(Object[] cells) {
            return cells;
        }
    }

    private final class Rows implements TableRows {
        private final ParquetReader<Object[], Object[]> reader;
        private Object[] cells = new Object[0];
        private long number;

        Rows(ParquetReader<Object[], Object[]> reader) {
            this.reader = reader;
        }

        @Override
        public boolean next() {
            try {
                number++;
                return reader.tryAdvance(read -> cells = read);
            } catch (RuntimeException e) {
                throw broken(e);
            }
        }

        @Override
        public String place() {
            return "row " + number;
        }

        @Override
        public Object cell(int column) {
            String type = refused.get(column);
            if (type != null) {
                throw new DataFileException(file + ", column '" + columns.get(column) + "': " + type
                        + " (expected: int32, int64, float, double, boolean or string); write it as one of these");
            }
            return cells[column];
        }

        @Override
        public void close() {
            try {
                reader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(file + " cannot be closed: " + e.getMessage(), e);
            }
        }
    }
}
