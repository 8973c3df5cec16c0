package dev.slipway.server.json;

/**
 * What a protocol lets pass for an element or a body, where protocols differ.
 *
 * @param nullIsNan whether {@code null} is a number that is not there
 * @param overflowIsInfinite whether a number beyond the range of its type is infinite; it is refused otherwise
 * @param base64Texts whether {@code {"b64": "..."}} stands for a text
 * @param othersIgnored whether rows may have names that are no inputs
 * @param oneValue whether nothing may follow the JSON value
 */
public record Dialect(
        boolean nullIsNan, boolean overflowIsInfinite, boolean base64Texts, boolean othersIgnored, boolean oneValue) {
    /** Nothing but what is meant. */
    public static final Dialect STRICT = new Dialect(false, false, false, false, true);

    /** Source: TensorFlow Serving, {@code g3doc/api_rest.md} and {@code util/json_tensor.cc}. */
    public static final Dialect TENSORFLOW_SERVING = new Dialect(false, true, true, false, false);

    /** Source: MLflow, {@code pyfunc/scoring_server}: empty cells are NaN, columns that no input needs are dropped. */
    public static final Dialect MLFLOW = new Dialect(true, false, false, true, true);
}
