package dev.slipway.cli.io;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.graph.SlipwayException;
import dev.slipway.keras.data.Csv;
import dev.slipway.keras.data.CsvText;
import dev.slipway.keras.data.Npy;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.data.Table;
import dev.slipway.keras.data.TableSource;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.json.PredictRequestReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a model is to predict for.
 *
 * @param form how it was written, and so how its answer is
 * @param feeds a tensor for each input of the model, by name
 */
public record InputData(PredictRequest.Form form, Map<String, Tensor> feeds) {
    /** The name that stands for the standard input. */
    public static final String STDIN = "-";

    /**
     * Numbers or texts from the command line.
     *
     * @param values the numbers or texts, row after row
     * @param inputs what the model needs
     * @return the data
     * @throws IllegalArgumentException if they are not numbers, not whole rows, or the model has several inputs
     */
    public static InputData ofValues(List<String> values, List<TensorSpec> inputs) {
        TensorSpec input = only(inputs, "values on the command line");
        if (input.type() == DataType.STRING) {
            Tensor texts = Tensor.of(Shape.of(values.size(), 1), values.toArray(new String[0]));
            return new InputData(PredictRequest.Form.ROWS, Map.of(input.name(), fit(texts, input)));
        }
        double[] numbers = new double[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            try {
                String value = values.get(i);
                numbers[i] = value.isEmpty() && input.takesMissing() ? Double.NaN : number(value, input.type());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + values.get(i) + "' (expected: " + numbersOf(input) + ")", e);
            }
        }
        Tensor column = Tensor.of(Shape.of(numbers.length, 1), numbers);
        return new InputData(PredictRequest.Form.ROWS, Map.of(input.name(), fit(column, input)));
    }

    /** Rounded once, to the type that is asked for. */
    private static double number(String value, DataType type) {
        return type == DataType.DOUBLE ? Double.parseDouble(value) : Float.parseFloat(value);
    }

    private static String numbersOf(TensorSpec input) {
        Shape row = input.shape()
                .slice(Math.min(1, input.shape().rank()), input.shape().rank());
        boolean several = !row.isKnown() || row.elementCount() > 1;
        return several
                ? "numbers with spaces between them, " + (row.isKnown() ? row.elementCount() : "as many as there are")
                        + " for a row of input '" + input.name() + "' " + input.shape()
                : "a number";
    }

    /**
     * Data from a file.
     *
     * @param file its name; {@code -} for the standard input, of JSON or CSV
     * @param format its format
     * @param stdin the standard input
     * @param inputs what the model needs
     * @return the data
     * @throws dev.slipway.graph.SlipwayException if it is broken or does not fit the model
     * @throws UncheckedIOException if it cannot be read
     */
    public static InputData ofFile(String file, Format format, InputStream stdin, List<TensorSpec> inputs) {
        return switch (format) {
            case JSON -> ofJson(file, readAll(file, stdin), inputs);
            case CSV ->
                inputs.size() > 1 && !file.equals(STDIN)
                        ? ofTable(file, Format.CSV, inputs)
                        : ofCsv(file, readAll(file, stdin), inputs);
            case NPY -> {
                TensorSpec input = only(inputs, "a .npy file");
                yield columns(Map.of(input.name(), fit(Npy.read(file, readAll(file, stdin)), input)));
            }
            case NPZ -> ofNpz(file, inputs);
            case PARQUET -> ofTable(file, Format.PARQUET, inputs);
        };
    }

    private static InputData ofJson(String file, byte[] text, List<TensorSpec> inputs) {
        PredictRequest request;
        try {
            request = new PredictRequestReader(inputs).read(text);
        } catch (SlipwayException e) {
            throw new IllegalArgumentException((file.equals(STDIN) ? "stdin" : file) + ": " + e.getMessage(), e);
        }
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            Tensor tensor = Tensor.zeros(inputs.get(i).type(), request.shapes().get(i));
            request.contents().get(i).writeTo(tensor);
            feeds.put(inputs.get(i).name(), tensor);
        }
        return new InputData(request.form(), feeds);
    }

    private static InputData ofCsv(String file, byte[] text, List<TensorSpec> inputs) {
        if (inputs.stream().anyMatch(input -> input.type() == DataType.STRING)) {
            return ofTextCsv(file, text, inputs);
        }
        TensorSpec input = only(inputs, "a CSV file");
        Csv table = Csv.read(file, characters(text));
        Tensor matrix = table.matrix();
        long expected = rowElements(input);
        if (matrix.shape().size(1) != expected) {
            throw new IllegalArgumentException(file + ": " + matrix.shape().size(1) + " columns (expected: " + expected
                    + " for input '" + input.name() + "' " + input.shape() + ")");
        }
        return new InputData(PredictRequest.Form.ROWS, Map.of(input.name(), fit(matrix, input)));
    }

    private static Reader characters(byte[] text) {
        try {
            return CsvText.of(new ByteArrayInputStream(text));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read: " + e.getMessage(), e);
        }
    }

    /** A column for each input, by its name; the only column for the only input. */
    private static InputData ofTextCsv(String file, byte[] text, List<TensorSpec> inputs) {
        Map<String, List<String>> columns = Csv.texts(file, characters(text));
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        for (TensorSpec input : inputs) {
            List<String> column = inputs.size() == 1 && columns.size() == 1
                    ? columns.values().iterator().next()
                    : columns.get(input.name());
            if (column == null || rowElements(input) != 1) {
                throw new IllegalArgumentException(file + ": columns " + columns.keySet() + " (expected: one named '"
                        + input.name() + "', for input " + input.shape() + ")");
            }
            feeds.put(input.name(), ofValues(column, List.of(input)).feeds().get(input.name()));
        }
        return new InputData(PredictRequest.Form.ROWS, feeds);
    }

    /** A column for each input, by its name; others are not looked at. Cells may be empty where the model knows what stands in. */
    private static InputData ofTable(String file, Format format, List<TensorSpec> inputs) {
        Table table = Tables.of(Path.of(file), format, Set.of());
        Set<String> mayMiss = inputs.stream()
                .filter(TensorSpec::takesMissing)
                .map(TensorSpec::name)
                .collect(Collectors.toSet());
        List<Tensor> read =
                new TableSource(table, Tables.columns(inputs, mayMiss), List.of(), OptionalLong.empty()).readAll();
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            feeds.put(inputs.get(i).name(), read.get(i));
        }
        return new InputData(PredictRequest.Form.ROWS, feeds);
    }

    private static InputData ofNpz(String file, List<TensorSpec> inputs) {
        if (file.equals(STDIN)) {
            throw new IllegalArgumentException("npz from the standard input (expected: a file)");
        }
        Map<String, Tensor> arrays = Npz.read(Path.of(file));
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        for (TensorSpec input : inputs) {
            Tensor array = arrays.get(input.name());
            if (array == null && inputs.size() == 1 && arrays.size() == 1) {
                array = arrays.values().iterator().next();
            }
            if (array == null) {
                throw new IllegalArgumentException(file + ": no array '" + input.name()
                        + "' (expected: an array for each input; found: " + arrays.keySet() + ")");
            }
            feeds.put(input.name(), fit(array, input));
        }
        return columns(feeds);
    }

    private static InputData columns(Map<String, Tensor> feeds) {
        return new InputData(PredictRequest.Form.COLUMNS, feeds);
    }

    private static TensorSpec only(List<TensorSpec> inputs, String what) {
        if (inputs.size() != 1) {
            List<String> names = inputs.stream().map(TensorSpec::name).toList();
            throw new IllegalArgumentException(
                    what + " for inputs " + names + " (expected: --input with a .json or .npz file)");
        }
        return inputs.get(0);
    }

    private static long rowElements(TensorSpec input) {
        Shape row = input.shape()
                .slice(Math.min(1, input.shape().rank()), input.shape().rank());
        if (!row.isKnown()) {
            throw new IllegalArgumentException("input '" + input.name() + "' " + input.shape()
                    + " (expected: --input with a file that has the shape: .json, .npy or .npz)");
        }
        return row.elementCount();
    }

    /** The tensor in the input's type, its rows folded to the input's shape where only the batch is unknown. */
    private static Tensor fit(Tensor found, TensorSpec input) {
        Tensor typed = found.type() == input.type() ? found : converted(found, input);
        Shape shape = input.shape();
        boolean foldable = shape.rank() > 0
                && shape.slice(1, shape.rank()).isKnown()
                && typed.shape().rank() <= 2
                && !(typed.shape().rank() == shape.rank()
                        && typed.shape().slice(1, typed.shape().rank()).equals(shape.slice(1, shape.rank())));
        if (!foldable) {
            return typed;
        }
        long row = rowElements(input);
        long count = typed.shape().elementCount();
        if (row == 0 || count % row != 0) {
            throw new IllegalArgumentException(count + " numbers (expected: a multiple of " + row
                    + ", for rows of input '" + input.name() + "' " + shape + ")");
        }
        return typed.reshaped(shape.with(0, Dimension.of(count / row)));
    }

    private static Tensor converted(Tensor found, TensorSpec input) {
        int count = Math.toIntExact(found.shape().elementCount());
        if (input.type().isFloating()
                && (found.type().isFloating() || found.type().isInteger())) {
            return found.cast(input.type());
        }
        if ((input.type() == DataType.INT32 || input.type() == DataType.INT64)) {
            return integers(found, input, count);
        }
        throw new IllegalArgumentException(
                "input '" + input.name() + "': " + found.type() + " (expected: " + input.type() + ")");
    }

    private static Tensor integers(Tensor found, TensorSpec input, int count) {
        Tensor converted = Tensor.zeros(input.type(), found.shape());
        for (int i = 0; i < count; i++) {
            double number = found.element(i);
            if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("input '" + input.name() + "': " + number
                        + " (expected: integers of 32" + " bits; larger ones come as .npy of int64)");
            }
            if (input.type() == DataType.INT32) {
                converted.ints().put(i, (int) number);
            } else {
                converted.longs().put(i, (long) number);
            }
        }
        return converted;
    }

    private static byte[] readAll(String file, InputStream stdin) {
        try {
            return file.equals(STDIN) ? stdin.readAllBytes() : Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
