package dev.slipway.server.security;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a provider: read from a file or an address, read again when asked to, the old ones kept if that fails. Thread-safe.
 *
 * <p>Source: OpenID Connect Discovery 1.0, section 4.
 */
final class KeySetSource {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 1 << 20;

    /** Tokens with ids that nobody knows must not make this server flood the provider. */
    private static final long MIN_NANOS_BETWEEN = Duration.ofSeconds(10).toNanos();

    private final Vertx vertx;
    private final JwtOptions options;
    private final long minNanosBetween;
    private volatile @Nullable JsonWebKeys keys;
    private @Nullable Future<JsonWebKeys> pending;
    private long lastNanos;

    KeySetSource(Vertx vertx, JwtOptions options) {
        this(vertx, options, MIN_NANOS_BETWEEN);
    }

    KeySetSource(Vertx vertx, JwtOptions options, long minNanosBetween) {
        this.vertx = vertx;
        this.options = options;
        this.minNanosBetween = minNanosBetween;
    }

    /** The keys as they were last read; empty if they never could be. */
    Optional<JsonWebKeys> current() {
        return Optional.ofNullable(keys);
    }

    /** Reads the keys again, once for all who ask meanwhile; what was read lately is not read again. */
    synchronized Future<JsonWebKeys> refresh() {
        JsonWebKeys known = keys;
        if (pending != null && !pending.isComplete()) {
            return pending;
        }
        if (known != null && System.nanoTime() - lastNanos < minNanosBetween) {
            return Future.succeededFuture(known);
        }
        lastNanos = System.nanoTime();
        pending = vertx.executeBlocking(this::read, false);
        return pending;
    }

    /**
     * Reads the keys, on the calling thread.
     *
     * @return the keys, which are the current ones from now on
     * @throws SecurityConfigException if there are none
     * @throws IOException if they cannot be read
     */
    JsonWebKeys read() throws IOException {
        JsonWebKeys read = options.jwksFile().isPresent()
                ? readFrom(options.jwksFile().get())
                : readFrom(options.jwksUrl().isPresent() ? options.jwksUrl().get() : discover());
        keys = read;
        return read;
    }

    /**
     * Reads the keys unless that was done.
     *
     * @throws SecurityConfigException if there are none
     * @throws UncheckedIOException if they cannot be read
     */
    void requireKeys() {
        try {
            if (keys == null) {
                read();
            }
        } catch (IOException e) {
            String what = options.jwksFile()
                    .map(Path::toString)
                    .or(options::jwksUrl)
                    .or(options::issuer)
                    .orElse("");
            throw new UncheckedIOException("auth.jwt: keys of " + what + " cannot be read: " + e, e);
        }
    }

    private JsonWebKeys readFrom(Path file) throws IOException {
        return JsonWebKeys.parse(vertx, Files.readString(file), file.toString());
    }

    private JsonWebKeys readFrom(String address) throws IOException {
        return JsonWebKeys.parse(vertx, fetch(address), address);
    }

    /** Where the provider says that its keys are. */
    private String discover() throws IOException {
        String issuer = options.issuer().orElseThrow();
        String address = issuer.replaceAll("/$", "") + "/.well-known/openid-configuration";
        try {
            JsonObject found = new JsonObject(fetch(address));
            if (!issuer.equals(found.getValue("issuer"))) {
                throw new SecurityConfigException("auth.jwt.issuer: " + issuer + " (expected: the issuer that "
                        + address + " names, " + found.getValue("issuer") + ")");
            }
            return String.valueOf(found.getValue("jwks_uri"));
        } catch (DecodeException e) {
            throw new SecurityConfigException("auth.jwt.issuer: " + issuer + " (expected: JSON at " + address + ")", e);
        }
    }

    private static String fetch(String address) throws IOException {
        HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
        HttpRequest request = HttpRequest.newBuilder(JwtOptions.requireSafe("jwks-url", address))
                .timeout(TIMEOUT)
                .header("accept", "application/json")
                .build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] bytes = body.readNBytes(MAX_BYTES);
                if (response.statusCode() != 200 || bytes.length == MAX_BYTES) {
                    throw new IOException(address + ": status " + response.statusCode() + " and " + bytes.length
                            + " bytes (expected: 200 and less than 1MiB)");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            }
        } catch (IllegalArgumentException e) {
            throw new SecurityConfigException("auth.jwt: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(address + ": interrupted", e);
        }
    }
}
