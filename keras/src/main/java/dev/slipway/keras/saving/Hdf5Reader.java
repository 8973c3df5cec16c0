package dev.slipway.keras.saving;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.DatasetReader;
import io.jhdf.exceptions.HdfException;
import io.jhdf.exceptions.HdfFilterException;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OpaqueDataType;
import io.jhdf.object.datatype.OrderedDataType;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.message.DataLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The little of HDF5 that Keras's formats need, read by jHDF over a buffer, so that no memory is allocated by numbers in
 * the file before they are compared with what is there. Whatever jHDF throws on broken bytes becomes a
 * {@link MalformedFileException}.
 */
final class Hdf5Reader implements AutoCloseable {
    private final Path path;
    private final FileRegion region;
    private final ReadLimits limits;
    private HdfFile file;
    private boolean isRewritten;

    /** The objects whose trees have been looked at. */
    private final Set<Long> checked = new HashSet<>();

    /** Takes over the region: it is closed with this reader, or now if it is no HDF5. */
    Hdf5Reader(Path path, FileRegion region, ReadLimits limits) {
        this(path, region, limits, Integer.MAX_VALUE);
    }

    /**
     * As above.
     *
     * @param mappable the longest region that is mapped into memory. For a longer one jHDF allocates what the file says
     *     before it reads, up to 2 GiB: less than that file takes itself
     */
    Hdf5Reader(Path path, FileRegion region, ReadLimits limits, int mappable) {
        this.path = path;
        this.region = region;
        this.limits = limits;
        try {
            this.file = region.length() <= mappable ? mapped() : guarded("HDF5", () -> new HdfFile(region.asChannel()));
        } catch (RuntimeException e) {
            closeRegion();
            throw e;
        }
    }

    private HdfFile mapped() {
        try {
            ByteBuffer bytes = region.map();
            return guarded("HDF5", () -> HdfFile.fromByteBuffer(bytes));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    static Hdf5Reader open(Path path, ReadLimits limits) {
        try {
            return new Hdf5Reader(path, FileRegion.whole(path), limits);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private UncheckedIOException unreadable(IOException cause) {
        return new UncheckedIOException(path + " cannot be read: " + cause.getMessage(), cause);
    }

    /** A text of fixed or variable length, or the only one in a list. */
    Optional<String> text(String group, String attribute) {
        return guarded(
                "attribute " + attribute,
                () -> attribute(group, attribute)
                        .map(data -> data instanceof String[] texts && texts.length == 1 ? texts[0] : data)
                        .map(data -> data instanceof String text ? text : String.valueOf(data)));
    }

    List<String> texts(String group, String attribute) {
        return guarded(
                "attribute " + attribute,
                () -> attribute(group, attribute)
                        .map(data -> data instanceof String[] names ? List.of(names) : List.<String>of())
                        .orElse(List.of()));
    }

    /** A list over 64,512 bytes is split into {@code weight_names0}, {@code weight_names1}, …. */
    List<String> longList(String group, String attribute) {
        List<String> names = new ArrayList<>(texts(group, attribute));
        List<String> part = texts(group, attribute + 0);
        for (int i = 1; !part.isEmpty(); i++) {
            names.addAll(part);
            part = texts(group, attribute + i);
        }
        return names;
    }

    private Optional<Object> attribute(String group, String attribute) {
        Attribute found = find(group).map(node -> node.getAttribute(attribute)).orElse(null);
        if (found == null) {
            return Optional.empty();
        }
        long bytes = Math.multiplyExact(
                product(found.getDimensionsAsLong()), (long) found.getDataType().getSize());
        if (bytes > limits.configBytes()) {
            throw new MalformedFileException(
                    path,
                    "attribute " + attribute + ": " + bytes + " bytes (expected: <= " + limits.configBytes() + ")");
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(DatasetReader.readDataset(
                AttributeText.inUtf8(found.getDataType()),
                found.getBuffer(),
                found.getDimensions(),
                file.getHdfBackingStorage()));
    }

    private static long product(long[] lengths) {
        return Arrays.stream(lengths).reduce(1, Math::multiplyExact);
    }

    boolean exists(String node) {
        return guarded(node, () -> find(node).isPresent());
    }

    private Optional<Node> find(String place) {
        try {
            return walk(place);
        } catch (HdfException e) {
            if (isRewritten || region.length() > Integer.MAX_VALUE) {
                throw e;
            }
            isRewritten = true;
            file = HdfFile.fromByteBuffer(rewritten());
            return walk(place);
        }
    }

    private ByteBuffer rewritten() {
        try {
            return UntaggedBytes.asTexts(region.map());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** A link could lead to another file of this machine, so none is followed; Keras writes none. */
    private Optional<Node> walk(String place) {
        Node node = file;
        for (String part : place.isEmpty() ? List.<String>of() : List.of(place.split("/"))) {
            requireTree(node);
            Node child = node instanceof Group group ? group.getChild(part) : null;
            if (child == null) {
                return Optional.empty();
            }
            if (child.isLink()) {
                throw new MalformedFileException(path, "a link (expected: none), at " + place);
            }
            node = child;
        }
        requireTree(node);
        return Optional.of(node);
    }

    /** Before jHDF looks for what the node holds. */
    private void requireTree(Node node) {
        if (checked.add(node.getAddress())) {
            IndexTree.require(file.getHdfBackingStorage(), node.getAddress());
        }
    }

    /** Says that {@code weight_names} of a layer's group lists too many. */
    MalformedFileException tooMany(String group, List<String> names, int expected) {
        return new MalformedFileException(
                path,
                "layer '" + group + "': " + names.size() + " weights " + names + " (expected: " + expected
                        + ", as the architecture has)");
    }

    /** Says that {@code weight_names} of a layer's group lists too few. */
    MalformedFileException missing(StoredVariable variable, int found, int index) {
        return new MalformedFileException(
                path,
                "layer '" + variable.layer() + "': " + found + " weights (expected: '" + variable.path()
                        + "' as number " + (index + 1) + ")");
    }

    /** The shape of a dataset; of rank 0 if there is none. */
    Shape shape(String dataset) {
        return guarded(
                dataset,
                () -> find(dataset).orElse(null) instanceof Dataset found
                        ? Shape.of(found.getDimensionsAsLong())
                        : Shape.scalar());
    }

    /** Reads a dataset; its shape is checked before its data is read. */
    Tensor read(String dataset, DataType type, Shape shape) {
        return guarded(dataset, () -> {
            if (!(find(dataset).orElse(null) instanceof Dataset found)) {
                throw new MalformedFileException(path, "no dataset at " + dataset);
            }
            Shape stored = Shape.of(found.getDimensionsAsLong());
            if (!stored.equals(shape)) {
                throw new MalformedFileException(path, "shape " + stored + " (expected: " + shape + "), at " + dataset);
            }
            if (found instanceof ContiguousDataset plain && !plain.isEmpty()) {
                if (isStoredAs(type, plain)) {
                    return copied(plain, type, shape);
                }
                if (type.isFloating() && isBrainFloat(plain)) {
                    return copied(plain, DataType.BFLOAT16, shape).cast(type);
                }
            }
            if (found instanceof ChunkedDataset chunked) {
                return unpacked(chunked, type, shape, dataset);
            }
            requireKnown(found, dataset);
            Object data = found.isScalar() ? found.getData() : found.getDataFlat();
            return tensor(type, shape, data, dataset);
        });
    }

    /** Whether the bytes in the file are those of a tensor. */
    private static boolean isStoredAs(DataType type, Dataset found) {
        io.jhdf.object.datatype.DataType stored = found.getDataType();
        boolean same = stored.getSize() == type.byteSize()
                && switch (type) {
                    case FLOAT, DOUBLE -> stored instanceof FloatingPoint;
                    case FLOAT16 -> stored instanceof FloatingPoint number && number.getExponentSize() == 5;
                    case INT8, INT32, INT64 -> stored instanceof FixedPoint number && number.isSigned();
                    case UINT8 -> stored instanceof FixedPoint number && !number.isSigned();
                    default -> false;
                };
        if (same && type.byteSize() == 1) {
            return true;
        }
        return same
                && stored instanceof OrderedDataType ordered
                && ordered.getByteOrder() == ByteOrder.LITTLE_ENDIAN
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    /** From the file into the tensor, with nothing in between. */
    private Tensor copied(ContiguousDataset plain, DataType type, Shape shape) {
        long bytes = Math.multiplyExact(shape.elementCount(), (long) type.byteSize());
        long place = bytes == 0 ? 0 : Math.addExact(plain.getDataAddress(), file.getUserBlockSize());
        Objects.checkFromIndexSize(place, bytes, region.length());
        Tensor tensor = Tensor.zeros(type, shape);
        try {
            region.read(place, tensor.bytes());
        } catch (IOException e) {
            throw unreadable(e);
        }
        return tensor;
    }

    private Tensor unpacked(ChunkedDataset chunked, DataType type, Shape shape, String dataset) {
        ByteBuffer bytes = chunks(chunked, dataset);
        boolean isBrain = type.isFloating() && isBrainFloat(chunked);
        if (isBrain || isStoredAs(type, chunked)) {
            Tensor tensor = Tensor.zeros(isBrain ? DataType.BFLOAT16 : type, shape);
            tensor.bytes().put(bytes);
            return isBrain ? tensor.cast(type) : tensor;
        }
        int count = Math.toIntExact(shape.elementCount());
        Object data = DatasetReader.readDataset(chunked.getDataType(), bytes, count, file.getHdfBackingStorage());
        return tensor(type, shape, data, dataset);
    }

    private ByteBuffer chunks(ChunkedDataset chunked, String dataset) {
        try {
            return ChunkedData.read(chunked);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MalformedFileException(path, e.getMessage() + ", at " + dataset, e);
        } catch (HdfFilterException e) {
            throw new MalformedFileException(
                    path, e.getMessage() + " (expected: gzip, shuffle, fletcher32 or lzf), at " + dataset, e);
        }
    }

    /** Reads all datasets below a group, by their paths below it. */
    Map<String, Tensor> readAll(String group) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        guarded(group, () -> {
            find(group).ifPresent(node -> collect(group, "", node, found));
            return group;
        });
        return found;
    }

    private void collect(String root, String place, Node node, Map<String, Tensor> into) {
        if (node instanceof Group group) {
            group.getChildren().keySet().forEach(name -> {
                String child = place.isEmpty() ? name : place + "/" + name;
                find(root + "/" + child).ifPresent(found -> collect(root, child, found, into));
            });
        } else if (node instanceof Dataset dataset) {
            DataType type = typeOf(dataset.getJavaType(), root + "/" + place);
            into.put(place, read(root + "/" + place, type, Shape.of(dataset.getDimensionsAsLong())));
        }
    }

    /** A scalar is read as an object, an array as an array of primitives. */
    private DataType typeOf(Class<?> element, String dataset) {
        if (element == float.class || element == Float.class) {
            return DataType.FLOAT;
        }
        if (element == int.class || element == Integer.class) {
            return DataType.INT32;
        }
        if (element == long.class || element == Long.class) {
            return DataType.INT64;
        }
        throw new MalformedFileException(path, element + " (expected: float, int or long), at " + dataset);
    }

    /** What is stored as it is cannot be longer than the file. */
    private void requireKnown(Dataset found, String dataset) {
        DataLayout layout = found.getDataLayout();
        if (layout != DataLayout.CONTIGUOUS && layout != DataLayout.COMPACT) {
            throw new MalformedFileException(
                    path,
                    "layout " + layout + " (expected: CONTIGUOUS, COMPACT or CHUNKED; h5repack -l CONTI -f NONE"
                            + " makes it so), at " + dataset);
        }
    }

    /** HDF5 had no such type, so Keras stores its bytes; newer libraries know floats with 8 bits of exponent. */
    private static boolean isBrainFloat(Dataset found) {
        io.jhdf.object.datatype.DataType stored = found.getDataType();
        boolean brain = stored instanceof OpaqueDataType
                || stored instanceof StringData
                || (stored instanceof FloatingPoint number && number.getExponentSize() == Byte.SIZE);
        return brain && stored.getSize() == DataType.BFLOAT16.byteSize();
    }

    /** The numbers in the type that is expected, as Keras converts them when it loads. */
    private Tensor tensor(DataType type, Shape shape, Object data, String dataset) {
        Object array = data.getClass().isArray() ? data : boxed(data);
        if (type.isFloating() && array instanceof float[] floats) {
            return Tensor.of(shape, floats).cast(type);
        }
        if (type.isFloating() && array instanceof double[] doubles) {
            return Tensor.of(shape, doubles).cast(type);
        }
        if (type == DataType.INT64 && array instanceof int[] ints) {
            return Tensor.of(shape, Arrays.stream(ints).asLongStream().toArray());
        }
        if (type == DataType.INT64 && array instanceof long[] longs) {
            return Tensor.of(shape, longs);
        }
        if (type == DataType.INT64 && array instanceof float[] floats) {
            return Tensor.of(shape, wholeNumbers(floats, dataset));
        }
        if (type == DataType.INT64 && array instanceof double[] doubles) {
            return Tensor.of(shape, wholeNumbers(doubles, dataset));
        }
        if (type == DataType.INT32 && array instanceof int[] ints) {
            return Tensor.of(shape, ints);
        }
        if (type == DataType.INT32 && array instanceof long[] longs) {
            return Tensor.of(
                    shape, Arrays.stream(longs).mapToInt(Math::toIntExact).toArray());
        }
        throw new MalformedFileException(
                path,
                "data of Java type " + data.getClass().getSimpleName() + " (expected: " + type + "), at " + dataset);
    }

    /** The first versions of Keras 2 counted iterations in floats. */
    private long[] wholeNumbers(float[] floats, String dataset) {
        double[] doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i]);
        return wholeNumbers(doubles, dataset);
    }

    private long[] wholeNumbers(double[] doubles, String dataset) {
        long[] longs = new long[doubles.length];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = (long) doubles[i];
            if (longs[i] != doubles[i]) {
                throw new MalformedFileException(path, doubles[i] + " (expected: a whole number), at " + dataset);
            }
        }
        return longs;
    }

    private static Object boxed(Object data) {
        if (data instanceof Float number) {
            return new float[] {number};
        }
        if (data instanceof Double number) {
            return new double[] {number};
        }
        if (data instanceof Integer number) {
            return new int[] {number};
        }
        return data instanceof Long number ? new long[] {number} : data;
    }

    /** The names below a group. */
    List<String> children(String group) {
        return guarded(
                group,
                () -> find(group).orElse(null) instanceof Group found
                        ? List.copyOf(found.getChildren().keySet())
                        : List.of());
    }

    int childCount(String group) {
        return guarded(
                group,
                () -> find(group).orElse(null) instanceof Group found
                        ? found.getChildren().size()
                        : 0);
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

    /** jHDF holds nothing but the region; its own close fails where there is no path. */
    @Override
    public void close() {
        closeRegion();
    }

    private void closeRegion() {
        try {
            region.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
