package dev.slipway.server.security;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What tokens say whose signatures were verified: a client sends the same one many times, and verifying it takes longer than
 * many predictions. Remembers those used last. Thread-safe.
 */
final class VerifiedTokens {
    static final int MAX = 4096;

    private final Map<String, Verified> byDigest = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > MAX;
        }
    };

    private record Verified(JsonWebKeys keys, Claims claims) {}

    /** What a token says, if it was verified by these keys; after a rotation it must be again. */
    synchronized Optional<Claims> find(String digest, JsonWebKeys keys) {
        return Optional.ofNullable(byDigest.get(digest))
                .filter(known -> known.keys().equals(keys))
                .map(Verified::claims);
    }

    synchronized void put(String digest, JsonWebKeys keys, Claims claims) {
        byDigest.put(digest, new Verified(keys, claims));
    }

    synchronized int size() {
        return byDigest.size();
    }
}
