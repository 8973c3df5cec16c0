package dev.slipway.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread brings about. */
public final class Eventually {
    /** A busy machine may stand still for seconds. Nothing waits so long but what will never be. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private Eventually() {}

    /** Returns when a claim holds; fails as the claim does if that takes too long. */
    public static void holds(Runnable claim) {
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
