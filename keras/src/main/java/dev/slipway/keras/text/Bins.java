package dev.slipway.keras.text;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Numbers for texts, by their hash.
 *
 * <p>Source: {@code tf.strings.to_hash_bucket_fast}, {@code tf.strings.to_hash_bucket_strong} and {@code
 * tf.sparse.cross_hashed} of TensorFlow 2.
 *
 * @param count how many numbers there are, from 0
 * @param salt the key of the hash; none for the hash without one
 */
public record Bins(long count, Optional<Salt> salt) {
    private static final long CROSS_KEY = 0xDECAFCAFFEL;
    private static final long CROSS_MULTIPLIER = 0xc6a4a7935bd1e995L;

    /**
     * The key of a hash.
     *
     * @param first its first half
     * @param second its second half
     */
    public record Salt(long first, long second) {}

    /**
     * The number of a text.
     *
     * @param text the text
     * @return a number below the count
     */
    public long of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long hash = salt.map(key -> SipHash.hash(key.first(), key.second(), bytes))
                .orElseGet(() -> FarmHash.fingerprint64(bytes));
        return Long.remainderUnsigned(hash, count);
    }

    /**
     * The number of a combination.
     *
     * @param features the hash of each text, and each integer itself
     * @return a number below the count
     */
    public long ofCross(long... features) {
        long hash = CROSS_KEY;
        for (long feature : features) {
            long mixed = shiftMix(feature * CROSS_MULTIPLIER) * CROSS_MULTIPLIER;
            long joined = (hash ^ CROSS_MULTIPLIER ^ mixed) * CROSS_MULTIPLIER;
            hash = shiftMix(shiftMix(joined) * CROSS_MULTIPLIER);
        }
        return Long.remainderUnsigned(hash, count);
    }

    private static long shiftMix(long value) {
        return value ^ (value >>> 47);
    }

    /**
     * The hash of a text in a combination.
     *
     * @param text the text
     * @return 64 bits
     */
    public static long feature(String text) {
        return FarmHash.fingerprint64(text.getBytes(StandardCharsets.UTF_8));
    }
}
