package dev.slipway.keras.saving;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What HDF5 did to the bytes of a chunk, undone. None takes more memory than the chunk is said to have, which is compared
 * with the file before.
 *
 * <p>Source: {@code H5Zdeflate.c}, {@code H5Zshuffle.c}, {@code H5Zfletcher32.c} of HDF5 1.14, {@code lzf_filter.c} of h5py.
 */
enum ChunkFilter {
    /** Compressed by zlib, which h5py calls {@code gzip}. */
    DEFLATE(1) {
        @Override
        byte[] undone(byte[] stored, int length, int elementBytes) {
            Inflater inflater = new Inflater();
            try {
                inflater.setInput(stored);
                byte[] bytes = new byte[length];
                int count = 0;
                int read = 1;
                while (read > 0 && count < length) {
                    read = inflater.inflate(bytes, count, length - count);
                    count += read;
                }
                return requireLength(bytes, count, length);
            } catch (DataFormatException e) {
                throw new IllegalArgumentException("deflate: " + e.getMessage(), e);
            } finally {
                inflater.end();
            }
        }
    },

    /** The first bytes of all elements, then the second bytes, and so on. */
    SHUFFLE(2) {
        @Override
        byte[] undone(byte[] stored, int length, int elementBytes) {
            byte[] bytes = stored.clone();
            int elements = stored.length / elementBytes;
            for (int i = 0; i < elements; i++) {
                for (int part = 0; part < elementBytes; part++) {
                    bytes[i * elementBytes + part] = stored[part * elements + i];
                }
            }
            return bytes;
        }
    },

    /** Followed by a checksum. */
    FLETCHER32(3) {
        @Override
        byte[] undone(byte[] stored, int length, int elementBytes) {
            int end = stored.length - Integer.BYTES;
            if (end < 0) {
                throw new IllegalArgumentException("fletcher32: no checksum");
            }
            int written = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
            if (written != checksum(stored, end)) {
                throw new IllegalArgumentException("fletcher32: wrong checksum (expected: bytes as they were written)");
            }
            return Arrays.copyOf(stored, end);
        }
    },

    /** Compressed by h5py's own filter. What would not become shorter is stored as it is. */
    LZF(32000) {
        @Override
        byte[] undone(byte[] stored, int length, int elementBytes) {
            return stored.length >= length ? stored : requireLength(lzf(stored, length), length, length);
        }
    };

    private final int id;

    ChunkFilter(int id) {
        this.id = id;
    }

    /** The filter that HDF5 has under a number. */
    static ChunkFilter of(int id, String name) {
        return Arrays.stream(values())
                .filter(filter -> filter.id == id)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("filter " + id + " (" + name
                        + ") (expected: gzip, shuffle, fletcher32 or lzf; h5repack -f NONE takes it away)"));
    }

    /** Undoes filters, in the order in which they were done. */
    static byte[] undoneAll(List<ChunkFilter> filters, byte[] stored, int length, int elementBytes) {
        byte[] bytes = stored;
        for (int i = filters.size() - 1; i >= 0; i--) {
            // A checksum that comes before the compression is compressed with the rest.
            long checksums = filters.subList(0, i).stream()
                    .filter(before -> before == FLETCHER32)
                    .count();
            bytes = filters.get(i)
                    .undone(bytes, Math.addExact(length, Math.toIntExact(checksums * Integer.BYTES)), elementBytes);
        }
        return requireLength(bytes, bytes.length, length);
    }

    /**
     * Undoes one filter.
     *
     * @param stored what it gave
     * @param length how many bytes it got
     * @param elementBytes the length of a number
     * @throws IllegalArgumentException if it did not give this
     */
    abstract byte[] undone(byte[] stored, int length, int elementBytes);

    private static byte[] requireLength(byte[] bytes, int count, int length) {
        if (count != length) {
            throw new IllegalArgumentException("a chunk of " + count + " bytes (expected: " + length + ")");
        }
        return bytes;
    }

    /** Sums of words of 16 bits, the first byte the higher, and of these sums; both modulo 65535. */
    private static int checksum(byte[] bytes, int length) {
        int sum = 0;
        int sums = 0;
        for (int i = 0; i < length; i += 2) {
            int low = i + 1 < length ? Byte.toUnsignedInt(bytes[i + 1]) : 0;
            sum = (sum + (Byte.toUnsignedInt(bytes[i]) << 8) + low) % 65535;
            sums = (sums + sum) % 65535;
        }
        return sums << 16 | sum;
    }

    /** A token below 32 begins that many literal bytes and one more, any other repeats what came before. */
    private static byte[] lzf(byte[] stored, int length) {
        byte[] bytes = new byte[length];
        int from = 0;
        int to = 0;
        try {
            while (from < stored.length) {
                int token = Byte.toUnsignedInt(stored[from++]);
                if (token < 32) {
                    System.arraycopy(stored, from, bytes, to, token + 1);
                    from += token + 1;
                    to += token + 1;
                } else {
                    int count = token >> 5;
                    if (count == 7) {
                        count += Byte.toUnsignedInt(stored[from++]);
                    }
                    int back = to - ((token & 31) << 8) - Byte.toUnsignedInt(stored[from++]) - 1;
                    for (int i = 0; i < count + 2; i++) {
                        bytes[to++] = bytes[back++];
                    }
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("lzf: broken bytes", e);
        }
        return requireLength(bytes, to, length);
    }
}
