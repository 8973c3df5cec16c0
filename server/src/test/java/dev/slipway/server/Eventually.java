package dev.slipway.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread brings about. */
final class Eventually {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private Eventually() {}

    /** Returns when a claim holds; fails as the claim does if that takes too long. */
    static void holds(Runnable claim) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (true) {
            try {
                claim.run();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }
    }
}
