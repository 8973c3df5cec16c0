package dev.slipway.keras.callbacks;

import dev.slipway.keras.config.ConfigException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file's name with places for numbers, such as {@code {epoch:02d}-{val_loss:.2f}.keras}: what Python's {@code str.format}
 * makes of the types d, f, e and g.
 *
 * <p>Source: the Python library reference, Format Specification Mini-Language.
 *
 * @param text the name
 */
record FileNameTemplate(String text) {
    private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z_][\\w/]*)(?::(0?)(\\d*)(\\.\\d+)?([dfeg]?))?}");

    String fill(Map<String, Double> numbers) {
        Matcher places = PLACE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (places.find()) {
            places.appendReplacement(filled, Matcher.quoteReplacement(formatted(places, numbers)));
        }
        places.appendTail(filled);
        String name = filled.toString();
        if (name.indexOf('{') >= 0) {
            throw new ConfigException(
                    "filepath = " + text + " (expected: places such as {epoch:02d}, {val_loss:.2f} or {loss})");
        }
        return name;
    }

    private String formatted(Matcher place, Map<String, Double> numbers) {
        Double value = numbers.get(place.group(1));
        if (value == null) {
            throw new ConfigException("filepath = " + text + " with {" + place.group(1) + "} (expected: one of "
                    + numbers.keySet() + ")");
        }
        boolean whole = value == Math.rint(value)
                && (place.group(1).equals("epoch") || place.group(1).equals("batch"));
        String type = place.group(5) == null ? "" : place.group(5);
        if (place.group(3) == null || (type.isEmpty() && place.group(4) == null)) {
            String plain = whole ? String.valueOf(value.longValue()) : PythonNumber.plain(value);
            return padded(plain, place);
        }
        if (type.equals("d")) {
            if (!whole) {
                throw new ConfigException("filepath = " + text + " with {" + place.group(1)
                        + ":d} (expected: f, e or g, as it is no whole number)");
            }
            return padded(String.valueOf(value.longValue()), place);
        }
        int digits =
                place.group(4) == null ? 6 : Integer.parseInt(place.group(4).substring(1));
        String number = switch (type) {
            case "" -> PythonNumber.significant(value, digits);
            case "g" -> PythonNumber.general(value, digits);
            case "e" -> PythonNumber.scientific(value, digits);
            default -> PythonNumber.fixed(value, digits);
        };
        return padded(number, place);
    }

    private static String padded(String number, Matcher place) {
        String width = place.group(3);
        int missing = width == null || width.isEmpty() ? 0 : Integer.parseInt(width) - number.length();
        if (missing <= 0) {
            return number;
        }
        boolean zeros = "0".equals(place.group(2));
        return zeros && number.startsWith("-")
                ? "-" + "0".repeat(missing) + number.substring(1)
                : (zeros ? "0" : " ").repeat(missing) + number;
    }
}
