package dev.slipway.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.Eventually;
import dev.slipway.server.security.Admission.Admitted;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change while a server runs. */
final class SecurityTest {
    @TempDir
    Path directory;

    private Path keys;
    private final List<Security> watching = new ArrayList<>();
    private Vertx vertx;

    @BeforeEach
    void start() {
        keys = directory.resolve("keys");
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() {
        watching.forEach(Security::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Security watching(SecurityOptions options) {
        Security security = new Security(vertx, options, Clock.systemUTC(), Duration.ofMillis(10));
        watching.add(security);
        return security;
    }

    private String addKey(String name) {
        ApiKey.Created created = ApiKey.create(name, Scope.PREDICT, new SecureRandom(), LocalDate.EPOCH);
        ApiKeys.add(keys, created.line());
        return created.key();
    }

    private static boolean letsIn(Security security, String key) {
        Caller caller = new Caller() {
            @Override
            public List<String> header(String name) {
                return name.equals("x-api-key") ? List.of(key) : List.of();
            }

            @Override
            public String address() {
                return "192.0.2.1";
            }

            @Override
            public Optional<java.security.cert.X509Certificate> certificate() {
                return Optional.empty();
            }
        };
        return security.gate().admit(caller).result() instanceof Admitted;
    }

    private static void await(BooleanSupplier condition) {
        Eventually.holds(() -> assertThat(condition.getAsBoolean()).isTrue());
    }

    @Test
    void takesUpKeysThatAreAddedAndRevoked() {
        String first = addKey("first");
        Security security = watching(
                SecurityOptions.defaults().withAuth(AuthOptions.defaults().withKeys(keys)));
        assertThat(letsIn(security, first)).isTrue();

        String second = addKey("second");
        await(() -> letsIn(security, second));
        ApiKeys.remove(keys, "first");
        await(() -> !letsIn(security, first));
        assertThat(letsIn(security, second)).isTrue();
    }

    @Test
    void keepsTheKeysIfTheFileBreaksAndTakesItUpWhenItIsGoodAgain() throws IOException {
        String first = addKey("first");
        Security security = watching(
                SecurityOptions.defaults().withAuth(AuthOptions.defaults().withKeys(keys)));
        Files.writeString(keys, "broken");
        CompletableFuture<Void> looked = new CompletableFuture<>();
        vertx.setTimer(100, timer -> looked.complete(null));
        looked.join();
        assertThat(letsIn(security, first)).isTrue();

        Files.delete(keys);
        String second = addKey("second");

        await(() -> letsIn(security, second));
        assertThat(letsIn(security, first)).isFalse();
    }

    @Test
    void tellsOfNewCertificatesOnceTheyFit() throws IOException {
        Path certificate = directory.resolve("tls.pem");
        Path key = directory.resolve("tls.key");
        Files.copy(Tls.file("server.pem"), certificate);
        Files.copy(Tls.file("server.key"), key);
        Security security = watching(SecurityOptions.defaults().withTls(TlsOptions.of(certificate, key)));
        CompletableFuture<Object> told = new CompletableFuture<>();
        security.onNewCertificate(ssl -> {
            told.complete(ssl);
            return io.vertx.core.Future.succeededFuture();
        });

        Files.copy(Tls.file("renewed.pem"), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(Tls.file("renewed.key"), key, StandardCopyOption.REPLACE_EXISTING);

        assertThat(told.orTimeout(60, TimeUnit.SECONDS).join())
                .isSameAs(security.ssl().orElseThrow());
    }
}
