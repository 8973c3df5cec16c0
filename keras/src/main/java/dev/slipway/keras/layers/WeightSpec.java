package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.regularizers.Regularizer;
import java.util.Optional;

/**
 * The declaration of one weight.
 *
 * @param name its Keras name, such as {@code kernel}
 * @param type the element type; {@link DataType#FLOAT} stands for that of the layer's policy
 * @param shape the known shape
 * @param initializer how it begins
 * @param regularizer what its size adds to the loss
 * @param constraint what it must be after every step of training
 * @param trainable whether an optimizer may change it
 */
public record WeightSpec(
        String name,
        DataType type,
        Shape shape,
        Initializer initializer,
        Optional<Regularizer> regularizer,
        Optional<Constraint> constraint,
        boolean trainable) {
    /**
     * A weight without a constraint.
     *
     * @param name its Keras name
     * @param type the element type
     * @param shape the known shape
     * @param initializer how it begins
     * @param regularizer what its size adds to the loss
     * @param trainable whether an optimizer may change it
     */
    public WeightSpec(
            String name,
            DataType type,
            Shape shape,
            Initializer initializer,
            Optional<Regularizer> regularizer,
            boolean trainable) {
        this(name, type, shape, initializer, regularizer, Optional.empty(), trainable);
    }

    /** This weight with a constraint. */
    WeightSpec with(Optional<Constraint> other) {
        return new WeightSpec(name, type, shape, initializer, regularizer, other, trainable);
    }

    /**
     * This weight in another shape.
     *
     * @param other the shape
     * @return the same but for the shape
     */
    public WeightSpec with(Shape other) {
        return new WeightSpec(name, type, other, initializer, regularizer, constraint, trainable);
    }

    /** This weight in the type of a policy, if it is a weight of numbers: layers declare these in single precision. */
    WeightSpec under(DTypePolicy policy) {
        return type == DataType.FLOAT
                ? new WeightSpec(name, policy.variable(), shape, initializer, regularizer, constraint, trainable)
                : this;
    }
}
