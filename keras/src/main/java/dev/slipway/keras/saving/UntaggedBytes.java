package dev.slipway.keras.saving;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * HDF5 in which datasets of bytes without a tag, which jHDF cannot read, are declared as texts of a fixed length. Keras
 * stores bfloat16 as such bytes.
 *
 * <p>Layout, in an object header of version 1 (IV.A.2.d of the HDF5 File Format Specification, version 3.0):
 *
 * <pre>
 * 0   message type 3, its length 8, flags, reserved
 * 8   class 5 (opaque) and version 1, tag length 0, element size 2
 * </pre>
 */
final class UntaggedBytes {
    /** The message's type and length; the flags behind them may be any. */
    private static final long HEADER = 0x0000_0000_0008_0003L;

    private static final long WITHOUT_FLAGS = 0xFFFF_FF00_FFFF_FFFFL;
    private static final long OPAQUE = 0x0000_0002_0000_0015L;
    private static final byte TEXT = 0x13;

    private UntaggedBytes() {}

    /** A copy of a file's bytes that jHDF reads. */
    static ByteBuffer asTexts(ByteBuffer file) {
        ByteBuffer copy = ByteBuffer.allocate(file.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(file.duplicate()).flip();
        for (int at = 0; at + 16 <= copy.limit(); at++) {
            if (copy.getLong(at + 8) == OPAQUE && (copy.getLong(at) & WITHOUT_FLAGS) == HEADER) {
                copy.put(at + 8, TEXT);
            }
        }
        return copy;
    }
}
