package dev.slipway.server.inference;

import dev.slipway.graph.SlipwayException;

/** The time of a request was over before its work had begun, which was not done then. */
public final class DeadlineExceededException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    DeadlineExceededException(String model) {
        super("model '" + model + "': the time was over before a worker was free (expected: more time, or less load)");
    }
}
