package dev.slipway.keras.saving;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;

/** The weights of one layer in a {@code .h5} file, in the order in which the file lists them. */
interface StoredGroup {
    /** The shape of a weight; of rank 0 if it is not there. */
    Shape shape(int index);

    /**
     * Reads a weight.
     *
     * @param index its place in the list
     * @param variable what it is read for, for messages
     * @param shape the shape it must have
     */
    Tensor read(int index, StoredVariable variable, Shape shape);

    /**
     * Refuses weights that the layer does not have: another class of the same name has them, or another configuration.
     *
     * @param expected how many weights the layer has in this file
     * @throws MalformedFileException if the file has more
     */
    void refuseMore(int expected);
}
