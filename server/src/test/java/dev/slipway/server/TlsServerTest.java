package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.security.SecurityConfigException;
import dev.slipway.server.security.SecurityOptions;
import dev.slipway.server.security.Tls;
import dev.slipway.server.security.TlsOptions;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS over real sockets. */
final class TlsServerTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(2);
    private static final TlsOptions TLS = TlsOptions.of(Tls.file("server.pem"), Tls.file("server.key"));

    private static ModelServer start(TlsOptions tls) {
        return ModelServer.start(OPTIONS.withSecurity(SecurityOptions.defaults().withTls(tls)), List.of(Models.line()));
    }

    private static HttpResponse<String> get(ModelServer server, SSLContext client, HttpClient.Version version)
            throws IOException {
        HttpClient http =
                HttpClient.newBuilder().sslContext(client).version(version).build();
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(server.address() + "/prediction/10"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void speaksBothVersionsOfHttp() throws IOException {
        try (ModelServer server = start(TLS)) {
            assertThat(server.address()).startsWith("https://");
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpResponse<String> answer = get(server, Tls.client(), version);

                assertThat(answer.body()).isEqualTo("{\"prediction\":[[31.0]]}");
                assertThat(answer.version()).isEqualTo(version);
                assertThat(answer.headers().firstValue("strict-transport-security"))
                        .contains("max-age=31536000");
            }
        }
    }

    @Test
    void answersCallsOfGrpcFromClientsWithACertificate() throws IOException {
        TlsOptions required =
                TLS.withClients(Tls.file("authority.pem"), TlsOptions.Requirement.REQUIRED, List.of("operator"));
        try (ModelServer server = start(required);
                GrpcClient reader = grpc(server, Optional.of("reader"));
                GrpcClient anybody = grpc(server, Optional.empty())) {
            assertThat(reader.infer("line", 10).getOutputs(0).getContents().getFp32Contents(0))
                    .isEqualTo(31f);
            assertThatThrownBy(() -> anybody.infer("line", 10)).hasMessageStartingWith("UNAVAILABLE");
        }
    }

    private static GrpcClient grpc(ModelServer server, Optional<String> client) throws IOException {
        SslContextBuilder tls = GrpcSslContexts.forClient()
                .trustManager(Tls.file("authority.pem").toFile());
        client.ifPresent(name -> tls.keyManager(
                Tls.file(name + ".pem").toFile(), Tls.file(name + ".key").toFile()));
        return new GrpcClient(NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .sslContext(tls.build())
                .build());
    }

    @Test
    void speaksNothingElse() {
        try (ModelServer server = start(TLS)) {
            assertThat(RawHttp.send(server.port(), "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void answersClientsWithACertificateOnly() throws IOException {
        TlsOptions required =
                TLS.withClients(Tls.file("authority.pem"), TlsOptions.Requirement.REQUIRED, List.of("operator"));
        try (ModelServer server = start(required)) {
            for (HttpClient.Version version : HttpClient.Version.values()) {
                assertThat(get(server, Tls.client("reader"), version).statusCode())
                        .isEqualTo(200);
                assertThatThrownBy(() -> get(server, Tls.client(), version)).isInstanceOf(IOException.class);
                assertThatThrownBy(() -> get(server, Tls.client("outsider"), version))
                        .as("of another authority")
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void answersOthersWith401IfACertificateIsOptional() throws IOException {
        TlsOptions optional = TLS.withClients(Tls.file("authority.pem"), TlsOptions.Requirement.OPTIONAL, List.of());
        try (ModelServer server = start(optional)) {
            for (HttpClient.Version version : HttpClient.Version.values()) {
                assertThat(get(server, Tls.client("reader"), version).statusCode())
                        .isEqualTo(200);
                assertThat(get(server, Tls.client(), version).statusCode()).isEqualTo(401);
            }
        }
    }

    @Test
    void takesUpANewCertificateAndKeepsItsConnections(@TempDir Path directory) throws IOException {
        Path certificate = directory.resolve("tls.pem");
        Path key = directory.resolve("tls.key");
        copy("server", certificate, key);
        SecurityOptions options = SecurityOptions.defaults().withTls(TlsOptions.of(certificate, key));
        try (ModelServer server = ModelServer.start(OPTIONS.withSecurity(options), List.of(Models.line()));
                SSLSocket before = connect(server)) {
            assertThat(subject(before)).isEqualTo("CN=server");
            assertThat(ask(before)).endsWith("{\"prediction\":[[31.0]]}");

            copy("renewed", certificate, key);
            server.reload(options);

            for (int i = 0; i < 20; i++) {
                try (SSLSocket after = connect(server)) {
                    assertThat(subject(after)).isEqualTo("CN=renewed");
                    assertThat(ask(after)).endsWith("{\"prediction\":[[31.0]]}");
                }
            }
            assertThat(ask(before)).endsWith("{\"prediction\":[[31.0]]}");
        }
    }

    @Test
    void keepsItsCertificateIfTheNewOneDoesNotFit(@TempDir Path directory) throws IOException {
        Path certificate = directory.resolve("tls.pem");
        Path key = directory.resolve("tls.key");
        copy("server", certificate, key);
        SecurityOptions options = SecurityOptions.defaults().withTls(TlsOptions.of(certificate, key));
        try (ModelServer server = ModelServer.start(OPTIONS.withSecurity(options), List.of(Models.line()))) {
            Files.copy(Tls.file("renewed.pem"), certificate, StandardCopyOption.REPLACE_EXISTING);

            assertThatThrownBy(() -> server.reload(options)).isInstanceOf(SecurityConfigException.class);
            assertThatThrownBy(() -> server.reload(SecurityOptions.defaults()))
                    .hasMessageContaining("TLS cannot begin or end in a running server");
            try (SSLSocket socket = connect(server)) {
                assertThat(subject(socket)).isEqualTo("CN=server");
            }
        }
    }

    @Test
    void doesNotStartWithAKeyOfAnotherCertificate() {
        assertThatThrownBy(() -> start(TlsOptions.of(Tls.file("server.pem"), Tls.file("reader.key"))))
                .isInstanceOf(SecurityConfigException.class)
                .hasMessageContaining("the private key of tls.certificate");
    }

    private static void copy(String name, Path certificate, Path key) throws IOException {
        Files.copy(Tls.file(name + ".pem"), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(Tls.file(name + ".key"), key, StandardCopyOption.REPLACE_EXISTING);
    }

    private static SSLSocket connect(ModelServer server) throws IOException {
        SSLSocket socket = (SSLSocket) Tls.client().getSocketFactory().createSocket("127.0.0.1", server.port());
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    private static String subject(SSLSocket socket) throws SSLException {
        X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    /** A request on a connection that stays; the answer up to the end of its body. */
    private static String ask(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /prediction/10 HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("]]}") < 0) {
            int next = in.read();
            assertThat(next).isNotNegative();
            answer.append((char) next);
        }
        return answer.toString();
    }
}
