package dev.slipway.keras.saving;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * How an old file stores the weights of one layer, so that they can be stored so again.
 *
 * <p>Reading puts numbers into another order ({@link OldWeights}). Writing undoes that without a second set of rules: the order
 * is read as if the file held the numbers of its places, which tell where each weight came from. Where reading adds up two
 * numbers, the sum stands in the place of the first, and the second is zero.
 *
 * @param group the layer's group
 * @param names what the weights are called there
 * @param shapes the shapes they have there
 * @param form how they are read
 */
record OldPlaces(String group, List<String> names, List<Shape> shapes, OldWeights form) {
    /**
     * The weights of the layer as the file stores them.
     *
     * @param variables the layer's, in the order of {@code .h5} files
     * @param values their contents by path
     * @return one array for each name
     * @throws ConfigException if the weights are of different types
     */
    List<Tensor> stored(List<StoredVariable> variables, Map<String, Tensor> values) {
        requireTypes(variables);
        Map<String, WeightSource> sources = form.sources(new Numbered(), variables);
        List<Tensor> stored = new ArrayList<>();
        for (Shape shape : shapes) {
            stored.add(Tensor.zeros(variables.get(0).type(), shape));
        }
        for (StoredVariable variable : variables) {
            Tensor from = Objects.requireNonNull(sources.get(variable.path())).read(new Numbered());
            Tensor value = Objects.requireNonNull(values.get(variable.path()), variable.path());
            put(value, from, stored);
        }
        return stored;
    }

    /**
     * Refuses a layer whose weights cannot be stored side by side.
     *
     * @param variables the layer's
     * @throws ConfigException if the weights are of different types
     */
    void requireTypes(List<StoredVariable> variables) {
        for (StoredVariable variable : variables) {
            DataType others = variables.get(0).type();
            if (variable.type() != others) {
                throw new ConfigException("weight '" + variable.path() + "': type " + variable.type() + " (expected: "
                        + others + ", as the layer's others); write it as .onnx, or keep the old file");
            }
        }
    }

    private void put(Tensor value, Tensor from, List<Tensor> stored) {
        int size = value.type().byteSize();
        ByteBuffer in = value.bytes().duplicate();
        for (int i = 0; i < value.shape().elementCount(); i++) {
            long place = from.longs().get(i);
            int array = 0;
            while (place >= shapes.get(array).elementCount()) {
                place -= shapes.get(array++).elementCount();
            }
            ByteBuffer out = stored.get(array).bytes().duplicate();
            out.position((int) place * size);
            out.put(in.limit((i + 1) * size).position(i * size));
        }
    }

    /** The places, counted through all weights, where their numbers would be. */
    private final class Numbered implements StoredGroup {
        @Override
        public Shape shape(int index) {
            return index < shapes.size() ? shapes.get(index) : Shape.scalar();
        }

        @Override
        public Tensor read(int index, StoredVariable variable, Shape shape) {
            long first = shapes.subList(0, index).stream()
                    .mapToLong(Shape::elementCount)
                    .sum();
            return Tensor.of(
                    shape, LongStream.range(first, first + shape.elementCount()).toArray());
        }

        @Override
        public void refuseMore(int expected) {
            // Reading the file did.
        }
    }
}
