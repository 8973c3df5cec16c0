package dev.slipway.keras.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The hash that TensorFlow calls {@code Fingerprint64} and numbers texts by: it is the same everywhere and for good.
 *
 * <p>Source: {@code farmhashna::Hash64} of Google's FarmHash 1.1 (Geoff Pike, MIT license), of which this is a description in
 * Java: short texts are mixed from overlapping words at both ends, longer ones in blocks of 64 bytes.
 */
public final class FarmHash {
    private static final long K0 = 0xc3a5c85c97cb3127L;
    private static final long K1 = 0xb492b66fbe98f273L;
    private static final long K2 = 0x9ae16a3b2f90404fL;
    private static final long SEED = 81;

    private final ByteBuffer text;

    private FarmHash(byte[] text) {
        this.text = ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Hashes bytes.
     *
     * @param text the bytes
     * @return 64 bits, to be taken as an unsigned number
     */
    public static long fingerprint64(byte[] text) {
        FarmHash hash = new FarmHash(text);
        if (text.length <= 16) {
            return hash.upTo16(text.length);
        }
        if (text.length <= 32) {
            return hash.upTo32(text.length);
        }
        return text.length <= 64 ? hash.upTo64(text.length) : hash.longer(text.length);
    }

    private long word(int at) {
        return text.getLong(at);
    }

    private long half(int at) {
        return Integer.toUnsignedLong(text.getInt(at));
    }

    private static long shiftMix(long value) {
        return value ^ (value >>> 47);
    }

    private static long mix(long u, long v, long multiplier) {
        long a = shiftMix((u ^ v) * multiplier);
        return shiftMix((v ^ a) * multiplier) * multiplier;
    }

    private long upTo16(int length) {
        long multiplier = K2 + length * 2L;
        if (length >= 8) {
            long a = word(0) + K2;
            long b = word(length - 8);
            long c = Long.rotateRight(b, 37) * multiplier + a;
            long d = (Long.rotateRight(a, 25) + b) * multiplier;
            return mix(c, d, multiplier);
        }
        if (length >= 4) {
            return mix(length + (half(0) << 3), half(length - 4), multiplier);
        }
        if (length == 0) {
            return K2;
        }
        int first = Byte.toUnsignedInt(text.get(0));
        int middle = Byte.toUnsignedInt(text.get(length >> 1));
        int last = Byte.toUnsignedInt(text.get(length - 1));
        return shiftMix((first + (middle << 8)) * K2 ^ (length + (last << 2)) * K0) * K2;
    }

    private long upTo32(int length) {
        long multiplier = K2 + length * 2L;
        long a = word(0) * K1;
        long b = word(8);
        long c = word(length - 8) * multiplier;
        long d = word(length - 16) * K2;
        return mix(
                Long.rotateRight(a + b, 43) + Long.rotateRight(c, 30) + d,
                a + Long.rotateRight(b + K2, 18) + c,
                multiplier);
    }

    private long upTo64(int length) {
        long multiplier = K2 + length * 2L;
        long a = word(0) * K2;
        long b = word(8);
        long c = word(length - 8) * multiplier;
        long d = word(length - 16) * K2;
        long y = Long.rotateRight(a + b, 43) + Long.rotateRight(c, 30) + d;
        long z = mix(y, a + Long.rotateRight(b + K2, 18) + c, multiplier);
        long e = word(16) * multiplier;
        long f = word(24);
        long g = (y + word(length - 32)) * multiplier;
        long h = (z + word(length - 24)) * multiplier;
        return mix(
                Long.rotateRight(e + f, 43) + Long.rotateRight(g, 30) + h,
                e + Long.rotateRight(f + a, 18) + g,
                multiplier);
    }

    /** 32 bytes mixed with two numbers into two others. */
    private long[] weak(int at, long a, long b) {
        long first = a + word(at);
        long second = Long.rotateRight(b + first + word(at + 24), 21);
        long sum = first + word(at + 8) + word(at + 16);
        return new long[] {sum + word(at + 24), second + Long.rotateRight(sum, 44) + first};
    }

    /** 56 bytes of state go round with every block; the last block overlaps the one before. */
    private long longer(int length) {
        long x = SEED;
        long y = x * K1 + 113;
        long z = shiftMix(y * K2 + 113) * K2;
        long[] v = {0, 0};
        long[] w = {0, 0};
        x = x * K2 + word(0);
        int end = (length - 1) / 64 * 64;
        for (int at = 0; at < end; at += 64) {
            x = Long.rotateRight(x + y + v[0] + word(at + 8), 37) * K1;
            y = Long.rotateRight(y + v[1] + word(at + 48), 42) * K1;
            x ^= w[1];
            y += v[0] + word(at + 40);
            z = Long.rotateRight(z + w[0], 33) * K1;
            v = weak(at, v[1] * K1, x + w[0]);
            w = weak(at + 32, z + w[1], y + word(at + 16));
            long swapped = z;
            z = x;
            x = swapped;
        }
        long multiplier = K1 + ((z & 0xff) << 1);
        int at = length - 64;
        w[0] += (length - 1) & 63;
        v[0] += w[0];
        w[0] += v[0];
        x = Long.rotateRight(x + y + v[0] + word(at + 8), 37) * multiplier;
        y = Long.rotateRight(y + v[1] + word(at + 48), 42) * multiplier;
        x ^= w[1] * 9;
        y += v[0] * 9 + word(at + 40);
        z = Long.rotateRight(z + w[0], 33) * multiplier;
        v = weak(at, v[1] * multiplier, x + w[0]);
        w = weak(at + 32, z + w[1], y + word(at + 16));
        return mix(mix(v[0], w[0], multiplier) + shiftMix(y) * K0 + x, mix(v[1], w[1], multiplier) + z, multiplier);
    }
}
