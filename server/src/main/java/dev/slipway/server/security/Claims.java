package dev.slipway.server.security;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a token says whose signature has been verified.
 *
 * <p>Source: RFC 7519, section 4.1 (claims); RFC 8693, section 4.2 ({@code scope}).
 *
 * @param content the claims
 */
record Claims(JsonObject content) {
    /** Why the token does not count; empty if it does. */
    Optional<String> problem(JwtOptions options, Instant now) {
        if (!options.issuer().equals(text("iss"))) {
            return Optional.of("iss is not the configured issuer");
        }
        if (texts(content.getValue("aud")).noneMatch(options.audience()::contains)) {
            return Optional.of("aud is not this service");
        }
        Optional<Instant> expires = time("exp");
        if (expires.isEmpty()) {
            return Optional.of("exp is missing");
        }
        if (!now.minus(options.clockSkew()).isBefore(expires.get())) {
            return Optional.of("it has expired");
        }
        if (content.containsKey("nbf")
                && time("nbf")
                        .map(start -> now.plus(options.clockSkew()).isBefore(start))
                        .orElse(true)) {
            return Optional.of("nbf: it does not count yet");
        }
        return Optional.empty();
    }

    /** What it allows; empty if nothing. */
    Optional<Scope> scope(JwtOptions.Scopes names) {
        List<String> scopes = texts(find(names.claim())).toList();
        if (scopes.contains(names.admin())) {
            return Optional.of(Scope.ADMIN);
        }
        return scopes.contains(names.predict()) ? Optional.of(Scope.PREDICT) : Optional.empty();
    }

    Optional<String> text(String claim) {
        return content.getValue(claim) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** A claim of this name; else, with its dots, the way into an object. */
    private Object find(String name) {
        Object value = content.getValue(name);
        if (value == null) {
            value = content;
            for (String part : name.split("\\.")) {
                value = value instanceof JsonObject object ? object.getValue(part) : null;
            }
        }
        return Objects.requireNonNullElse(value, "");
    }

    private static Stream<String> texts(Object value) {
        if (value instanceof String text) {
            return Arrays.stream(text.split(" "));
        }
        return value instanceof JsonArray list
                ? list.stream().filter(String.class::isInstance).map(String.class::cast)
                : Stream.empty();
    }

    private Optional<Instant> time(String claim) {
        return content.getValue(claim) instanceof Number seconds && Math.abs(seconds.doubleValue()) < 1e11
                ? Optional.of(Instant.ofEpochMilli((long) (seconds.doubleValue() * 1000)))
                : Optional.empty();
    }
}
