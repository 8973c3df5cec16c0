package dev.slipway.keras.optimizers;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;

/**
 * The learning rate of the next step, which may be read and set between steps, by callbacks for example.
 *
 * <p>For the thread that trains.
 *
 * <p>Source: {@code keras.optimizers.Optimizer.learning_rate}.
 */
public final class LearningRate {
    private final Tensor variable;

    private LearningRate(Tensor variable) {
        this.variable = variable;
    }

    /**
     * The rate with which an optimizer begins.
     *
     * @param optimizer the optimizer
     * @return a rate of its own
     */
    public static LearningRate of(Optimizer optimizer) {
        return new LearningRate(
                Tensor.of(Shape.scalar(), (float) optimizer.options().learningRate()));
    }

    /**
     * The rate of the next step.
     *
     * @return the rate, rounded to float32
     */
    public double now() {
        return variable.floats().get(0);
    }

    /**
     * Changes the rate from the next step on.
     *
     * @param rate the new rate, at least 0; rounded to float32
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public void set(double rate) {
        if (!(rate >= 0 && rate <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("learning_rate: " + rate + " (expected: a finite number >= 0)");
        }
        variable.floats().put(0, (float) rate);
    }

    /**
     * The rate as steps read it and files store it.
     *
     * @return the variable, {@code FLOAT []}
     */
    public Tensor variable() {
        return variable;
    }
}
