package dev.slipway.server.oip;

/**
 * The body of an answer.
 *
 * @param body JSON, then the bytes of the outputs that are sent in binary
 * @param jsonLength the number of bytes of the JSON
 * @param isBinary whether an output is sent in binary, which may have no bytes: then the length of the JSON must be said
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to the response as it is, and compared by nobody.
public record InferAnswer(byte[] body, int jsonLength, boolean isBinary) {}
