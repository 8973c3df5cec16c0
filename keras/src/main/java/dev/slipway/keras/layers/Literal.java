package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Element;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers or truth values that stand in an architecture: a Python number, a list, or an array that Keras serialized with
 * its type.
 *
 * <p>Source: {@code keras.saving.serialize_keras_object}: {@code __tensor__} and {@code __numpy__}.
 */
public final class Literal {
    /** Up to here every integer is a double. */
    private static final double LARGEST_INTEGER = 9007199254740992.0;

    private static final int MAX_RANK = 16;

    private final String subject;
    private final Shape shape;
    private final double[] numbers;
    private final DataType type;
    private final boolean isTyped;

    private Literal(String subject, Shape shape, double[] numbers, DataType type, boolean isTyped) {
        this.subject = subject;
        this.shape = shape;
        this.numbers = numbers;
        this.type = type;
        this.isTyped = isTyped;
    }

    /**
     * Reads a literal.
     *
     * @param subject what it belongs to, for messages
     * @param node the JSON
     * @return the numbers
     * @throws ConfigException if it is something else
     */
    public static Literal read(String subject, JsonNode node) {
        String className = node.path("class_name").asText("");
        boolean isTyped = className.equals("__tensor__") || className.equals("__numpy__");
        JsonNode value = isTyped ? node.path("config").path("value") : node;
        List<Long> lengths = new ArrayList<>();
        for (JsonNode level = value; level.isArray(); level = level.path(0)) {
            lengths.add((long) level.size());
            if (lengths.size() > MAX_RANK) {
                throw new ConfigException(subject + ": lists in lists (expected: at most " + MAX_RANK + " deep)");
            }
        }
        List<JsonNode> elements = new ArrayList<>();
        flatten(subject, value, lengths, 0, elements);
        DataType type = isTyped
                ? DTypes.named(node.path("config").path("dtype").asText(""))
                        .orElseThrow(() -> new ConfigException(subject + ": dtype "
                                + node.path("config").path("dtype") + " (expected: a type that Slipway supports)"))
                : typeOf(elements);
        Shape shape = Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
        double[] numbers = elements.stream()
                .mapToDouble(e -> e.isBoolean() ? (e.booleanValue() ? 1 : 0) : number(e))
                .toArray();
        return new Literal(subject, shape, numbers, type, isTyped || !lengths.isEmpty());
    }

    private static void flatten(
            String subject, JsonNode value, List<Long> lengths, int depth, List<JsonNode> elements) {
        if (depth < lengths.size()) {
            if (!value.isArray() || value.size() != lengths.get(depth)) {
                throw new ConfigException(subject + ": " + shown(value) + " (expected: lists of equal lengths)");
            }
            value.forEach(item -> flatten(subject, item, lengths, depth + 1, elements));
            return;
        }
        boolean tooLarge = value.isIntegralNumber() && Math.abs(value.doubleValue()) > LARGEST_INTEGER;
        if (!(value.isBoolean() || isNumber(value)) || tooLarge) {
            throw new ConfigException(
                    subject + ": " + shown(value) + " (expected: numbers, truth values, or lists of them)");
        }
        elements.add(value);
    }

    /** JSON has no infinities; Python's writer puts them as words. */
    private static boolean isNumber(JsonNode value) {
        return value.isNumber() || List.of("Infinity", "-Infinity", "NaN").contains(value.asText());
    }

    private static double number(JsonNode value) {
        return value.isNumber() ? value.doubleValue() : Double.parseDouble(value.asText());
    }

    private static DataType typeOf(List<JsonNode> elements) {
        if (!elements.isEmpty() && elements.stream().allMatch(JsonNode::isBoolean)) {
            return DataType.BOOL;
        }
        boolean isWhole = !elements.isEmpty() && elements.stream().allMatch(e -> e.isIntegralNumber() || e.isBoolean());
        return isWhole ? DataType.INT32 : DataType.FLOAT;
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    /**
     * The type Keras gives it on its own.
     *
     * @return bool, int32 or float32, or the type it is serialized with
     */
    public DataType type() {
        return type;
    }

    /**
     * Whether its type counts in the type of a result. A bare Python number takes the type of the other operand, where
     * that can hold it.
     *
     * @return false for a bare number
     */
    public boolean isTyped() {
        return isTyped;
    }

    /**
     * The numbers in row-major order.
     *
     * @return a copy; 1 and 0 for truth values
     */
    public double[] toArray() {
        return numbers.clone();
    }

    /**
     * The numbers as data of a graph.
     *
     * @param wanted the element type
     * @return the constant
     * @throws ConfigException for text
     */
    public Constant constant(DataType wanted) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(numbers.length, wanted.byteSize()))
                .order(ByteOrder.LITTLE_ENDIAN);
        if (wanted == DataType.STRING) {
            throw new ConfigException(subject + ": dtype " + wanted + " (expected: a number type)");
        }
        for (double number : numbers) {
            Element.put(bytes, wanted, number);
        }
        return new Constant(wanted, shape, bytes);
    }
}
