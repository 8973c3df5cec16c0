package dev.slipway.graph;

/** The engine cannot compute an operator in a type, and no other type would do. */
public final class NoKernelException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    NoKernelException(String operator, DataType type) {
        super(operator + " of " + type
                + " (expected: FLOAT, as the engine does not compute it in double precision; save"
                + " the model with dtype float32)");
    }
}
