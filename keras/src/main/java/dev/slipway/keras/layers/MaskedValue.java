package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import java.util.Optional;

/**
 * A value and which of its time steps count.
 *
 * @param value the value {@code [batch, time, …]}
 * @param mask truth values {@code [batch, time]}, false for steps to be skipped; empty if all count
 */
public record MaskedValue(Value value, Optional<Value> mask) {}
