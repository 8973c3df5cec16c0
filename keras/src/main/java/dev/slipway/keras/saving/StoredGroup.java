package dev.slipway.keras.saving;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.List;

/** The weights of one layer in a {@code .h5} file, in the order in which the file lists them. */
final class StoredGroup {
    private final Hdf5Reader reader;
    private final String group;
    private final List<String> names;

    StoredGroup(Hdf5Reader reader, String group, List<String> names) {
        this.reader = reader;
        this.group = group;
        // States of random generators, which some versions of Keras 2 list too, are no weights.
        this.names = names.stream().filter(name -> !name.contains("StateVar")).toList();
    }

    int size() {
        return names.size();
    }

    /** The shape of a weight; of rank 0 if it is not there. */
    Shape shape(int index) {
        return index < names.size() ? reader.shape(place(index)) : Shape.scalar();
    }

    /**
     * Reads a weight.
     *
     * @param index its place in the list
     * @param variable what it is read for, for messages
     * @param shape the shape it must have
     */
    Tensor read(int index, StoredVariable variable, Shape shape) {
        if (index >= names.size()) {
            throw reader.missing(variable, names.size(), index);
        }
        return reader.read(place(index), variable.type(), shape);
    }

    /**
     * Refuses weights that the layer does not have: another class of the same name has them, or another configuration.
     *
     * @param expected how many weights the layer has in this file
     * @throws MalformedFileException if the file has more
     */
    void refuseMore(int expected) {
        if (names.size() > expected) {
            throw reader.tooMany(group, names, expected);
        }
    }

    private String place(int index) {
        return group + "/" + names.get(index);
    }
}
