package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    private static void assertRefused(String message, ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void factoriesTakeTypeFromTheNumbersAndKeepTheirOrder() {
        Shape shape = Shape.of(2, 1);
        assertThat(Tensor.of(shape, 1.5f, -2f)).hasToString("FLOAT [2, 1] [1.5, -2.0]");
        assertThat(Tensor.of(shape, 1.5, -2.0)).hasToString("DOUBLE [2, 1] [1.5, -2.0]");
        assertThat(Tensor.of(shape, 1, -2)).hasToString("INT32 [2, 1] [1.0, -2.0]");
        assertThat(Tensor.of(shape, 1L, -2L)).hasToString("INT64 [2, 1] [1.0, -2.0]");
        assertThat(Tensor.of(new float[][] {{1, 2}, {3, 4}})).hasToString("FLOAT [2, 2] [1.0, 2.0, 3.0, 4.0]");
    }

    @Test
    void textShowsTheElementsOnlyIfTheyAreFew() {
        assertThat(Tensor.zeros(DataType.BOOL, Shape.of(3, 3))).hasToString("BOOL [3, 3]");
        assertThat(Tensor.of(Shape.scalar(), 7f)).hasToString("FLOAT [] [7.0]");
    }

    @Test
    void aMatrixMayHaveNoRows() {
        assertThat(Tensor.of(new float[][] {}).shape()).isEqualTo(Shape.of(0, 0));
    }

    @Test
    void refusesRowsOfDifferentLengths() {
        assertRefused("row 1: 1 numbers (expected: 2, as in row 0)", () -> Tensor.of(new float[][] {{1, 2}, {3}}));
    }

    @Test
    void refusesMoreOrFewerElementsThanTheShapeHas() {
        assertRefused("tensor [2, 2]: 3 elements (expected: 4)", () -> Tensor.of(Shape.of(2, 2), 1f, 2f, 3f));
        assertRefused("tensor []: 2 elements (expected: 1)", () -> Tensor.of(Shape.scalar(), 1L, 2L));
    }

    @Test
    void refusesTextAndUnknownLengths() {
        Shape open = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(2)));
        assertRefused(
                "tensor of STRING [1] (expected: numbers, known lengths)",
                () -> Tensor.over(DataType.STRING, Shape.of(1), ByteBuffer.allocateDirect(8)));
        assertRefused(
                "tensor of FLOAT [batch, 2] (expected: numbers, known lengths)",
                () -> Tensor.zeros(DataType.FLOAT, open));
        assertRefused(
                "tensor of FLOAT [batch, 2] (expected: numbers, known lengths)",
                () -> Tensor.over(DataType.FLOAT, open, ByteBuffer.allocateDirect(8)));
    }

    @Test
    void refusesMoreMemoryThanABufferHolds() {
        assertRefused(
                "tensor of FLOAT [65536, 8192]: 2147483648 bytes (expected: <= 2147483647)",
                () -> Tensor.zeros(DataType.FLOAT, Shape.of(65536, 8192)));
    }

    @Test
    void refusesLengthsWhoseProductNoNumberHolds() {
        assertRefused(
                "tensor of DOUBLE [4611686018427387904]: too many bytes to count (expected: <= 2147483647)",
                () -> Tensor.zeros(DataType.DOUBLE, Shape.of(1L << 62)));
        assertRefused(
                "tensor of INT8 [4294967296, 4294967296]: too many bytes to count (expected: <= 2147483647)",
                () -> Tensor.over(DataType.INT8, Shape.of(1L << 32, 1L << 32), ByteBuffer.allocateDirect(0)));
    }

    @Test
    void overSharesTheBuffersMemoryFromPositionToLimit() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        Tensor tensor = Tensor.over(
                DataType.FLOAT, Shape.of(2), bytes.duplicate().position(4).limit(12));
        bytes.putFloat(4, 5).putFloat(8, 6);
        assertThat(tensor.toFloatArray()).containsExactly(5, 6);
    }

    @Test
    void refusesBuffersOnTheHeapOrOfAnotherSize() {
        assertRefused(
                "tensor of FLOAT [2]: java.nio.HeapByteBuffer[pos=0 lim=8 cap=8] (expected: 8 bytes of direct memory)",
                () -> Tensor.over(DataType.FLOAT, Shape.of(2), ByteBuffer.allocate(8)));
        assertRefused(
                "tensor of FLOAT [2]: java.nio.DirectByteBuffer[pos=0 lim=4 cap=4]"
                        + " (expected: 8 bytes of direct memory)",
                () -> Tensor.over(DataType.FLOAT, Shape.of(2), ByteBuffer.allocateDirect(4)));
    }

    @Test
    void typedViewsShareTheMemory() {
        Tensor tensor = Tensor.zeros(DataType.INT64, Shape.of(2));
        tensor.longs().put(0, 7).put(1, 8);
        assertThat(tensor.longs().get(1)).isEqualTo(8);
        assertThat(tensor.bytes().getLong(0)).isEqualTo(7);
        assertThat(Tensor.of(Shape.of(1), 3).ints().get(0)).isEqualTo(3);
        assertThat(Tensor.of(Shape.of(1), 3.0).doubles().get(0)).isEqualTo(3);
    }

    @Test
    void refusesAViewOfAnotherType() {
        Tensor floats = Tensor.zeros(DataType.FLOAT, Shape.of(1));
        Tensor ints = Tensor.zeros(DataType.INT32, Shape.of(1));
        assertWrongType("tensor of FLOAT [1] (expected: DOUBLE)", floats::doubles);
        assertWrongType("tensor of FLOAT [1] (expected: INT32)", floats::ints);
        assertWrongType("tensor of FLOAT [1] (expected: INT64)", floats::longs);
        assertWrongType("tensor of INT32 [1] (expected: FLOAT)", ints::floats);
        assertWrongType("tensor of INT32 [1] (expected: FLOAT)", ints::toFloatArray);
    }

    private static void assertWrongType(String message, ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT, 0000C0BF, -1.5",
        "DOUBLE, 000000000000F8BF, -1.5",
        "FLOAT16, 00BE, -1.5",
        "FLOAT16, 0100, 5.9604644775390625e-8",
        "FLOAT16, 007C, Infinity",
        "BFLOAT16, C0BF, -1.5",
        "INT8, FE, -2",
        "UINT8, FE, 254",
        "INT16, FEFF, -2",
        "UINT16, FEFF, 65534",
        "INT32, FEFFFFFF, -2",
        "UINT32, FEFFFFFF, 4294967294",
        "INT64, FEFFFFFFFFFFFFFF, -2",
        "UINT64, FEFFFFFF00000000, 4294967294",
        "UINT64, 0000000000000080, 9223372036854775808",
        "BOOL, 01, 1",
    })
    void readsAnElementOfEveryType(DataType type, String littleEndian, double value) {
        Tensor tensor = Tensor.zeros(type, Shape.of(2));
        ByteBuffer second = tensor.bytes().position(type.byteSize());
        for (int i = 0; i < littleEndian.length(); i += 2) {
            second.put((byte) Integer.parseInt(littleEndian.substring(i, i + 2), 16));
        }
        assertThat(tensor.element(0)).isZero();
        assertThat(tensor.element(1)).isEqualTo(value);
    }

    @Test
    void rowsShareTheMemory() {
        Tensor tensor = Tensor.of(new float[][] {{1, 2}, {3, 4}, {5, 6}});
        Tensor last = tensor.rows(1, 3);
        assertThat(last).hasToString("FLOAT [2, 2] [3.0, 4.0, 5.0, 6.0]");
        last.floats().put(0, 9);
        assertThat(tensor.element(2)).isEqualTo(9);
        assertThat(tensor.rows(3, 3).shape()).isEqualTo(Shape.of(0, 2));
        assertThat(tensor.rowBytes()).isEqualTo(8);
    }

    @Test
    void refusesRowsThatAreNotThere() {
        Tensor tensor = Tensor.zeros(DataType.FLOAT, Shape.of(3, 2));
        assertThatThrownBy(() -> tensor.rows(2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.rows(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void reshapedSharesTheMemory() {
        Tensor tensor = Tensor.zeros(DataType.INT32, Shape.of(2, 3));
        Tensor flat = tensor.reshaped(Shape.of(6));
        tensor.ints().put(5, 7);
        assertThat(flat).hasToString("INT32 [6] [0.0, 0.0, 0.0, 0.0, 0.0, 7.0]");
        assertRefused("reshape [2, 3] to [4] (expected: 6 elements)", () -> tensor.reshaped(Shape.of(4)));
    }

    @ParameterizedTest
    @EnumSource(names = "STRING", mode = EnumSource.Mode.EXCLUDE)
    void aCopyHasMemoryOfItsOwn(DataType type) {
        Tensor tensor = Tensor.zeros(type, Shape.of(3));
        tensor.bytes().put(0, (byte) 1);
        Tensor copy = tensor.copy();
        tensor.bytes().put(0, (byte) 2);
        assertThat(copy.type()).isEqualTo(type);
        assertThat(copy.shape()).isEqualTo(Shape.of(3));
        assertThat(copy.bytes().get(0)).isEqualTo((byte) 1);
    }

    @Test
    void assignTakesOverElementsOfTheSameTypeAndShape() {
        Tensor target = Tensor.zeros(DataType.FLOAT, Shape.of(2));
        target.assign(Tensor.of(Shape.of(2), 1f, 2f));
        assertThat(target.toFloatArray()).containsExactly(1, 2);
        assertRefused(
                "assign DOUBLE [2] [1.0, 2.0] to FLOAT [2] [1.0, 2.0] (expected: the same type and shape)",
                () -> target.assign(Tensor.of(Shape.of(2), 1.0, 2.0)));
        assertRefused(
                "assign FLOAT [1, 2] [1.0, 2.0] to FLOAT [2] [1.0, 2.0] (expected: the same type and shape)",
                () -> target.assign(Tensor.of(Shape.of(1, 2), 1f, 2f)));
    }

    @Test
    void aConstantHoldsTheSameElements() {
        Constant constant = Tensor.of(Shape.of(2), 1f, 2f).toConstant();
        assertThat(constant.type()).isEqualTo(DataType.FLOAT);
        assertThat(constant.bytes().getFloat(4)).isEqualTo(2);
    }
}
