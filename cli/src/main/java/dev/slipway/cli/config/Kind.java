package dev.slipway.cli.config;

import dev.slipway.server.config.ByteSize;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the text of a setting becomes a value.
 *
 * @param name what the value is, for the reference
 * @param expected what the text should be, for refusals
 * @param parser reads a text; throws {@link IllegalArgumentException} if it is no such value
 * @param writer the text of a value
 * @param form how many there may be
 */
record Kind(String name, String expected, Function<String, Object> parser, Function<Object, String> writer, Form form) {
    /** One, one or none, any number. */
    enum Form {
        ONE,
        OPTIONAL,
        LIST
    }

    private static Kind of(String name, String expected, Function<String, Object> parser) {
        return new Kind(name, expected, parser, Object::toString, Form.ONE);
    }

    /**
     * The kind of a record's component.
     *
     * @param type its type
     * @return how it is read
     */
    static Kind of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Kind element = of(generic.getActualTypeArguments()[0]);
            boolean list = generic.getRawType() == List.class;
            return new Kind(
                    list ? "list of " + element.name : element.name,
                    element.expected,
                    element.parser,
                    element.writer,
                    list ? Form.LIST : Form.OPTIONAL);
        }
        if (type instanceof Class<?> plain && plain.isEnum()) {
            return choice(plain);
        }
        return switch (type.getTypeName()) {
            case "int", "java.lang.Integer" -> of("whole number", "a whole number", Integer::valueOf);
            case "long" -> of("whole number", "a whole number", Long::valueOf);
            case "double" -> of("number", "a number", Kind::number);
            case "boolean" -> choice(Map.of("true", true, "false", false), Object::toString);
            case "java.lang.String" -> of("text", "text", text -> text);
            case "java.nio.file.Path" -> of("file", "the name of a file", Path::of);
            case "java.time.Duration" -> {
                Function<Object, String> writer = value -> DurationText.show((Duration) value);
                String expected = "a duration such as 500ms, 30s, 5m, 2h or 1d";
                yield new Kind("duration", expected, DurationText::parse, writer, Form.ONE);
            }
            case "dev.slipway.server.config.ByteSize" ->
                of("size", "a size with its unit, such as 512KiB or 16MiB", ByteSize::parse);
            default -> throw new IllegalArgumentException(type + " (expected: a type of which settings are made)");
        };
    }

    private static Kind choice(Class<?> type) {
        Map<String, Object> choices = new LinkedHashMap<>();
        Arrays.stream(type.getEnumConstants()).forEach(constant -> choices.put(dashed(constant), constant));
        return choice(choices, Kind::dashed);
    }

    private static Kind choice(Map<String, Object> choices, Function<Object, String> writer) {
        String names = choices.keySet().stream().sorted().collect(Collectors.joining(" or "));
        Function<String, Object> parser = text -> Optional.ofNullable(choices.get(text))
                .orElseThrow(() -> new IllegalArgumentException("choice: " + text));
        return new Kind(names, names, parser, writer, Form.ONE);
    }

    private static String dashed(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Object number(String text) {
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("number: " + text);
        }
        return number;
    }

    boolean isFile() {
        return name.endsWith("file");
    }

    /** The value that texts say: an element each of a list, else the only one. */
    Object parse(List<String> texts) {
        List<Object> values = texts.stream().map(parser).toList();
        return switch (form) {
            case ONE -> values.get(0);
            case OPTIONAL -> Optional.of(values.get(0));
            case LIST -> values;
        };
    }

    /** The texts of a value; none for one that is not there. */
    List<String> show(Object value) {
        return switch (form) {
            case ONE -> List.of(writer.apply(value));
            case OPTIONAL -> ((Optional<?>) value).stream().map(writer).toList();
            case LIST -> ((List<?>) value).stream().map(writer).toList();
        };
    }
}
