package dev.slipway.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.security.Admission.Admitted;
import dev.slipway.server.security.Admission.Refused;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that a provider signed count, and no others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokensTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final long SOON = NOW.getEpochSecond() + 300;
    private static final String ISSUER = "https://id.example.com/realm";

    private final Jwts rsa = Jwts.rsa("r1", "RS256", 2048);
    private final Jwts ec = Jwts.ec("e1");

    @TempDir
    Path directory;

    private Vertx vertx;

    @BeforeAll
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Tokens tokens(String keySet, JwtOptions options, long nanosBetween) {
        try {
            Path file = directory.resolve("jwks.json");
            Files.writeString(file, keySet);
            KeySetSource source = new KeySetSource(vertx, options.withJwksFile(file), nanosBetween);
            source.read();
            return new Tokens(
                    options, source, vertx.createSharedWorkerExecutor("tokens", 1), Clock.fixed(NOW, ZoneOffset.UTC));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Tokens tokens() {
        return tokens(Jwts.keySet(rsa, ec), JwtOptions.of(ISSUER, "slipway"), Long.MAX_VALUE);
    }

    private static Admission admit(Tokens tokens, String token) {
        return tokens.admit(token).toCompletionStage().toCompletableFuture().join();
    }

    private static JsonObject claims() {
        return Jwts.claims(ISSUER, "slipway", SOON);
    }

    private static String refusal(Tokens tokens, String token) {
        Admission admission = admit(tokens, token);
        assertThat(admission).isInstanceOf(Refused.class);
        return ((Refused) admission).message();
    }

    @Test
    void areOfWhoeverTheSubjectIs() {
        Admitted predict = new Admitted(new Identity("token:somebody", Scope.PREDICT));

        assertThat(admit(tokens(), rsa.token(claims()))).isEqualTo(predict);
        assertThat(admit(tokens(), ec.token(claims()))).isEqualTo(predict);
        assertThat(admit(tokens(), rsa.token(claims().put("aud", new JsonArray(List.of("other", "slipway"))))))
                .isEqualTo(predict);
        assertThat(admit(tokens(), rsa.token(claims().put("scope", "slipway:predict slipway:admin"))))
                .isEqualTo(new Admitted(new Identity("token:somebody", Scope.ADMIN)));
        assertThat(admit(tokens(), rsa.token(claims().put("sub", "two\nlines"))))
                .isEqualTo(new Admitted(new Identity("token:two?lines", Scope.PREDICT)));
    }

    @Test
    void mayBeSignedWithAnyOfTheAlgorithmsOfAKeyThatSaysNone() {
        Jwts pss = Jwts.rsa("p1", "PS256", 2048);

        assertThat(admit(tokens(Jwts.keySet(pss), JwtOptions.of(ISSUER, "slipway"), 0), pss.token(claims())))
                .isInstanceOf(Admitted.class);
    }

    @Test
    void areRefusedForTheirClaims() {
        assertThat(refusal(tokens(), rsa.token(claims().put("iss", ISSUER + "/"))))
                .contains("iss is not");
        assertThat(refusal(tokens(), rsa.token(claims().put("aud", "other")))).contains("aud is not");
        JsonObject noAudience = claims();
        noAudience.remove("aud");
        assertThat(refusal(tokens(), rsa.token(noAudience))).contains("aud is not");
        JsonObject forEver = claims();
        forEver.remove("exp");
        assertThat(refusal(tokens(), rsa.token(forEver))).contains("exp is missing");
        assertThat(refusal(tokens(), rsa.token(claims().put("exp", "soon")))).contains("expected: a token");
        assertThat(refusal(tokens(), rsa.token(claims().put("nbf", "soon")))).contains("nbf");
    }

    /** 30 s by default, to the second. */
    @Test
    void countAsLongAsClocksMayDiffer() {
        long now = NOW.getEpochSecond();

        assertThat(admit(tokens(), rsa.token(claims().put("exp", now - 29)))).isInstanceOf(Admitted.class);
        assertThat(refusal(tokens(), rsa.token(claims().put("exp", now - 30)))).contains("expired");
        assertThat(admit(tokens(), rsa.token(claims().put("nbf", now + 30)))).isInstanceOf(Admitted.class);
        assertThat(refusal(tokens(), rsa.token(claims().put("nbf", now + 31)))).contains("nbf");
    }

    @Test
    void withoutAScopeAreKnownButMayNothing() {
        Admission admission = admit(tokens(), rsa.token(claims().put("scope", "slipway:predictions")));

        assertThat(((Refused) admission).reason()).isEqualTo(Admission.Reason.FORBIDDEN);
        assertThat(((Refused) admission).message()).contains("slipway:predict");
    }

    @Test
    void sayTheirScopesWhereConfigured() {
        JwtOptions roles = JwtOptions.of(ISSUER, "slipway")
                .withScopes(new JwtOptions.Scopes("realm_access.roles", "user", "boss"));
        JsonObject claims =
                claims().put("realm_access", new JsonObject().put("roles", new JsonArray(List.of("boss", 1))));

        assertThat(admit(tokens(Jwts.keySet(rsa), roles, 0), rsa.token(claims)))
                .isEqualTo(new Admitted(new Identity("token:somebody", Scope.ADMIN)));
    }

    @Test
    void withoutASignatureAreRefused() {
        String none = Jwts.encode(new JsonObject().put("alg", "none")) + "." + Jwts.encode(claims());
        String[] signed = rsa.token(claims()).split("\\.");

        for (String token : List.of(
                none,
                none + ".",
                none + "." + signed[2],
                signed[0] + "." + signed[1],
                signed[0] + "." + signed[1] + ".",
                signed[0] + ".." + signed[2],
                rsa.token(claims()) + ".x",
                Jwts.encode(new JsonObject().put("alg", "None")) + "." + Jwts.encode(claims()) + "." + signed[2],
                Jwts.encode(new JsonObject()) + "." + Jwts.encode(claims()) + "." + signed[2],
                "",
                ".",
                "..",
                "a.b.c",
                "\u0000.\u0000.\u0000",
                "x".repeat(100_000))) {
            assertThat(admit(tokens(), token)).as(token).isInstanceOf(Refused.class);
        }
    }

    /** The public key, used as a secret, must not make a signature that counts. */
    @Test
    void signedWithThePublicKeyAreRefused() throws GeneralSecurityException {
        String content =
                Jwts.encode(new JsonObject().put("alg", "HS256").put("kid", "r1")) + "." + Jwts.encode(claims());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(rsa.publicBytes(), "HmacSHA256"));
        String forged = content + "." + Jwts.encode(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));

        assertThat(refusal(tokens(), forged)).contains("RS256 to EdDSA");
    }

    @Test
    void changedAfterSigningAreRefused() {
        String[] signed = rsa.token(claims()).split("\\.");
        String changed = signed[0] + "." + Jwts.encode(claims().put("scope", "slipway:admin")) + "." + signed[2];

        assertThat(refusal(tokens(), changed)).contains("signed with a key of the issuer");
        assertThat(refusal(tokens(), Jwts.ec("e1").token(claims()))).contains("signed with a key of the issuer");
        assertThat(refusal(
                        tokens(), rsa.token(new JsonObject().put("alg", "ES256").put("kid", "e1"), claims())))
                .contains("signed with a key of the issuer");
        assertThat(refusal(
                        tokens(),
                        rsa.token(
                                new JsonObject()
                                        .put("alg", "RS256")
                                        .put("kid", "r1")
                                        .put("crit", new JsonArray()),
                                claims())))
                .contains("no crit");
    }

    /** A symmetric or a weak key in the set is no key; a set without any other is refused as a whole. */
    @Test
    void keySetsHaveStrongPublicKeysOnly() {
        JsonObject secret = new JsonObject()
                .put("kty", "oct")
                .put("k", Jwts.encode(new byte[32]))
                .put("alg", "HS256");
        Jwts weak = Jwts.rsa("w", "RS256", 1024);
        for (String keys : List.of(
                "{\"keys\": []}",
                "{\"keys\": [" + secret.encode() + "]}",
                Jwts.keySet(weak),
                "{\"keys\": [" + ec.jwk().put("use", "enc").encode() + "]}",
                "{\"keys\": [" + ec.jwk().put("alg", "none").encode() + "]}")) {
            assertThatThrownBy(() -> JsonWebKeys.parse(vertx, keys, "here"))
                    .isInstanceOf(SecurityConfigException.class)
                    .hasMessage(
                            "auth.jwt.jwks: no usable key (expected: an RSA key of 2048 bits or more, EC or Ed25519),"
                                    + " at here");
        }
        for (String keys : List.of("", "[]", "{}", "{\"keys\": 1}", "{\"keys\": [1]}", "<html>")) {
            assertThatThrownBy(() -> JsonWebKeys.parse(vertx, keys, "here"))
                    .isInstanceOf(SecurityConfigException.class);
        }
    }

    /** The library leaves out keys that it cannot read, and takes tokens without signatures if none is left. */
    @Test
    void brokenKeysLetNobodyIn() {
        JsonObject broken = new JsonObject()
                .put("kty", "EC")
                .put("crv", "P-256")
                .put("kid", "e1")
                .put("x", "AAAA")
                .put("y", "AAAA");
        Tokens tokens = tokens(
                new JsonObject().put("keys", new JsonArray().add(broken)).encode(),
                JwtOptions.of(ISSUER, "slipway"),
                0);
        String unsigned =
                Jwts.encode(new JsonObject().put("alg", "ES256").put("kid", "e1")) + "." + Jwts.encode(claims());

        for (String token : List.of(ec.token(claims()), unsigned, unsigned + ".", unsigned + ".AAAA")) {
            assertThat(admit(tokens, token)).isInstanceOf(Refused.class);
        }
    }

    @Test
    void ofANewKeyCountAtOnce() throws IOException {
        Tokens tokens = tokens(Jwts.keySet(rsa), JwtOptions.of(ISSUER, "slipway"), 0);
        assertThat(refusal(tokens, ec.token(claims()))).contains("its kid is none of them");

        Files.writeString(directory.resolve("jwks.json"), Jwts.keySet(ec));

        assertThat(admit(tokens, ec.token(claims()))).isInstanceOf(Admitted.class);
        assertThat(refusal(tokens, rsa.token(claims()))).contains("its kid is none of them");
    }

    @Test
    void ofUnknownKeysMakeNobodyReadAllTheTime() throws IOException {
        Tokens tokens = tokens(Jwts.keySet(rsa), JwtOptions.of(ISSUER, "slipway"), Long.MAX_VALUE);

        Files.writeString(directory.resolve("jwks.json"), Jwts.keySet(ec));
        admit(tokens, ec.token(claims()));
        assertThat(admit(tokens, ec.token(claims()))).isInstanceOf(Refused.class);
        assertThat(admit(tokens, rsa.token(claims()))).isInstanceOf(Admitted.class);
    }

    /** A token is verified once; its time and the keys are looked at every time. */
    @Test
    void areRememberedUntilTheyExpireOrTheKeysChange() throws IOException {
        Path file = Files.writeString(directory.resolve("remembered.json"), Jwts.keySet(ec));
        JwtOptions options = JwtOptions.of(ISSUER, "slipway").withJwksFile(file);
        KeySetSource source = new KeySetSource(vertx, options, 0);
        source.read();
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        Clock clock = new MovingClock(now);
        Tokens tokens = new Tokens(options, source, vertx.createSharedWorkerExecutor("tokens", 1), clock);
        String token = ec.token(claims());

        assertThat(admit(tokens, token)).isInstanceOf(Admitted.class);
        assertThat(tokens.admit(token).isComplete()).isTrue();

        now.set(NOW.plusSeconds(1000));
        assertThat(refusal(tokens, token)).contains("expired");
        now.set(NOW);
        Files.writeString(file, Jwts.keySet(Jwts.ec("e1")));
        source.read();
        assertThat(refusal(tokens, token)).contains("signed with a key of the issuer");
    }

    private static final class MovingClock extends Clock {
        private final AtomicReference<Instant> now;

        MovingClock(AtomicReference<Instant> now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void areRememberedInBoundedNumber() {
        VerifiedTokens verified = new VerifiedTokens();
        JsonWebKeys keys = JsonWebKeys.parse(vertx, Jwts.keySet(ec), "here");
        for (int i = 0; i < 3 * VerifiedTokens.MAX; i++) {
            verified.put("digest" + i, keys, new Claims(claims()));
        }

        assertThat(verified.size()).isEqualTo(VerifiedTokens.MAX);
    }
}
