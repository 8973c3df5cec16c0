package dev.slipway.server.security;

import dev.slipway.server.config.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code auth.jwt}: whose tokens count. Tokens must be signed by RS, PS or ES with 256, 384 or 512, or by EdDSA; must have
 * {@code exp}, and {@code iss} and {@code aud} as configured.
 *
 * @param issuer who made them
 * @param audience whom they are for
 * @param jwksFile where the issuer's keys are, if in a file
 * @param jwksUrl where the issuer's keys are, if elsewhere than discovery says
 * @param clockSkew how far clocks may differ
 * @param scopes what they allow
 */
public record JwtOptions(
        @Setting(
                value = "The provider, exactly as in a token's iss. Its keys are found by discovery"
                        + " (/.well-known/openid-configuration) unless jwks-file or jwks-url says where they are.",
                live = true)
        Optional<String> issuer,

        @Setting(value = "Whom tokens must be for: one of these must be in aud. Needed with issuer.", live = true)
        List<String> audience,

        @Setting(
                value = "File with the provider's JSON Web Key Set. A changed file is taken up by itself.",
                live = true)
        Optional<Path> jwksFile,

        @Setting(
                value = "Address (https) of the provider's JSON Web Key Set, where discovery does not tell it. Read"
                        + " again every 10 minutes, and when a token names a key that is not in it.",
                live = true)
        Optional<String> jwksUrl,

        @Setting(value = "How far the provider's clock may differ from this one's, at most 5m.", live = true)
        Duration clockSkew,

        @Setting("Which scopes of the provider's are which of Slipway's.")
        Scopes scopes) {
    private static final Set<String> OWN_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Duration MAX_SKEW = Duration.ofMinutes(5);

    /**
     * {@code auth.jwt.scopes}: what tokens allow.
     *
     * @param claim where a token has its scopes
     * @param predict what stands there for predictions
     * @param admin what stands there for admins
     */
    public record Scopes(
            @Setting(
                    value = "The claim that holds scopes: text separated by spaces, or a list. A dot goes into an"
                            + " object: realm_access.roles.",
                    live = true)
            String claim,

            @Setting(value = "The scope there that allows predictions.", live = true)
            String predict,

            @Setting(value = "The scope there that allows everything.", live = true)
            String admin) {
        /**
         * {@code slipway:predict} and {@code slipway:admin} in {@code scope}.
         *
         * @return the names used where none are given
         */
        public static Scopes defaults() {
            return new Scopes("scope", "slipway:predict", "slipway:admin");
        }
    }

    /**
     * Checks that the options fit each other.
     *
     * @param issuer who made them
     * @param audience whom they are for
     * @param jwksFile where the issuer's keys are, if in a file
     * @param jwksUrl where the issuer's keys are, if elsewhere than discovery says
     * @param clockSkew how far clocks may differ
     * @param scopes what they allow
     * @throws IllegalArgumentException if one is there without another that it needs, or out of its range
     */
    public JwtOptions {
        if (issuer.isPresent() && audience.isEmpty()) {
            throw new IllegalArgumentException("issuer: " + issuer.get()
                    + " (expected: auth.jwt.audience with it, or a token for any other service would do)");
        }
        issuer.ifPresent(address -> requireSafe("issuer", address));
        jwksUrl.ifPresent(address -> requireSafe("jwks-url", address));
        if (issuer.isEmpty() && jwksFile.isPresent()) {
            throw new IllegalArgumentException("jwks-file: " + jwksFile.get() + " (expected: auth.jwt.issuer with it)");
        }
        if (issuer.isEmpty() && jwksUrl.isPresent()) {
            throw new IllegalArgumentException("jwks-url: " + jwksUrl.get() + " (expected: auth.jwt.issuer with it)");
        }
        if (jwksFile.isPresent() && jwksUrl.isPresent()) {
            throw new IllegalArgumentException("jwks-url: " + jwksUrl.get() + " (expected: it or auth.jwt.jwks-file)");
        }
        if (issuer.isEmpty() && !audience.isEmpty()) {
            throw new IllegalArgumentException("audience: " + audience + " (expected: auth.jwt.issuer with it)");
        }
        if (clockSkew.isNegative() || clockSkew.compareTo(MAX_SKEW) > 0) {
            throw new IllegalArgumentException(
                    "clock-skew: " + clockSkew.toSeconds() + "s (expected: 0s to " + MAX_SKEW.toMinutes() + "m)");
        }
        audience = List.copyOf(audience);
    }

    /** Keys that come by plain HTTP could be anybody's, unless they come from this machine. */
    static URI requireSafe(String key, String address) {
        try {
            URI uri = new URI(address);
            boolean own = OWN_HOSTS.contains(String.valueOf(uri.getHost()));
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || (own && "http".equals(uri.getScheme())))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(key + ": " + address + " (expected: an address)", e);
        }
        throw new IllegalArgumentException(key + ": " + address + " (expected: an address that begins with https://)");
    }

    /**
     * No tokens count.
     *
     * @return the options used where none are given
     */
    public static JwtOptions none() {
        return new JwtOptions(
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(30),
                Scopes.defaults());
    }

    /**
     * Tokens of a provider.
     *
     * @param issuer who made them
     * @param audience whom they must be for
     * @return the options; keys are found by discovery
     */
    public static JwtOptions of(String issuer, String audience) {
        return new JwtOptions(
                Optional.of(issuer),
                List.of(audience),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(30),
                Scopes.defaults());
    }

    /**
     * These options with keys of a file.
     *
     * @param file a JSON Web Key Set
     * @return the changed options
     */
    public JwtOptions withJwksFile(Path file) {
        return new JwtOptions(issuer, audience, Optional.of(file), Optional.empty(), clockSkew, scopes);
    }

    /**
     * These options with other scopes.
     *
     * @param changed what tokens allow
     * @return the changed options
     */
    public JwtOptions withScopes(Scopes changed) {
        return new JwtOptions(issuer, audience, jwksFile, jwksUrl, clockSkew, changed);
    }
}
