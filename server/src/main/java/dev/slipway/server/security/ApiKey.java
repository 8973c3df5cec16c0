package dev.slipway.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is kept of an API key: one line of a file of keys, {@code <id> <scope> <hash> <day> <name>}.
 *
 * <p>A key is {@code slipway_<id>_<secret>}, with 256 random bits in the secret. The hash is one SHA-256: what makes slow
 * hashes necessary for passwords is that people choose them, and nobody can try 2^256 keys however fast the hash.
 *
 * @param id finds the line; no secret
 * @param scope what the key allows
 * @param hash SHA-256 of the whole key, 64 hexadecimal digits
 * @param created the day it was made
 * @param name whose it is
 */
public record ApiKey(String id, Scope scope, String hash, LocalDate created, String name) {
    /** How every key begins, by which scanners for secrets find one that was published. */
    static final String PREFIX = "slipway_";

    private static final Pattern KEY = Pattern.compile(PREFIX + "(?<id>[0-9a-f]{8})_[0-9a-f]{64}");
    private static final Pattern LINE = Pattern.compile("(?<id>[0-9a-f]{8}) (?<scope>predict|admin)"
            + " (?<hash>[0-9a-f]{64}) (?<created>[0-9]{4}-[0-9]{2}-[0-9]{2}) (?<name>\\S+)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final int ID_BYTES = 4;
    private static final int SECRET_BYTES = 32;

    /**
     * Checks the name.
     *
     * @param id finds the line
     * @param scope what the key allows
     * @param hash SHA-256 of the whole key
     * @param created the day it was made
     * @param name whose it is
     * @throws IllegalArgumentException if the name could not stand in a line
     */
    public ApiKey {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name: '" + name + "' (expected: letters, digits and . _ @ -, at most 64)");
        }
    }

    /**
     * A new key.
     *
     * @param key what the client sends, to be shown once and kept nowhere
     * @param line what the server keeps
     */
    public record Created(String key, ApiKey line) {}

    /**
     * Makes a key.
     *
     * @param name whose it is
     * @param scope what it allows
     * @param random where the secret comes from
     * @param today the day
     * @return the key and its line
     * @throws IllegalArgumentException if the name could not stand in a line
     */
    public static Created create(String name, Scope scope, SecureRandom random, LocalDate today) {
        byte[] bytes = new byte[ID_BYTES + SECRET_BYTES];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes, 0, ID_BYTES);
        String key = PREFIX + id + "_" + HexFormat.of().formatHex(bytes, ID_BYTES, bytes.length);
        return new Created(key, new ApiKey(id, scope, HexFormat.of().formatHex(sha256(key)), today, name));
    }

    /** A line of a file; empty if it is none. */
    static Optional<ApiKey> parse(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Scope scope = Scope.valueOf(parts.group("scope").toUpperCase(Locale.ROOT));
        return Optional.of(new ApiKey(
                parts.group("id"),
                scope,
                parts.group("hash"),
                LocalDate.parse(parts.group("created")),
                parts.group("name")));
    }

    /** The id that a key names; empty if it is none. */
    static Optional<String> idOf(String key) {
        Matcher parts = KEY.matcher(key);
        return parts.matches() ? Optional.of(parts.group("id")) : Optional.empty();
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** In a time that tells nothing about the hash. */
    boolean matches(String key) {
        return MessageDigest.isEqual(sha256(key), HexFormat.of().parseHex(hash));
    }

    /**
     * As a file of keys has it.
     *
     * @return the line, without its end
     */
    public String line() {
        return id + " " + scope.text() + " " + hash + " " + created + " " + name;
    }
}
