package dev.slipway.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.security.Admission.Admitted;
import dev.slipway.server.security.Admission.Reason;
import dev.slipway.server.security.Admission.Refused;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, whatever the protocol. */
final class GateTest {
    @TempDir
    Path directory;

    private Path file;
    private String key;

    @BeforeEach
    void makeAKey() {
        file = directory.resolve("keys");
        ApiKey.Created created = ApiKey.create("ci", Scope.PREDICT, new SecureRandom(), LocalDate.EPOCH);
        ApiKeys.add(file, created.line());
        key = created.key();
    }

    private record Request(Map<String, List<String>> headers, String address, Optional<X509Certificate> certificate)
            implements Caller {
        static Request with(String name, String... values) {
            return new Request(Map.of(name, List.of(values)), "192.0.2.1", Optional.empty());
        }

        @Override
        public List<String> header(String name) {
            return headers.getOrDefault(name, List.of());
        }
    }

    private Gate gate(SecurityOptions options) {
        return new Gate(options, ApiKeys.read(file), Optional.empty());
    }

    private SecurityOptions withKeys() {
        return SecurityOptions.defaults().withAuth(AuthOptions.defaults().withKeys(file));
    }

    private static Admission admit(Gate gate, Caller caller) {
        return gate.admit(caller).result();
    }

    private static Reason reason(Gate gate, Caller caller) {
        return ((Refused) admit(gate, caller)).reason();
    }

    @Test
    void isOpenWhereNobodyHasToBeKnown() {
        Admitted anybody = new Admitted(Identity.ANYBODY);

        assertThat(admit(gate(SecurityOptions.defaults()), Request.with("x"))).isEqualTo(anybody);
        assertThat(admit(gate(SecurityOptions.defaults()), Request.with("authorization", "Bearer x")))
                .isEqualTo(anybody);
        AuthOptions off = AuthOptions.defaults().withKeys(file).withMode(AuthOptions.Mode.NONE);
        assertThat(admit(gate(SecurityOptions.defaults().withAuth(off)), Request.with("x")))
                .isEqualTo(anybody);
    }

    @Test
    void takesAKeyInEitherHeader() {
        Admitted ci = new Admitted(new Identity("key:ci", Scope.PREDICT));

        assertThat(admit(gate(withKeys()), Request.with("authorization", "Bearer " + key)))
                .isEqualTo(ci);
        assertThat(admit(gate(withKeys()), Request.with("authorization", "bearer   " + key)))
                .isEqualTo(ci);
        assertThat(admit(gate(withKeys()), Request.with("x-api-key", key))).isEqualTo(ci);
    }

    @Test
    void refusesWhatIsNoKey() {
        Gate gate = gate(withKeys());
        for (String header :
                List.of("", "Bearer", "Bearer ", "Basic " + key, key, "Bearer " + key + "x", "Bearer a.b.c")) {
            assertThat(reason(gate, Request.with("authorization", header)))
                    .as(header)
                    .isEqualTo(Reason.UNAUTHENTICATED);
        }
        assertThat(reason(gate, Request.with("authorization", "Bearer " + key, "Bearer " + key)))
                .isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(reason(
                        gate,
                        new Request(
                                Map.of("authorization", List.of("Bearer " + key), "x-api-key", List.of(key)),
                                "192.0.2.1",
                                Optional.empty())))
                .isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(((Refused) admit(gate, Request.with("x"))).message())
                .isEqualTo("expected: the header 'Authorization: Bearer ...'");
    }

    @Test
    void knowsClientsByTheirCertificates() {
        TlsOptions tls = TlsOptions.of(Tls.file("server.pem"), Tls.file("server.key"))
                .withClients(Tls.file("authority.pem"), TlsOptions.Requirement.OPTIONAL, List.of("operator.example"));
        Gate gate = gate(withKeys().withTls(tls));
        X509Certificate reader =
                Pem.certificates("test", Tls.file("reader.pem")).get(0);
        X509Certificate operator =
                Pem.certificates("test", Tls.file("operator.pem")).get(0);

        assertThat(admit(gate, new Request(Map.of(), "192.0.2.1", Optional.of(reader))))
                .isEqualTo(new Admitted(new Identity("certificate:reader", Scope.PREDICT)));
        assertThat(admit(gate, new Request(Map.of(), "192.0.2.1", Optional.of(operator))))
                .isEqualTo(new Admitted(new Identity("certificate:operator", Scope.ADMIN)));
        assertThat(reason(gate, new Request(Map.of("x-api-key", List.of("wrong")), "", Optional.of(operator))))
                .as("a wrong key is not made good by a certificate")
                .isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(((Refused) admit(gate, Request.with("x"))).message())
                .isEqualTo("expected: the header 'Authorization: Bearer ...' or a client certificate");
        assertThat(reason(gate(withKeys()), new Request(Map.of(), "", Optional.of(reader))))
                .as("without tls.client-ca no certificate counts")
                .isEqualTo(Reason.UNAUTHENTICATED);
    }

    @Test
    void limitsEachKeyAndEachAddressOfStrangers() {
        RateLimitOptions twoADay = new RateLimitOptions(1e-5, 2, RateLimitOptions.Per.KEY);
        Gate gate = gate(withKeys().withRateLimit(twoADay));
        Caller known = Request.with("x-api-key", key);
        Caller stranger = Request.with("x-api-key", "guess");

        assertThat(admit(gate, known)).isInstanceOf(Admitted.class);
        assertThat(reason(gate, stranger)).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(reason(gate, stranger)).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(reason(gate, stranger)).isEqualTo(Reason.RATE_LIMITED);
        assertThat(admit(gate, known)).isInstanceOf(Admitted.class);
        Refused refused = (Refused) admit(gate, known);
        assertThat(refused.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(refused.retryAfter()).isPositive();
    }

    @Test
    void limitsAddressesWhereNobodyHasToBeKnown() {
        RateLimitOptions oneADay = new RateLimitOptions(1e-5, 1, RateLimitOptions.Per.KEY);
        Gate gate = gate(SecurityOptions.defaults().withRateLimit(oneADay));

        assertThat(admit(gate, new Request(Map.of(), "2001:db8:1:2::1", Optional.empty())))
                .isInstanceOf(Admitted.class);
        assertThat(reason(gate, new Request(Map.of(), "2001:db8:1:2:ffff::2", Optional.empty())))
                .as("the same /64 network")
                .isEqualTo(Reason.RATE_LIMITED);
        assertThat(admit(gate, new Request(Map.of(), "2001:db8:1:3::1", Optional.empty())))
                .isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7"})
    void openToOtherMachinesNeedsAuthentication(String host) {
        assertThatThrownBy(() -> SecurityOptions.defaults().requireFit(host))
                .isInstanceOf(SecurityConfigException.class)
                .hasMessageStartingWith("serve.host: " + host + " (expected: 127.0.0.1, or authentication")
                .hasMessageContaining("slipway keys create")
                .hasMessageContaining("--no-auth");
        assertThatCode(() -> withKeys().requireFit(host)).doesNotThrowAnyException();
        AuthOptions none = AuthOptions.defaults().withMode(AuthOptions.Mode.NONE);
        assertThatCode(() -> SecurityOptions.defaults().withAuth(none).requireFit(host))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.1.2.3"})
    void openToThisMachineNeedsNone(String host) {
        assertThatCode(() -> SecurityOptions.defaults().requireFit(host)).doesNotThrowAnyException();
    }
}
