package dev.slipway.server.security;

import dev.slipway.server.security.Admission.Admitted;
import dev.slipway.server.security.Admission.Refused;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where every request passes, of every protocol: finds out who sent it and whether that is too often. Immutable but for its
 * counters; thread-safe.
 *
 * <p>What a request shows first counts, and nothing else is tried if it does not hold: a key or a token, then the certificate of
 * its connection.
 */
public final class Gate {
    private static final String BEARER = "bearer ";
    private static final Future<Admission> ANYBODY = Future.succeededFuture(new Admitted(Identity.ANYBODY));

    private final SecurityOptions options;
    private final ApiKeys keys;
    private final Optional<Tokens> tokens;
    private final @Nullable RateLimiter limiter;

    Gate(SecurityOptions options, ApiKeys keys, Optional<Tokens> tokens) {
        this.options = options;
        this.keys = keys;
        this.tokens = tokens;
        RateLimitOptions limit = options.rateLimit();
        this.limiter = limit.requestsPerSecond() == 0
                ? null
                : new RateLimiter(limit.requestsPerSecond(), limit.burst(), System::nanoTime);
    }

    /**
     * Finds out who sent a request and whether it may go on.
     *
     * @param caller what the request says of its sender
     * @return whether it may; nearly always complete at once, else completed on any thread
     */
    public Future<Admission> admit(Caller caller) {
        if (!options.requiresAuthentication()) {
            return limiter == null ? ANYBODY : Future.succeededFuture(limited(Identity.ANYBODY, caller));
        }
        Future<Admission> known = authenticate(caller);
        return known.isComplete()
                ? Future.succeededFuture(afterLimit(known.result(), caller))
                : known.map(admission -> afterLimit(admission, caller));
    }

    /** Who could not be admitted spends the tokens of its address: nobody may guess without end. */
    private Admission afterLimit(Admission admission, Caller caller) {
        if (limiter == null) {
            return admission;
        }
        if (admission instanceof Admitted admitted) {
            return limited(admitted.identity(), caller);
        }
        Duration wait = limiter.take(network(caller.address()));
        return wait.isZero() ? admission : Refused.tooMany(wait);
    }

    private Admission limited(Identity identity, Caller caller) {
        boolean byName = options.rateLimit().per() == RateLimitOptions.Per.KEY && identity.isKnown();
        Duration wait =
                limiter == null ? Duration.ZERO : limiter.take(byName ? identity.name() : network(caller.address()));
        return wait.isZero() ? new Admitted(identity) : Refused.tooMany(wait);
    }

    /** One customer has a /64 network of IPv6, and may send from any address in it. */
    static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || bytes.length != 16) {
            return address;
        }
        return HexFormat.of().formatHex(bytes, 0, 8);
    }

    private Future<Admission> authenticate(Caller caller) {
        List<String> authorization = caller.header("authorization");
        List<String> apiKey = caller.header("x-api-key");
        if (authorization.size() + apiKey.size() > 1) {
            return refused("expected: one of the headers authorization and x-api-key, once");
        }
        if (!apiKey.isEmpty()) {
            return admitKey(apiKey.get(0));
        }
        if (!authorization.isEmpty()) {
            return admitBearer(authorization.get(0));
        }
        if (options.tls().clientCa().isPresent()) {
            Optional<Identity> shown = caller.certificate()
                    .map(found ->
                            ClientCertificate.identity(found, options.tls().adminNames()));
            if (shown.isPresent()) {
                return Future.succeededFuture(new Admitted(shown.get()));
            }
        }
        return refused("expected: " + ways());
    }

    private Future<Admission> admitBearer(String header) {
        if (!header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return refused("expected: 'Bearer', a space and a key or token");
        }
        String credentials = header.substring(BEARER.length()).strip();
        return credentials.startsWith(ApiKey.PREFIX) || tokens.isEmpty()
                ? admitKey(credentials)
                : tokens.get().admit(credentials);
    }

    private Future<Admission> admitKey(String key) {
        return keys.find(key)
                .<Future<Admission>>map(found -> Future.succeededFuture(new Admitted(found)))
                .orElseGet(() -> refused("expected: a valid key"));
    }

    private String ways() {
        String key = options.auth().keysFile().isPresent() || tokens.isPresent()
                ? "the header 'Authorization: Bearer ...'"
                : "";
        String certificate = options.tls().clientCa().isPresent() ? "a client certificate" : "";
        return key.isEmpty() || certificate.isEmpty() ? key + certificate : key + " or " + certificate;
    }

    private static Future<Admission> refused(String message) {
        return Future.succeededFuture(Refused.unauthenticated(message));
    }
}
