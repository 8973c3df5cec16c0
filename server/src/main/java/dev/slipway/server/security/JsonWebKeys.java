package dev.slipway.server.security;

import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The public keys of a provider: only those that verify signatures, so that nobody can make a token with what is public.
 *
 * <p>Source: RFC 7517 (JSON Web Key), RFC 7518 (algorithms), RFC 8037 (EdDSA).
 */
final class JsonWebKeys {
    /** What tokens may be signed with. No {@code none}, no HS: with these, the key that verifies is the one that signs. */
    static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

    private static final int MIN_RSA_BYTES = 256;
    private static final int MAX_KEYS = 100;

    private final Set<String> ids;
    private final JWTAuth verifier;

    private JsonWebKeys(Set<String> ids, JWTAuth verifier) {
        this.ids = ids;
        this.verifier = verifier;
    }

    /**
     * Reads a key set.
     *
     * @param vertx whose verifier it is
     * @param text JSON
     * @param place where it comes from, for messages
     * @return the keys that can verify, at least one
     * @throws SecurityConfigException if there is none
     */
    static JsonWebKeys parse(Vertx vertx, String text, String place) {
        List<JsonObject> usable = new ArrayList<>();
        for (JsonObject key : keys(text, place)) {
            for (String algorithm : algorithms(key)) {
                usable.add(key.copy().put("alg", algorithm));
            }
        }
        if (usable.isEmpty()) {
            // The library takes a token without any signature where it has no key.
            throw new SecurityConfigException(
                    "auth.jwt.jwks: no usable key (expected: an RSA key of 2048 bits or more, EC or Ed25519), at "
                            + place);
        }
        Set<String> ids = new HashSet<>();
        usable.forEach(key -> ids.add(key.getString("kid", "")));
        JWTAuthOptions options = new JWTAuthOptions()
                .setJwks(usable)
                // The claims are checked by Claims, with a clock that can be set.
                .setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
        return new JsonWebKeys(ids, JWTAuth.create(vertx, options));
    }

    private static List<JsonObject> keys(String text, String place) {
        try {
            JsonArray keys = new JsonObject(text).getJsonArray("keys");
            if (keys == null || keys.size() > MAX_KEYS) {
                throw new SecurityConfigException(
                        "auth.jwt.jwks: no list of keys (expected: {\"keys\": [...]}, at most " + MAX_KEYS + "), at "
                                + place);
            }
            List<JsonObject> found = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                found.add(keys.getJsonObject(i));
            }
            return found;
        } catch (DecodeException | ClassCastException e) {
            throw new SecurityConfigException(
                    "auth.jwt.jwks: no JSON Web Key Set (expected: {\"keys\": [...]}), at " + place, e);
        }
    }

    /** The allowed algorithms that a key is for; none for one that is not for verifying, or too weak. */
    private static List<String> algorithms(JsonObject key) {
        if (!"sig".equals(key.getValue("use", "sig")) || key.containsKey("d")) {
            return List.of();
        }
        List<String> byType = switch (String.valueOf(key.getValue("kty"))) {
            case "RSA" ->
                isStrong(key) ? List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512") : List.<String>of();
            case "EC" ->
                switch (String.valueOf(key.getValue("crv"))) {
                    case "P-256" -> List.of("ES256");
                    case "P-384" -> List.of("ES384");
                    case "P-521" -> List.of("ES512");
                    default -> List.<String>of();
                };
            case "OKP" -> "Ed25519".equals(key.getValue("crv")) ? List.of("EdDSA") : List.<String>of();
            default -> List.of();
        };
        Object said = key.getValue("alg");
        return said == null ? byType : byType.stream().filter(said::equals).toList();
    }

    private static boolean isStrong(JsonObject key) {
        try {
            return Base64.getUrlDecoder().decode(key.getString("n", "")).length >= MIN_RSA_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a key has an id, or has none and could be meant by any. */
    boolean mayHave(String id) {
        return ids.contains(id) || ids.contains("");
    }

    JWTAuth verifier() {
        return verifier;
    }
}
