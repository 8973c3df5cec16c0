package dev.slipway.runtime;

import dev.slipway.graph.HostFunction;
import java.util.List;

/** A {@link HostFunction} that can be run. Safe for use by several threads at once. */
public interface HostOperator extends HostFunction {
    /**
     * Computes the result.
     *
     * @param operands what the node is applied to; read, not kept
     * @return a tensor of its own, of the type that the node declares and of a shape that fits
     * @throws RefusedInputException if an operand holds what it has no result for
     */
    Tensor apply(List<Tensor> operands);
}
