package dev.slipway.keras.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The hashes against those of Guava, and the numbers of bins against those in Keras's documentation. */
class HashTest {
    private static final int LONGEST = 300;

    private static long[] bins(Bins bins, String... texts) {
        return java.util.Arrays.stream(texts).mapToLong(bins::of).toArray();
    }

    @Test
    void farmHashIsThatOfGuava() {
        Random random = new Random(1);
        for (int length = 0; length < LONGEST; length++) {
            byte[] text = new byte[length];
            random.nextBytes(text);
            assertThat(FarmHash.fingerprint64(text))
                    .as("of %d bytes", length)
                    .isEqualTo(Hashing.farmHashFingerprint64().hashBytes(text).asLong());
        }
    }

    @Test
    void sipHashIsThatOfGuava() {
        Random random = new Random(2);
        for (int length = 0; length < LONGEST; length++) {
            byte[] text = new byte[length];
            random.nextBytes(text);
            long k0 = random.nextLong();
            long k1 = random.nextLong();
            assertThat(SipHash.hash(k0, k1, text))
                    .as("of %d bytes", length)
                    .isEqualTo(Hashing.sipHash24(k0, k1).hashBytes(text).asLong());
        }
    }

    /** Appendix A of the paper: bytes 0 to 14 under the key of bytes 0 to 15. */
    @Test
    void sipHashIsThatOfItsPaper() {
        byte[] text = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
        assertThat(SipHash.hash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L, text)).isEqualTo(0xa129ca6149be45e5L);
    }

    /** The examples of {@code keras.layers.Hashing}. */
    @Test
    void binsAreKeras() {
        assertThat(bins(new Bins(3, Optional.empty()), "A", "B", "C", "D", "E")).containsExactly(1, 0, 1, 1, 2);
        assertThat(bins(new Bins(3, Optional.of(new Bins.Salt(133, 137))), "A", "B", "C", "D", "E"))
                .containsExactly(1, 2, 1, 0, 2);
        assertThat(bins(new Bins(3, Optional.of(new Bins.Salt(133, 133))), "A", "B", "C", "D", "E"))
                .containsExactly(0, 0, 2, 1, 0);
    }

    /** The example of {@code keras.layers.HashedCrossing}. */
    @Test
    void crossesAreKeras() {
        Bins five = new Bins(5, Optional.empty());
        long a = Bins.feature("A");
        long b = Bins.feature("B");
        assertThat(new long[] {
                    five.ofCross(a, 101),
                    five.ofCross(b, 101),
                    five.ofCross(a, 101),
                    five.ofCross(b, 102),
                    five.ofCross(a, 102)
                })
                .containsExactly(1, 4, 1, 1, 3);
    }
}
