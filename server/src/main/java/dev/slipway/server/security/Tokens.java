package dev.slipway.server.security;

import dev.slipway.server.security.Admission.Refused;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Tokens of a provider (JSON Web Tokens, signed).
 *
 * <p>Source: RFC 7519; RFC 8725 (best current practices) for what is checked before the signature.
 */
final class Tokens {
    private static final int MAX_LENGTH = 8 * 1024;
    private static final int MAX_NAME = 128;

    private final JwtOptions options;
    private final KeySetSource source;
    private final WorkerExecutor worker;
    private final Clock clock;
    private final VerifiedTokens verified = new VerifiedTokens();

    Tokens(JwtOptions options, KeySetSource source, WorkerExecutor worker, Clock clock) {
        this.options = options;
        this.source = source;
        this.worker = worker;
        this.clock = clock;
    }

    /** Whose token it is. A token that names a key that is not there makes the keys be read again, for they may have changed. */
    Future<Admission> admit(String token) {
        Optional<JsonObject> header = header(token);
        if (header.isEmpty()) {
            return refused("expected: a token of three parts, signed, that says alg and no crit");
        }
        if (!JsonWebKeys.ALGORITHMS.contains(String.valueOf(header.get().getValue("alg")))) {
            return refused("expected: a token with one of the algorithms RS256 to EdDSA that use public keys");
        }
        Object id = header.get().getValue("kid", "");
        Optional<JsonWebKeys> keys = source.current();
        if (keys.isPresent() && keys.get().mayHave(id.toString())) {
            return verify(keys.get(), token);
        }
        return source.refresh()
                .compose(
                        read -> read.mayHave(id.toString())
                                ? verify(read, token)
                                : refused("expected: a token signed with a key of the issuer; its kid is none of them"),
                        failure -> refused("expected: keys of the issuer, which cannot be read now"));
    }

    private static Optional<JsonObject> header(String token) {
        String[] parts = token.split("\\.", -1);
        if (token.length() > MAX_LENGTH || parts.length != 3 || parts[1].isEmpty() || parts[2].isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] json = Base64.getUrlDecoder().decode(parts[0]);
            JsonObject header = new JsonObject(new String(json, StandardCharsets.UTF_8));
            return header.containsKey("crit") ? Optional.empty() : Optional.of(header);
        } catch (IllegalArgumentException | DecodeException e) {
            return Optional.empty();
        }
    }

    /** On the event loop for a token that is known; verifying a signature would hold it up for too long. */
    private Future<Admission> verify(JsonWebKeys keys, String token) {
        String digest = HexFormat.of().formatHex(ApiKey.sha256(token));
        Optional<Claims> known = verified.find(digest, keys);
        if (known.isPresent()) {
            return Future.succeededFuture(admit(known.get()));
        }
        return worker.executeBlocking(() -> authenticate(keys, token), false)
                .compose(done -> done)
                .compose(
                        user -> {
                            Claims claims = new Claims(user.attributes().getJsonObject("accessToken"));
                            verified.put(digest, keys, claims);
                            return Future.succeededFuture(admit(claims));
                        },
                        failure -> refused("expected: a token signed with a key of the issuer"));
    }

    /** The library throws at claims of odd types what it hands back for others. */
    private static Future<User> authenticate(JsonWebKeys keys, String token) {
        try {
            return keys.verifier().authenticate(new TokenCredentials(token));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Admission admit(Claims claims) {
        Optional<String> problem = claims.problem(options, clock.instant());
        if (problem.isPresent()) {
            return Refused.unauthenticated("expected: a token that counts here; " + problem.get());
        }
        String subject = claims.text("sub").orElse("?");
        String name = "token:"
                + subject.substring(0, Math.min(subject.length(), MAX_NAME)).replaceAll("[^!-~]", "?");
        Optional<Scope> scope = claims.scope(options.scopes());
        if (scope.isEmpty()) {
            return Refused.forbidden("expected: scope " + options.scopes().predict() + " or "
                    + options.scopes().admin() + " in " + options.scopes().claim());
        }
        return new Admission.Admitted(new Identity(name, scope.get()));
    }

    private static Future<Admission> refused(String message) {
        return Future.succeededFuture(Refused.unauthenticated(message));
    }
}
