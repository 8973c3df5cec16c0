package dev.slipway.server.security;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** What a request says of its sender. */
public interface Caller {
    /**
     * The values of a header, or of gRPC's metadata.
     *
     * @param name its name in lower case
     * @return every value in its order
     */
    List<String> header(String name);

    /**
     * Where the connection comes from.
     *
     * @return an IP address, without the port
     */
    String address();

    /**
     * The certificate by which the client made itself known; the TLS layer has checked it.
     *
     * @return empty if there is none
     */
    Optional<X509Certificate> certificate();
}
