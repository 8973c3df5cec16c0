package dev.slipway.keras.data;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Rows of a table: each input is one column, {@code [batch, 1]}, or some; each target some columns, {@code [batch, columns]}; weights of
 * rows one column, {@code [batch]}.
 */
public final class TableSource implements RowSource {
    private final Table table;
    private final List<List<Column>> tensors;
    private final List<int[]> places;
    private final RowSpec spec;
    private final OptionalLong count;

    /**
     * Chooses columns.
     *
     * @param table the rows
     * @param inputs a column for each input of the model
     * @param targets the columns for each output of the model, those of one output of one kind
     * @param count the number of rows, if it is known
     * @throws DataFileException if the table has no such column
     */
    public TableSource(Table table, List<Column> inputs, List<List<Column>> targets, OptionalLong count) {
        this(table, inputs, targets, List.of(), count);
    }

    /**
     * Chooses columns, with one that says how much each row counts.
     *
     * @param table the rows
     * @param inputs a column for each input of the model
     * @param targets the columns for each output of the model, those of one output of one kind
     * @param sampleWeights none, one for all outputs, or one for each output
     * @param count the number of rows, if it is known
     * @throws DataFileException if the table has no such column
     */
    public TableSource(
            Table table,
            List<Column> inputs,
            List<List<Column>> targets,
            List<Column> sampleWeights,
            OptionalLong count) {
        this(inputs.stream().map(List::of).toList(), targets, sampleWeights, table, count);
    }

    private TableSource(
            List<List<Column>> inputs,
            List<List<Column>> targets,
            List<Column> sampleWeights,
            Table table,
            OptionalLong count) {
        this.table = table;
        this.count = count;
        tensors = new ArrayList<>();
        inputs.forEach(columns -> tensors.add(List.copyOf(columns)));
        targets.forEach(columns -> tensors.add(List.copyOf(columns)));
        sampleWeights.forEach(column -> tensors.add(List.of(column)));
        places = tensors.stream()
                .map(columns -> columns.stream()
                        .mapToInt(column -> table.placeOf(column.name()))
                        .toArray())
                .toList();
        spec = new RowSpec(
                inputs.stream().map(TableSource::spec).toList(),
                targets.stream().map(TableSource::spec).toList(),
                sampleWeights.stream().map(TableSource::weightSpec).toList());
    }

    /**
     * Chooses columns, several of them for an input: {@code [batch, columns]}.
     *
     * @param table the rows
     * @param inputs the columns for each input of the model, those of one input of one kind
     * @param targets the columns for each output of the model, those of one output of one kind
     * @param sampleWeights none, one for all outputs, or one for each output
     * @param count the number of rows, if it is known
     * @return the rows
     * @throws DataFileException if the table has no such column
     */
    public static TableSource ofMatrices(
            Table table,
            List<List<Column>> inputs,
            List<List<Column>> targets,
            List<Column> sampleWeights,
            OptionalLong count) {
        return new TableSource(inputs, targets, sampleWeights, table, count);
    }

    private static TensorSpec spec(List<Column> columns) {
        Column first = columns.get(0);
        Shape shape = Shape.of(columns.size()).prepend(Dimension.symbol("batch"));
        return new TensorSpec(first.name(), first.kind().type(), shape);
    }

    private static TensorSpec weightSpec(Column column) {
        return new TensorSpec(
                column.name(), column.kind().type(), Shape.scalar().prepend(Dimension.symbol("batch")));
    }

    @Override
    public RowSpec spec() {
        return spec;
    }

    @Override
    public OptionalLong count() {
        return count;
    }

    /**
     * All rows at once.
     *
     * @return a tensor for each input, each target and the weights
     * @throws DataFileException if a row is broken, or there is none
     */
    public List<Tensor> readAll() {
        long rows = count.orElseGet(() -> count(table));
        if (rows == 0) {
            throw new DataFileException(table.name() + ": no rows (expected: at least one below the names)");
        }
        List<Tensor> all = RowBuffer.of(spec, Math.toIntExact(rows)).tensors();
        try (RowStream stream = open(0)) {
            stream.read(all);
        }
        return all;
    }

    /**
     * Counts rows by reading them.
     *
     * @param table the rows
     * @return how many
     * @throws DataFileException if the table is broken
     */
    public static long count(Table table) {
        long rows = 0;
        try (Table.TableRows stream = table.open()) {
            while (stream.next()) {
                rows++;
            }
        }
        return rows;
    }

    /** Finds a row by reading those before it. */
    @Override
    public RowPlaces places() {
        return (row, target) -> {
            String columns = tensors.get(spec.inputs().size() + target).stream()
                    .map(column -> "'" + column.name() + "'")
                    .collect(Collectors.joining(", "));
            try (Table.TableRows rows = table.open()) {
                long left = row;
                while (rows.next() && left > 0) {
                    left--;
                }
                return Optional.of(table.name() + ", " + rows.place() + ", column " + columns);
            }
        };
    }

    /** The rows in the table's order. */
    @Override
    public RowStream open(long pass) {
        Table.TableRows rows = table.open();
        return new RowStream() {
            @Override
            public int read(List<Tensor> into) {
                int capacity = new RowBuffer(into).capacity();
                int count = 0;
                List<String[]> texts = texts(into);
                while (count < capacity && rows.next()) {
                    copy(rows, count++, into, texts);
                }
                if (count > 0) {
                    assign(texts, into, count);
                }
                return count;
            }

            @Override
            public void close() {
                rows.close();
            }
        };
    }

    /** Texts are collected first: a tensor takes many at once. */
    private static List<String[]> texts(List<Tensor> into) {
        return into.stream()
                .map(tensor -> new String
                        [tensor.type() == DataType.STRING ? (int) tensor.shape().elementCount() : 0])
                .toList();
    }

    private static void assign(List<String[]> texts, List<Tensor> into, int count) {
        for (int i = 0; i < texts.size(); i++) {
            String[] found = texts.get(i);
            if (found.length > 0) {
                Shape shape = into.get(i).shape().with(0, Dimension.of(count));
                String[] read = Arrays.copyOf(found, (int) shape.elementCount());
                into.get(i).rows(0, count).assign(Tensor.of(shape, read));
            }
        }
    }

    private void copy(Table.TableRows row, int to, List<Tensor> into, List<String[]> texts) {
        for (int i = 0; i < tensors.size(); i++) {
            List<Column> columns = tensors.get(i);
            for (int j = 0; j < columns.size(); j++) {
                Column column = columns.get(j);
                Object value = column.value(table, row, row.cell(places.get(i)[j]));
                int at = to * columns.size() + j;
                switch (column.kind()) {
                    case NUMBER, LABEL -> into.get(i).floats().put(at, (Float) value);
                    case INTEGER -> into.get(i).longs().put(at, (Long) value);
                    case TEXT -> texts.get(i)[at] = (String) value;
                }
            }
        }
    }
}
