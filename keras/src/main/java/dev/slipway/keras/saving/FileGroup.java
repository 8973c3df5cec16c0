package dev.slipway.keras.saving;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.List;

/** The weights of one layer in an open {@code .h5} file. */
final class FileGroup implements StoredGroup {
    private final Hdf5Reader reader;
    private final String group;
    private final List<String> names;
    private final boolean hasStates;

    FileGroup(Hdf5Reader reader, String group, List<String> names) {
        this.reader = reader;
        this.group = group;
        // States of random generators, which some versions of Keras 2 list too, are no weights.
        this.names = names.stream().filter(name -> !name.contains("StateVar")).toList();
        this.hasStates = this.names.size() < names.size();
    }

    /** Whether the file lists more than weights. */
    boolean hasStates() {
        return hasStates;
    }

    /** What these are called, in order. */
    List<String> names() {
        return names;
    }

    /** What shapes these have, in order. */
    List<Shape> shapes() {
        return names.stream().map(name -> reader.shape(group + "/" + name)).toList();
    }

    @Override
    public Shape shape(int index) {
        return index < names.size() ? reader.shape(place(index)) : Shape.scalar();
    }

    @Override
    public Tensor read(int index, StoredVariable variable, Shape shape) {
        if (index >= names.size()) {
            throw reader.missing(variable, names.size(), index);
        }
        return reader.read(place(index), variable.type(), shape);
    }

    @Override
    public void refuseMore(int expected) {
        if (names.size() > expected) {
            throw reader.tooMany(group, names, expected);
        }
    }

    private String place(int index) {
        return group + "/" + names.get(index);
    }
}
