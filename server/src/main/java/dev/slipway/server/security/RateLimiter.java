package dev.slipway.server.security;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A bucket of tokens for each client: a request takes one, and they come back at a constant rate up to the burst. Thread-safe.
 *
 * <p>Remembers so many clients at most; beyond that, whoever was silent longest is forgotten, and most of those have a full
 * bucket again anyway.
 */
final class RateLimiter {
    static final int MAX_CLIENTS = 1 << 16;

    /** Event loops meet at a lock only if their clients share it. */
    private static final int SHARDS = 16;

    private final double tokensPerNano;
    private final double burst;
    private final LongSupplier nanos;
    private final List<Shard> shards = new ArrayList<>();

    /**
     * Makes a limiter.
     *
     * @param requestsPerSecond how fast tokens come back; positive
     * @param burst how many there are at most; at least 1
     * @param nanos the clock, as {@link System#nanoTime()} counts
     */
    RateLimiter(double requestsPerSecond, int burst, LongSupplier nanos) {
        this.tokensPerNano = requestsPerSecond / 1e9;
        this.burst = burst;
        this.nanos = nanos;
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new Shard());
        }
    }

    /** How long until there is a token; zero if there is one, and then it is taken. */
    Duration take(String client) {
        Shard shard = shards.get(Math.floorMod(client.hashCode(), SHARDS));
        long now = nanos.getAsLong();
        synchronized (shard) {
            Bucket bucket = shard.computeIfAbsent(client, unknown -> new Bucket(burst, now));
            // The difference, because nanoTime may overflow; positive, because event loops come in any order.
            long passed = now - bucket.at;
            if (passed > 0) {
                bucket.tokens = Math.min(burst, bucket.tokens + passed * tokensPerNano);
                bucket.at = now;
            }
            if (bucket.tokens >= 1) {
                bucket.tokens -= 1;
                return Duration.ZERO;
            }
            return Duration.ofNanos((long) Math.ceil((1 - bucket.tokens) / tokensPerNano));
        }
    }

    int clients() {
        return shards.stream().mapToInt(Shard::size).sum();
    }

    private static final class Bucket {
        private double tokens;
        private long at;

        Bucket(double tokens, long at) {
            this.tokens = tokens;
            this.at = at;
        }
    }

    /** The least recently used first. */
    private static final class Shard extends LinkedHashMap<String, Bucket> {
        private static final long serialVersionUID = 1L;

        Shard() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_CLIENTS / SHARDS;
        }
    }
}
