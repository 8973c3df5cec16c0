package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.keras.data.RowBuffer;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.data.RowStream;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Rows in the types that a model's inputs have, batch by batch: numpy's numbers are doubles or integers, images bytes.
 *
 * <p>Source: {@code keras.src.models.functional.Functional._convert_inputs_to_tensors} of Keras 3.9, which would cut off what
 * is behind the point of a number for an input of integers; here it is refused.
 *
 * @param source the rows
 * @param inputs the model's inputs, in the order of those of the rows
 */
record ConvertedRows(RowSource source, List<TensorSpec> inputs) implements RowSource {
    /** The same rows if they have the right types. */
    static RowSource of(RowSource source, List<TensorSpec> inputs) {
        List<TensorSpec> found = source.spec().inputs();
        for (int i = 0; i < inputs.size(); i++) {
            if (found.get(i).type() != inputs.get(i).type()) {
                return new ConvertedRows(source, inputs);
            }
        }
        return source;
    }

    /** The same rows in memory if they have the right types, else copies. */
    static Dataset of(Dataset rows, List<TensorSpec> inputs) {
        List<Tensor> converted = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Tensor found = rows.inputs().get(i);
            Tensor tensor = found;
            if (found.type() != inputs.get(i).type()) {
                tensor = Tensor.zeros(inputs.get(i).type(), found.shape());
                convert(inputs.get(i), found, tensor, rows.rows());
            }
            converted.add(tensor);
        }
        return new Dataset(converted, rows.targets(), rows.sampleWeights(), rows.places());
    }

    /** Whether numbers of a type can become those of an input. */
    static boolean converts(DataType found, DataType wanted) {
        return found == wanted || (found != DataType.STRING && wanted != DataType.STRING && wanted != DataType.BOOL);
    }

    @Override
    public RowSpec spec() {
        RowSpec found = source.spec();
        List<TensorSpec> specs = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            TensorSpec one = found.inputs().get(i);
            specs.add(new TensorSpec(one.name(), inputs.get(i).type(), one.shape()));
        }
        return new RowSpec(specs, found.targets(), found.sampleWeights());
    }

    @Override
    public OptionalLong count() {
        return source.count();
    }

    @Override
    public RowStream open(long pass) {
        RowStream stream = source.open(pass);
        return new RowStream() {
            private RowBuffer found = RowBuffer.of(source.spec(), 1);

            @Override
            public int read(List<Tensor> into) {
                int capacity = new RowBuffer(into).capacity();
                if (found.capacity() != capacity) {
                    found = RowBuffer.of(source.spec(), capacity);
                }
                List<Tensor> targets = new ArrayList<>(into);
                for (int i = 0; i < inputs.size(); i++) {
                    targets.set(i, found.tensors().get(i));
                }
                int rows = stream.read(targets);
                for (int i = 0; rows > 0 && i < inputs.size(); i++) {
                    convert(inputs.get(i), targets.get(i), into.get(i), rows);
                }
                return rows;
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    private static void convert(TensorSpec input, Tensor found, Tensor into, int rows) {
        if (found.type() == into.type()) {
            into.rows(0, rows).assign(found.rows(0, rows));
            return;
        }
        int count = rows * (found.rowBytes() / found.type().byteSize());
        if (into.type() == DataType.FLOAT) {
            FloatBuffer floats = into.floats();
            for (int i = 0; i < count; i++) {
                double number = found.element(i);
                floats.put(i, (float) number);
                requireHeld(input, number, !Double.isFinite(number) || Float.isFinite((float) number));
            }
            return;
        }
        Tensor converted = found.rows(0, rows).cast(into.type());
        for (int i = 0; i < count && !into.type().isFloating(); i++) {
            requireHeld(input, found.element(i), converted.element(i) == found.element(i));
        }
        into.rows(0, rows).assign(converted);
    }

    private static void requireHeld(TensorSpec input, double number, boolean isHeld) {
        if (!isHeld) {
            throw new IllegalArgumentException("input '" + input.name() + "': " + number + " (expected: a number that "
                    + input.type() + " holds, as the model takes " + input.type() + ")");
        }
    }
}
