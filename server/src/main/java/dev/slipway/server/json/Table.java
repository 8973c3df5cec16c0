package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonParser;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A table being read, cell by cell: a column for each input, or, where a model has one input of several features, a column for
 * each feature in their order. Other columns are dropped where the names say which those are.
 */
final class Table {
    private final List<TensorSpec> inputs;
    private final List<String> columns;
    private final List<Object> place;
    private final boolean columnsAreFeatures;

    /** The readers of columns, and for each column which of them, or -1. */
    private final ModelInputs cells;

    private final int[] readers;
    private boolean[] seen = new boolean[0];
    private long rows;

    /** Of columns in order; if they have no names, they can only be features. */
    Table(List<TensorSpec> inputs, Optional<List<String>> names, List<Object> place) {
        this.inputs = inputs;
        this.place = place;
        this.columns = names.orElseGet(() -> featureNames(inputs));
        requireDifferent(columns, place);
        this.columnsAreFeatures = inputs.size() == 1 && features(inputs.get(0)) == columns.size();
        this.cells = new ModelInputs(columnsAreFeatures ? featureSpecs() : inputs, Dialect.MLFLOW);
        this.readers = columns.stream().mapToInt(cells::indexOf).toArray();
        if (!columnsAreFeatures) {
            requireEveryInput();
        }
    }

    /** How many columns can be an input; 0 if its rows are not just a list of features. */
    private static long features(TensorSpec input) {
        Shape shape = input.shape();
        if (shape.rank() == 1) {
            return 1;
        }
        return shape.rank() == 2 && shape.dimension(1).isKnown()
                ? shape.dimension(1).size()
                : 0;
    }

    private static List<String> featureNames(List<TensorSpec> inputs) {
        List<String> names = new ArrayList<>();
        long count = inputs.size() == 1 ? features(inputs.get(0)) : 0;
        for (int i = 0; i < count; i++) {
            names.add(Integer.toString(i));
        }
        return names;
    }

    private static void requireDifferent(List<String> columns, List<Object> place) {
        HashSet<String> known = new HashSet<>();
        for (String column : columns) {
            if (!known.add(column)) {
                throw new InputException(
                        "duplicate",
                        place,
                        "expected: columns of different names",
                        "'" + InputProblem.cut(column) + "' twice");
            }
        }
    }

    private List<TensorSpec> featureSpecs() {
        TensorSpec input = inputs.get(0);
        Shape column = Shape.of(List.of(Dimension.symbol("rows")));
        return columns.stream()
                .map(name -> new TensorSpec(name, input.type(), column, input.takesMissing()))
                .toList();
    }

    private void requireEveryInput() {
        List<InputProblem> missing = inputs.stream()
                .filter(input -> !columns.contains(input.name()))
                .map(input -> missing(input))
                .toList();
        if (!missing.isEmpty()) {
            throw new InputException(missing);
        }
    }

    private InputProblem missing(TensorSpec input) {
        InputProblem problem = ModelInputs.missing(input, place);
        long features = inputs.size() == 1 ? features(input) : 0;
        String expected = features == 0
                ? problem.message()
                : problem.message() + ", or " + features + (features == 1 ? " column" : " columns")
                        + " of its features";
        return new InputProblem(problem.type(), problem.location(), expected, columns.size() + " other columns");
    }

    int indexOf(String column) {
        return columns.indexOf(column);
    }

    void beginRow() {
        seen = new boolean[columns.size()];
    }

    /** Reads a cell; false, and nothing is read, if no input needs it. */
    boolean cell(int column, JsonParser parser) throws IOException {
        if (!begin(column)) {
            return false;
        }
        cells.reader(readers[column]).read(parser, 1);
        return true;
    }

    /** Reads a cell of text, if an input needs it. */
    void cell(int column, String text, List<Object> at) {
        if (begin(column)) {
            cells.reader(readers[column]).readCell(text, at);
        }
    }

    private boolean begin(int column) {
        if (column >= readers.length) {
            throw new InputException(
                    "too_long", place, "expected: " + readers.length + " cells in a row", "a row of more cells");
        }
        if (column < 0 || readers[column] < 0 || seen[column]) {
            return false;
        }
        seen[column] = true;
        return true;
    }

    void endRow(List<Object> at) {
        for (int i = 0; i < seen.length; i++) {
            if (readers[i] >= 0 && !seen[i]) {
                List<Object> location = new ArrayList<>(at);
                location.add(columns.get(i));
                throw new InputException(
                        "missing", location, "expected: a cell of column '" + columns.get(i) + "'", "nothing");
            }
        }
        rows++;
    }

    PredictRequest request() {
        if (rows == 0) {
            throw new InputException("too_short", place, "expected: at least one row", "a table without rows");
        }
        cells.requireRows(rows, () -> place);
        PredictRequest columnwise = cells.request(PredictRequest.Form.COLUMNS);
        return columnsAreFeatures ? rowMajor(columnwise) : columnwise;
    }

    /** Features side by side: {@code columns} of {@code [rows]} to {@code [rows, columns]}. */
    private PredictRequest rowMajor(PredictRequest columnwise) {
        TensorSpec input = inputs.get(0);
        int count = columns.size();
        Shape shape = input.shape().rank() == 1 ? Shape.of(rows) : Shape.of(rows, count);
        List<Elements> parts = columnwise.contents();
        int width = input.type().byteSize();
        List<String> texts = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(parts.stream()
                        .mapToLong(part -> part.bytes().remaining())
                        .sum()))
                .order(ByteOrder.nativeOrder());
        for (int row = 0; row < rows; row++) {
            for (Elements part : parts) {
                if (part.texts().isEmpty()) {
                    bytes.put(part.bytes().slice(row * width, width));
                } else {
                    texts.add(part.texts().get(row));
                }
            }
        }
        return new PredictRequest(
                PredictRequest.Form.COLUMNS, List.of(shape), List.of(new Elements(bytes.flip(), texts)));
    }
}
