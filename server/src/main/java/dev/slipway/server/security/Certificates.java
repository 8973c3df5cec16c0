package dev.slipway.server.security;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What a server says for itself in TLS, and whose certificates it believes: files, read and checked. */
final class Certificates {
    private static final int PROOF_BYTES = 32;

    /** Protects nothing: the key store that it is for never leaves the process. */
    private static final String IN_MEMORY = "in memory";

    private Certificates() {}

    /**
     * Reads and checks the files.
     *
     * @param options which files; with a certificate
     * @param clock tells whether certificates are in force
     * @return the TLS of a server
     * @throws SecurityConfigException if one is broken, not in force, or the key is another certificate's
     */
    static ServerSSLOptions read(TlsOptions options, Clock clock) {
        Path file = options.certificate().orElseThrow();
        Path keyFile = options.key().orElseThrow();
        List<X509Certificate> chain = Pem.certificates("tls.certificate", file);
        requireInForce(chain.get(0), file, clock);
        PrivateKey key = Pem.privateKey("tls.key", keyFile, chain.get(0).getPublicKey());
        requireMatch(chain.get(0), key, keyFile);
        ServerSSLOptions ssl = new ServerSSLOptions();
        ssl.setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
        ssl.setUseAlpn(true);
        ssl.setApplicationLayerProtocols(List.of("h2", "http/1.1"));
        ssl.setKeyCertOptions(keyStore(chain, key));
        options.clientCa().ifPresent(authorities -> {
            ssl.setTrustOptions(trustStore(Pem.certificates("tls.client-ca", authorities)));
            boolean required = options.clientCertificate() == TlsOptions.Requirement.REQUIRED;
            ssl.setClientAuth(required ? ClientAuth.REQUIRED : ClientAuth.REQUEST);
        });
        return ssl;
    }

    private static void requireInForce(X509Certificate certificate, Path file, Clock clock) {
        Instant now = clock.instant();
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        if (now.isBefore(from) || now.isAfter(to)) {
            throw new SecurityConfigException("tls.certificate: " + file + ", in force from " + from + " to " + to
                    + " (expected: one in force now, " + now + ")");
        }
    }

    /** What the key signs, the certificate's public key must confirm. */
    private static void requireMatch(X509Certificate certificate, PrivateKey key, Path file) {
        byte[] proof = new byte[PROOF_BYTES];
        new SecureRandom().nextBytes(proof);
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    });
            signature.initSign(key);
            signature.update(proof);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(proof);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new SecurityConfigException("tls.key: " + file + " (expected: a key that can sign)", e);
        }
        throw new SecurityConfigException(
                "tls.key: " + file + " (expected: the private key of tls.certificate, which is of "
                        + certificate.getSubjectX500Principal() + ")");
    }

    private static PfxOptions keyStore(List<X509Certificate> chain, PrivateKey key) {
        return inMemory(
                "tls.certificate",
                store -> store.setKeyEntry(
                        "server", key, IN_MEMORY.toCharArray(), chain.toArray(X509Certificate[]::new)));
    }

    private static PfxOptions trustStore(List<X509Certificate> authorities) {
        return inMemory("tls.client-ca", store -> {
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority" + i, authorities.get(i));
            }
        });
    }

    /** Puts entries into a key store. */
    private interface Entries {
        void addTo(KeyStore store) throws GeneralSecurityException;
    }

    /** As bytes, because Vert.x's wrappers of what Java has ready need a logging library. */
    private static PfxOptions inMemory(String key, Entries entries) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, IN_MEMORY.toCharArray());
            entries.addTo(store);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, IN_MEMORY.toCharArray());
            return new PfxOptions().setPassword(IN_MEMORY).setValue(Buffer.buffer(bytes.toByteArray()));
        } catch (GeneralSecurityException | IOException e) {
            throw new SecurityConfigException(key + ": certificates that Java does not take", e);
        }
    }
}
