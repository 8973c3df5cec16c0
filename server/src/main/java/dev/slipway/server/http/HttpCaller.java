package dev.slipway.server.http;

import dev.slipway.server.security.Caller;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What an HTTP request says of its sender. */
record HttpCaller(HttpServerRequest request) implements Caller {
    @Override
    public List<String> header(String name) {
        return request.headers().getAll(name);
    }

    @Override
    public String address() {
        return request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    }

    @Override
    public Optional<X509Certificate> certificate() {
        SSLSession session = request.sslSession();
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate first = session.getPeerCertificates()[0];
            return first instanceof X509Certificate shown ? Optional.of(shown) : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
