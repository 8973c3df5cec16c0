package dev.slipway.keras.models;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.function.IntUnaryOperator;

/** Numbers of a weight in another order. */
final class Gathered {
    /** A place where the result has 0. */
    static final int ZERO = -1;

    private Gathered() {}

    /**
     * A weight each of whose numbers is one of another weight.
     *
     * @param source the other weight
     * @param shape the shape of the result
     * @param from where the number of each place stands in the source, row-major; {@link #ZERO} for none
     */
    static Tensor from(Tensor source, Shape shape, IntUnaryOperator from) {
        double[] numbers = new double[(int) shape.elementCount()];
        for (int place = 0; place < numbers.length; place++) {
            int found = from.applyAsInt(place);
            numbers[place] = found == ZERO ? 0 : source.element(found);
        }
        return Tensor.of(shape, numbers).cast(source.type());
    }
}
