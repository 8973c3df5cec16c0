package dev.slipway.server.security;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A provider of tokens, made with nothing of what is tested. */
public final class Jwts {
    private final String id;
    private final String algorithm;
    private final KeyPair keys;

    private Jwts(String id, String algorithm, KeyPair keys) {
        this.id = id;
        this.algorithm = algorithm;
        this.keys = keys;
    }

    public static Jwts rsa(String id, String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new Jwts(id, algorithm, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static Jwts ec(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new Jwts(id, "ES256", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The public key, as a provider publishes it; without {@code alg}, as many do. */
    public JsonObject jwk() {
        JsonObject jwk = new JsonObject().put("kid", id).put("use", "sig");
        if (keys.getPublic() instanceof RSAPublicKey rsa) {
            return jwk.put("kty", "RSA")
                    .put("n", number(rsa.getModulus(), 0))
                    .put("e", number(rsa.getPublicExponent(), 0));
        }
        ECPublicKey ec = (ECPublicKey) keys.getPublic();
        return jwk.put("kty", "EC")
                .put("crv", "P-256")
                .put("x", number(ec.getW().getAffineX(), 32))
                .put("y", number(ec.getW().getAffineY(), 32));
    }

    public static String keySet(Jwts... providers) {
        return new JsonObject()
                .put(
                        "keys",
                        new JsonArray(Arrays.stream(providers).map(Jwts::jwk).toList()))
                .encode();
    }

    private static String number(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        byte[] padded = new byte[Math.max(length, bytes.length - start)];
        System.arraycopy(bytes, start, padded, padded.length - (bytes.length - start), bytes.length - start);
        return encode(padded);
    }

    public static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static String encode(JsonObject json) {
        return encode(json.encode().getBytes(StandardCharsets.UTF_8));
    }

    public String token(JsonObject claims) {
        return token(new JsonObject().put("alg", algorithm).put("kid", id).put("typ", "JWT"), claims);
    }

    public String token(JsonObject header, JsonObject claims) {
        String signed = encode(header) + "." + encode(claims);
        return signed + "." + encode(sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    /** As JWS has it: of EC, the two numbers and not their ASN.1. */
    private byte[] sign(byte[] content) {
        try {
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RS256" -> "SHA256withRSA";
                        case "PS256" -> "RSASSA-PSS";
                        default -> "SHA256withECDSAinP1363Format";
                    });
            if (algorithm.equals("PS256")) {
                signature.setParameter(new java.security.spec.PSSParameterSpec(
                        "SHA-256", "MGF1", java.security.spec.MGF1ParameterSpec.SHA256, 32, 1));
            }
            signature.initSign(keys.getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The public key as a secret, as somebody would use it who hopes that the server does. */
    public byte[] publicBytes() {
        return keys.getPublic().getEncoded();
    }

    public static JsonObject claims(String issuer, Object audience, long expires) {
        return new JsonObject()
                .put("iss", issuer)
                .put("aud", audience instanceof List<?> list ? new JsonArray(list) : audience)
                .put("sub", "somebody")
                .put("exp", expires)
                .put("scope", "openid slipway:predict");
    }
}
