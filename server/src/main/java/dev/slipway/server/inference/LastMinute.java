package dev.slipway.server.inference;

import java.util.concurrent.atomic.AtomicLongArray;

/** How often something has happened in the last 60 seconds. Safe for use by several threads. */
final class LastMinute {
    private static final int SECONDS = 60;
    private static final int SLOTS = 64;

    /** Each holds a second in its upper half, and how often it happened then in its lower half. */
    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);

    void add(long epochMillis) {
        long second = epochMillis / 1000;
        int slot = (int) (second % SLOTS);
        long before;
        long after;
        do {
            before = slots.get(slot);
            after = before >>> Integer.SIZE == second ? before + 1 : second << Integer.SIZE | 1;
        } while (!slots.compareAndSet(slot, before, after));
    }

    long count(long epochMillis) {
        long now = epochMillis / 1000;
        long count = 0;
        for (int i = 0; i < SLOTS; i++) {
            long slot = slots.get(i);
            long age = now - (slot >>> Integer.SIZE);
            count += age >= 0 && age < SECONDS ? (int) slot : 0;
        }
        return count;
    }
}
