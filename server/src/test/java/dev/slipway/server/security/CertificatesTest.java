package dev.slipway.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files are checked before they are used, and refused by name. */
final class CertificatesTest {
    private static final Clock NOW = Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static void read(Path certificate, Path key) {
        Certificates.read(TlsOptions.of(certificate, key), NOW);
    }

    /** PKCS #8, SEC 1 and PKCS #1: what OpenSSL, certbot and cert-manager write. */
    @ParameterizedTest
    @CsvSource({
        "server.pem, server.key",
        "server.pem, server-sec1.key",
        "renewed.pem, renewed.key",
        "renewed.pem, renewed-pkcs1.key"
    })
    void takeEveryFormOfAKey(String certificate, String key) {
        assertThat(Certificates.read(TlsOptions.of(Tls.file(certificate), Tls.file(key)), NOW)
                        .getEnabledSecureTransportProtocols())
                .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server.pem | reader.key | the private key of tls.certificate, which is of CN=server)",
                "server.pem | renewed.key | the private key of tls.certificate, of the kind EC)",
                "server.pem | server.pem | a PEM file with -----BEGIN PRIVATE KEY-----)",
                "server.key | server.key | a PEM file with -----BEGIN CERTIFICATE-----)",
                "server.pem | server-encrypted.key | a key without; 'openssl pkey -in server-encrypted.key' writes it)",
            })
    void refuseWhatDoesNotFit(String certificate, String key, String expected) {
        assertThatThrownBy(() -> read(Tls.file(certificate), Tls.file(key)))
                .isInstanceOf(SecurityConfigException.class)
                .hasMessageStartingWith("tls.")
                .hasMessageEndingWith("(expected: " + expected);
    }

    @Test
    void refuseACertificateThatIsNotInForce() {
        for (String time : new String[] {"2000-01-01T00:00:00Z", "2200-01-01T00:00:00Z"}) {
            Clock then = Clock.fixed(Instant.parse(time), ZoneOffset.UTC);

            assertThatThrownBy(() ->
                            Certificates.read(TlsOptions.of(Tls.file("server.pem"), Tls.file("server.key")), then))
                    .isInstanceOf(SecurityConfigException.class)
                    .hasMessageContaining("(expected: one in force now, " + time + ")");
        }
    }

    @Test
    void refuseBrokenFiles(@TempDir Path directory) throws IOException {
        Path broken = directory.resolve("broken.pem");
        String whole = Files.readString(Tls.file("server.pem"));
        Files.writeString(broken, whole.replace("MII", "MIJ"));
        assertThatThrownBy(() -> read(broken, Tls.file("server.key"))).isInstanceOf(SecurityConfigException.class);

        Files.writeString(broken, whole.substring(0, whole.indexOf("-----END")));
        assertThatThrownBy(() -> read(broken, Tls.file("server.key"))).isInstanceOf(SecurityConfigException.class);

        Files.write(broken, new byte[2 << 20]);
        assertThatThrownBy(() -> read(broken, Tls.file("server.key"))).hasMessageContaining("at most 1MiB");

        assertThatThrownBy(() -> read(directory.resolve("none.pem"), Tls.file("server.key")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("tls.certificate: ");
    }
}
