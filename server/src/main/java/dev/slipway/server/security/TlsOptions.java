package dev.slipway.server.security;

import dev.slipway.server.config.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code tls}: the server's certificate and those of its clients.
 *
 * @param certificate the server's certificate and those that vouch for it
 * @param key its private key
 * @param clientCa who vouches for clients
 * @param clientCertificate whether clients must have a certificate
 * @param adminNames which clients are admins
 */
public record TlsOptions(
        @Setting(
                value = "PEM file of the certificate, followed by those that vouch for it. With it, the port speaks"
                        + " HTTPS (TLS 1.2 and 1.3, HTTP/2 by ALPN) and nothing else. A changed file is taken up by"
                        + " itself.",
                live = true)
        Optional<Path> certificate,

        @Setting(value = "PEM file of its private key (PKCS #8, PKCS #1 or SEC 1), without a password.", live = true)
        Optional<Path> key,

        @Setting(value = "PEM file of the authorities that vouch for clients' certificates (mutual TLS).", live = true)
        Optional<Path> clientCa,

        @Setting(
                value = "With client-ca, whether a client must show a certificate or may use a key or a token"
                        + " instead.",
                live = true)
        Requirement clientCertificate,

        @Setting(
                value = "Which certificates are an admin's: their common names or DNS names. The others may"
                        + " predict.",
                live = true)
        List<String> adminNames) {
    /** Whether something must be there. */
    public enum Requirement {
        /** A connection without it is refused. */
        REQUIRED,
        /** It counts if it is there. */
        OPTIONAL
    }

    /**
     * Checks that the options fit each other.
     *
     * @param certificate the server's certificate and those that vouch for it
     * @param key its private key
     * @param clientCa who vouches for clients
     * @param clientCertificate whether clients must have a certificate
     * @param adminNames which clients are admins
     * @throws IllegalArgumentException if one is there without another that it needs
     */
    public TlsOptions {
        if (certificate.isPresent() && key.isEmpty()) {
            throw new IllegalArgumentException("certificate: " + certificate.get() + " (expected: tls.key with it)");
        }
        if (key.isPresent() && certificate.isEmpty()) {
            throw new IllegalArgumentException("key: " + key.get() + " (expected: tls.certificate with it)");
        }
        if (clientCa.isPresent() && certificate.isEmpty()) {
            throw new IllegalArgumentException(
                    "client-ca: " + clientCa.get() + " (expected: tls.certificate and tls.key with it)");
        }
        if (!adminNames.isEmpty() && clientCa.isEmpty()) {
            throw new IllegalArgumentException("admin-names: " + adminNames + " (expected: tls.client-ca with them)");
        }
        adminNames = List.copyOf(adminNames);
    }

    /**
     * No TLS.
     *
     * @return the options used where none are given
     */
    public static TlsOptions none() {
        return new TlsOptions(Optional.empty(), Optional.empty(), Optional.empty(), Requirement.REQUIRED, List.of());
    }

    /**
     * TLS without certificates of clients.
     *
     * @param certificate PEM file of the certificate and those that vouch for it
     * @param key PEM file of its private key
     * @return the options
     */
    public static TlsOptions of(Path certificate, Path key) {
        return new TlsOptions(
                Optional.of(certificate), Optional.of(key), Optional.empty(), Requirement.REQUIRED, List.of());
    }

    /**
     * These options with mutual TLS.
     *
     * @param authorities PEM file of who vouches for clients
     * @param requirement whether clients must have a certificate
     * @param admins common names or DNS names of admins
     * @return the changed options
     */
    public TlsOptions withClients(Path authorities, Requirement requirement, List<String> admins) {
        return new TlsOptions(certificate, key, Optional.of(authorities), requirement, admins);
    }

    /**
     * Whether the port speaks TLS.
     *
     * @return true with a certificate
     */
    public boolean isOn() {
        return certificate.isPresent();
    }
}
