package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.List;

/**
 * The type that holds the values of two types.
 *
 * <p>Source: {@code keras.backend.result_type} of Keras 3: truth values below integers below floating-point numbers.
 */
final class Promotion {
    private static final List<DataType> SIGNED = List.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64);

    private Promotion() {}

    static DataType of(DataType a, DataType b) {
        if (a == b || b == DataType.BOOL) {
            return a;
        }
        if (a == DataType.BOOL) {
            return b;
        }
        if (a.isFloating() || b.isFloating()) {
            // Neither 16-bit type holds the other.
            if (a.isFloating() && b.isFloating() && a.byteSize() == b.byteSize()) {
                return DataType.FLOAT;
            }
            boolean aWins = a.isFloating() && (!b.isFloating() || a.byteSize() > b.byteSize());
            return aWins ? a : b;
        }
        if (SIGNED.contains(a) == SIGNED.contains(b)) {
            return a.byteSize() > b.byteSize() ? a : b;
        }
        DataType signed = SIGNED.contains(a) ? a : b;
        DataType unsigned = SIGNED.contains(a) ? b : a;
        if (signed.byteSize() > unsigned.byteSize()) {
            return signed;
        }
        int wider = SIGNED.stream()
                .filter(t -> t.byteSize() <= unsigned.byteSize())
                .toList()
                .size();
        return wider < SIGNED.size() ? SIGNED.get(wider) : DataType.FLOAT;
    }

    /** The type of a tensor combined with a bare Python number, which is as narrow as it can be. */
    static DataType withNumber(DataType tensor, DataType number) {
        boolean isHeld = tensor.isFloating() || (tensor.isInteger() && !number.isFloating());
        return isHeld ? tensor : of(tensor, number);
    }

    /** A tensor of a floating-point type: float32 for integers and truth values. */
    static Value floating(Ops ops, Value x) {
        return x.type().isFloating() ? x : ops.cast(x, DataType.FLOAT);
    }

    /** A tensor of a floating-point type: float64 for integers of 64 bits, float32 for other ones and truth values. */
    static Value wide(Ops ops, Value x) {
        return x.type() == DataType.INT64 ? ops.cast(x, DataType.DOUBLE) : floating(ops, x);
    }

    /** A tensor of a number type: int32 for truth values. */
    static Value number(Ops ops, Value x) {
        return x.type() == DataType.BOOL ? ops.cast(x, DataType.INT32) : x;
    }
}
