package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import java.util.List;
import java.util.Optional;

/**
 * What a cell is to go through, in the order of its steps.
 *
 * @param x {@code [batch, time, …]}
 * @param mask truth values {@code [batch, time]}, false for steps that leave output and states as they were
 * @param initial the states before the first step; zeros if empty
 * @param zeroOutput whether the output of a masked step is zero, and not that of the step before
 * @param all whether all outputs are wanted, and not only the last
 */
record Sequence(Value x, Optional<Value> mask, List<Value> initial, boolean zeroOutput, boolean all) {}
