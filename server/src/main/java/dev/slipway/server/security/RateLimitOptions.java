package dev.slipway.server.security;

import dev.slipway.server.config.Setting;

/**
 * {@code rate-limit}: how often a client may ask.
 *
 * @param requestsPerSecond how often for long
 * @param burst how often at once
 * @param per who counts as one client
 */
public record RateLimitOptions(
        @Setting(value = "How many requests a second each client may send for long; 0 for any number.", live = true)
        double requestsPerSecond,

        @Setting(
                value = "How many it may send at once after a pause, at least 1. More are answered with 429 and"
                        + " Retry-After.",
                live = true)
        int burst,

        @Setting(
                value = "Who is a client: key is each key, token's subject or certificate, and each address where"
                        + " there is none of them; address is each address (of IPv6, each /64 network).",
                live = true)
        Per per) {
    /** Who counts as one client. */
    public enum Per {
        /** Whoever authenticated; else an address. */
        KEY,
        /** An IP address; a /64 network of IPv6. */
        ADDRESS
    }

    /**
     * Checks the numbers.
     *
     * @param requestsPerSecond how often for long
     * @param burst how often at once
     * @param per who counts as one client
     * @throws IllegalArgumentException if one is out of its range
     */
    public RateLimitOptions {
        if (!(requestsPerSecond >= 0 && requestsPerSecond <= 1e9)) {
            throw new IllegalArgumentException(
                    "requests-per-second: " + requestsPerSecond + " (expected: 0 to 1000000000)");
        }
        if (burst < 1) {
            throw new IllegalArgumentException("burst: " + burst + " (expected: at least 1)");
        }
    }

    /**
     * No limit.
     *
     * @return the options used where none are given
     */
    public static RateLimitOptions none() {
        return new RateLimitOptions(0, 100, Per.KEY);
    }
}
