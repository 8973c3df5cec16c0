package dev.slipway.server.oip;

/**
 * An output that a request asks for.
 *
 * @param index its place among the model's outputs
 * @param binary whether it is sent as bytes instead of JSON
 * @param classes how many of the highest elements are sent, with their places, instead of all; 0 for all
 */
public record RequestedOutput(int index, boolean binary, int classes) {}
