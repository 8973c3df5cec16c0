package dev.slipway.keras.optimizers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;

/**
 * The declaration of one variable that an optimizer remembers.
 *
 * @param name its name, such as {@code momentum}
 * @param type its element type
 * @param shape its shape
 * @param initial the number it begins with everywhere
 */
public record Slot(String name, DataType type, Shape shape, double initial) {
    /** Of a weight's own type and shape, beginning at zero. */
    static Slot like(Trained weight, String name) {
        return like(weight, name, 0);
    }

    static Slot like(Trained weight, String name, double initial) {
        return new Slot(name, weight.type(), weight.shape(), initial);
    }

    static Slot scalar(String name, DataType type, double initial) {
        return new Slot(name, type, Shape.scalar(), initial);
    }
}
