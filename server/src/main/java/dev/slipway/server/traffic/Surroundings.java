package dev.slipway.server.traffic;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Time and chance.
 *
 * @param clock what people read
 * @param nanoTime what durations are measured by
 * @param random any 64 bits; called by several threads
 */
record Surroundings(Clock clock, LongSupplier nanoTime, LongSupplier random) {
    static final Surroundings REAL = new Surroundings(
            Clock.systemUTC(),
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextLong());

    /** A number from 0 to below 100. */
    double percent() {
        return (random.getAsLong() >>> 11) * 0x1p-53 * 100;
    }
}
