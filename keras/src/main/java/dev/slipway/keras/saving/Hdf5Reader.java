package dev.slipway.keras.saving;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The little of HDF5 that Keras's formats need, read by jHDF over a buffer, so that no memory is allocated by numbers in
 * the file before they are compared with what is there. Whatever jHDF throws on broken bytes becomes a
 * {@link MalformedFileException}.
 */
final class Hdf5Reader implements AutoCloseable {
    private final Path path;
    private final HdfFile file;

    Hdf5Reader(Path path, ByteBuffer bytes) {
        this.path = path;
        this.file = guarded("HDF5", () -> HdfFile.fromByteBuffer(bytes));
    }

    Optional<String> text(String group, String attribute) {
        return guarded(
                "attribute " + attribute,
                () -> attribute(group, attribute).map(found -> {
                    Object data = found.getData();
                    return data instanceof String text ? text : String.valueOf(data);
                }));
    }

    List<String> texts(String group, String attribute) {
        return guarded("attribute " + attribute, () -> {
            Object data = attribute(group, attribute).map(Attribute::getData).orElse(new String[0]);
            return data instanceof String[] names ? List.of(names) : List.<String>of();
        });
    }

    private Optional<Attribute> attribute(String group, String attribute) {
        Node node = group.isEmpty() ? file : file.getByPath(group);
        return Optional.ofNullable(node.getAttribute(attribute));
    }

    boolean exists(String node) {
        return guarded(node, () -> {
            Group group = file;
            List<String> parts = List.of(node.split("/"));
            for (int i = 0; i < parts.size(); i++) {
                Node child = group.getChild(parts.get(i));
                if (child == null) {
                    return false;
                }
                if (i == parts.size() - 1) {
                    return true;
                }
                if (!(child instanceof Group next)) {
                    return false;
                }
                group = next;
            }
            return true;
        });
    }

    /** Reads a dataset; the shape is checked before its data is. */
    Tensor read(String dataset, Optional<Shape> expected) {
        if (!exists(dataset)) {
            throw new MalformedFileException(path, "no dataset at " + dataset);
        }
        return guarded(dataset, () -> {
            Dataset found = file.getDatasetByPath(dataset);
            Shape shape = Shape.of(
                    Arrays.stream(found.getDimensions()).mapToLong(d -> d).toArray());
            if (expected.isPresent() && !expected.get().equals(shape)) {
                throw new MalformedFileException(
                        path, "shape " + shape + " (expected: " + expected.get() + "), at " + dataset);
            }
            return tensor(shape, found.isScalar() ? found.getData() : found.getDataFlat(), dataset);
        });
    }

    private Tensor tensor(Shape shape, Object data, String dataset) {
        if (data instanceof float[] floats) {
            return Tensor.of(shape, floats);
        }
        if (data instanceof double[] doubles) {
            return Tensor.of(shape, doubles);
        }
        if (data instanceof int[] ints) {
            return Tensor.of(shape, ints);
        }
        if (data instanceof long[] longs) {
            return Tensor.of(shape, longs);
        }
        if (data instanceof Float number) {
            return Tensor.of(shape, number.floatValue());
        }
        if (data instanceof Double number) {
            return Tensor.of(shape, number.doubleValue());
        }
        if (data instanceof Integer number) {
            return Tensor.of(shape, number.intValue());
        }
        if (data instanceof Long number) {
            return Tensor.of(shape, number.longValue());
        }
        throw new MalformedFileException(
                path,
                "data of Java type " + data.getClass().getSimpleName() + " (expected: " + DataType.FLOAT
                        + " or another number), at " + dataset);
    }

    List<String> children(String group) {
        return exists(group)
                ? guarded(
                        group,
                        () -> file.getByPath(group) instanceof Group found
                                ? new ArrayList<>(found.getChildren().keySet())
                                : new ArrayList<String>())
                : List.of();
    }

    /** Deeply nested or cyclic structures overflow jHDF's stack; that too is a broken file, not a broken program. */
    private <T> T guarded(String place, Supplier<T> read) {
        try {
            return read.get();
        } catch (MalformedFileException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new MalformedFileException(path, "broken HDF5 structure, at " + place, e);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
