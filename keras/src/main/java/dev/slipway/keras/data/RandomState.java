package dev.slipway.keras.data;

/**
 * The generator of numpy's {@code RandomState}, as far as Keras draws from it to divide files into those to learn from and those
 * to be judged by: the same seed gives the same division.
 *
 * <p>Source: the Mersenne Twister MT19937 of Matsumoto and Nishimura (1998), seeded by one number; {@code
 * numpy.random.RandomState.shuffle}.
 */
final class RandomState {
    private static final int WORDS = 624;
    private static final int MIDDLE = 397;

    private final int[] words = new int[WORDS];
    private int taken = WORDS;

    RandomState(int seed) {
        words[0] = seed;
        for (int i = 1; i < WORDS; i++) {
            int last = words[i - 1];
            words[i] = 1_812_433_253 * (last ^ (last >>> 30)) + i;
        }
    }

    /** The numbers from 0, shuffled. */
    int[] permutation(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        for (int i = count - 1; i > 0; i--) {
            int j = upTo(i);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return order;
    }

    /** A number in [0, greatest]: bits as many as it needs, drawn again while they are too many. */
    private int upTo(int greatest) {
        int mask = (Integer.highestOneBit(greatest) << 1) - 1;
        int drawn;
        do {
            drawn = next() & mask;
        } while (drawn > greatest);
        return drawn;
    }

    private int next() {
        if (taken == WORDS) {
            twist();
        }
        int y = words[taken++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    private void twist() {
        for (int i = 0; i < WORDS; i++) {
            int y = (words[i] & 0x80000000) | (words[(i + 1) % WORDS] & 0x7fffffff);
            words[i] = words[(i + MIDDLE) % WORDS] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        taken = 0;
    }
}
