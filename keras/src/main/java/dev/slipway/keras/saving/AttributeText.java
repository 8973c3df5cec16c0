package dev.slipway.keras.saving;

import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The datatype of texts in attributes. Keras encodes names itself, and h5py declares such bytes as ASCII, whatever is in them;
 * jHDF would put a sign for the unknown where a name has other letters.
 *
 * <p>Layout (IV.A.2.d of the HDF5 File Format Specification, version 3.0):
 *
 * <pre>
 * 0   class 3 (text) and version 1; padding in the lower and characters in the upper half; reserved; size
 * 0   class 9 (variable length) and version 1; 1 for text, and padding; characters; reserved; size; what it consists of: bytes
 * </pre>
 */
final class AttributeText {
    static final byte ASCII = 0;
    static final byte UTF_8 = 1;

    private static final byte FIXED = 0x13;
    private static final byte[] VARIABLE = {0x19, 0x01, 0, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0};

    private AttributeText() {}

    /** The bytes of the datatype of texts of any length. */
    static byte[] variable(byte characters) {
        byte[] type = VARIABLE.clone();
        type[2] = characters;
        return type;
    }

    /** The same datatype in UTF-8, which has ASCII in it; any other as it is. */
    static DataType inUtf8(DataType stored) {
        if (stored instanceof VariableLength text && text.isVariableLengthString()) {
            return DataType.readDataType(little(variable(UTF_8)));
        }
        if (stored instanceof StringData text) {
            int padding = switch (text.getPaddingType()) {
                case NULL_TERMINATED -> 0;
                case NULL_PADDED -> 1;
                case SPACE_PADDED -> 2;
            };
            byte[] type = {FIXED, (byte) (UTF_8 << 4 | padding), 0, 0, 0, 0, 0, 0};
            return DataType.readDataType(little(type).putInt(4, text.getSize()));
        }
        return stored;
    }

    private static ByteBuffer little(byte[] type) {
        return ByteBuffer.wrap(type).order(ByteOrder.LITTLE_ENDIAN);
    }
}
