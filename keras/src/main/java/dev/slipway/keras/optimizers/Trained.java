package dev.slipway.keras.optimizers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.constraints.Constraint;
import java.util.Optional;

/**
 * What an optimizer knows of a weight it changes.
 *
 * @param path its path, such as {@code dense/kernel}
 * @param type its element type
 * @param shape its shape
 * @param constraint what it must be after every step
 */
public record Trained(String path, DataType type, Shape shape, Optional<Constraint> constraint) {}
