package dev.slipway.lambda;

import dev.slipway.graph.SlipwayException;

/** The function is called by what sends no HTTP requests; have an API, a function URL or a load balancer call it. */
public final class UnknownEventException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    UnknownEventException(String found) {
        super(
                "event: " + found
                        + " (expected: one of API Gateway (format 1.0 or 2.0), of a function URL or of an application load balancer)");
    }
}
