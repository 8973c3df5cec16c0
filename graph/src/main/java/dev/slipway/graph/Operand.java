package dev.slipway.graph;

/** What types an operator takes. */
enum Operand {
    ANY("any type"),
    NUMBER("a number type"),
    FLOATING("a floating-point type"),
    INTEGER("an integer type"),
    INDEX("INT32 or INT64"),
    BOOL("BOOL");

    private final String expectation;

    Operand(String expectation) {
        this.expectation = expectation;
    }

    void require(String operator, Value operand) {
        if (!accepts(operand.type())) {
            throw new IllegalArgumentException(operator + ": " + operand + " (expected: " + expectation + ")");
        }
    }

    private boolean accepts(DataType type) {
        return switch (this) {
            case ANY -> true;
            case NUMBER -> type.isFloating() || type.isInteger();
            case FLOATING -> type.isFloating();
            case INTEGER -> type.isInteger();
            case INDEX -> type == DataType.INT32 || type == DataType.INT64;
            case BOOL -> type == DataType.BOOL;
        };
    }
}
