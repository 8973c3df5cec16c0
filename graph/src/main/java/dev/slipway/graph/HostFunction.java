package dev.slipway.graph;

import java.util.List;
import java.util.Optional;

/**
 * What no operator of ONNX computes, such as taking text apart: a node of it is computed in Java, between the parts of the
 * graph before and behind it. This module only knows that it is there.
 */
public interface HostFunction {
    /**
     * What it is.
     *
     * @return a name for people, such as {@code TextVectorization}
     */
    String name();

    /**
     * Whether it tells a missing text, which is the empty one, from texts that it does not know.
     *
     * @return false by default
     */
    default boolean knowsMissing() {
        return false;
    }

    /**
     * The same in standard operators, for files that other runtimes run.
     *
     * @param ops the operators to apply
     * @param operands what it is applied to
     * @return its result; empty if there is no such form, as by default
     */
    default Optional<Value> asOperators(Ops ops, List<Value> operands) {
        return Optional.empty();
    }
}
