package dev.slipway.server.json;

import java.util.List;

/**
 * One fault of a request, as FastAPI lists them in {@code detail}.
 *
 * @param type what kind of fault, in pydantic's words, such as {@code missing} or {@code float_type}
 * @param location the way to it: {@code "body"} or {@code "path"}, then names and indices
 * @param message what was expected
 * @param input what came, as text
 */
public record InputProblem(String type, List<Object> location, String message, String input) {
    private static final int MAX_SHOWN = 40;

    /**
     * Text as it may stand in a message.
     *
     * @param text what came
     * @return its beginning, if it is long
     */
    public static String cut(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    /**
     * The way to the fault as text.
     *
     * @return such as {@code body.instances.0.x}
     */
    public String place() {
        return String.join(".", location.stream().map(Object::toString).toList());
    }

    @Override
    public String toString() {
        return place() + ": " + input + " (" + message + ")";
    }
}
