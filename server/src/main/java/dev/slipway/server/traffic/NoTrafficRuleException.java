package dev.slipway.server.traffic;

import dev.slipway.graph.SlipwayException;

/** A model has no rule where one was asked for. */
public final class NoTrafficRuleException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    NoTrafficRuleException(String name, String expected) {
        super("model '" + name + "': no traffic rule (expected: " + expected + ")");
    }
}
