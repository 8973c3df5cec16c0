package dev.slipway.server.oip;

/**
 * The body of an answer.
 *
 * @param body JSON, then the bytes of the outputs that are sent in binary
 * @param jsonLength the number of bytes of the JSON
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to the response as it is, and compared by nobody.
public record InferAnswer(byte[] body, int jsonLength) {
    /**
     * Whether there is more than JSON.
     *
     * @return true if an output is sent in binary
     */
    public boolean isBinary() {
        return jsonLength < body.length;
    }
}
