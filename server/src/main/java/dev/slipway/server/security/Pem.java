package dev.slipway.server.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys in PEM files.
 *
 * <p>Source: RFC 7468 (PEM), RFC 5958 (PKCS #8), RFC 8017 appendix A.1.2 (PKCS #1), RFC 5915 (SEC 1).
 */
final class Pem {
    private static final long MAX_BYTES = 1 << 20;
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN (?<label>[A-Z0-9 ]+)-----(?<base64>[A-Za-z0-9+/=\\s]+)-----END \\k<label>-----");

    /** ASN.1: a sequence, an octet string, the integer 0. */
    private static final int SEQUENCE = 0x30;

    private static final int OCTET_STRING = 0x04;
    private static final byte[] ZERO = {0x02, 0x01, 0x00};

    private Pem() {}

    /**
     * One of the parts of a file.
     *
     * @param label what it is
     * @param base64 the text between its lines
     */
    private record Block(String label, String base64) {
        byte[] content(String key, Path file) {
            try {
                return Base64.getMimeDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new SecurityConfigException(key + ": " + file + " (expected: PEM, which is Base64)", e);
            }
        }
    }

    /** Every certificate of a file, in its order; at least one. */
    static List<X509Certificate> certificates(String key, Path file) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(key, file)) {
            if (block.label().equals("CERTIFICATE")) {
                certificates.add(certificate(key, file, block.content(key, file)));
            }
        }
        if (certificates.isEmpty()) {
            throw new SecurityConfigException(
                    key + ": " + file + " (expected: a PEM file with -----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    private static X509Certificate certificate(String key, Path file, byte[] content) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(content));
        } catch (CertificateException e) {
            throw new SecurityConfigException(key + ": " + file + " (expected: certificates that can be read)", e);
        }
    }

    /** The only private key of a file, of the algorithm that a public key has. */
    static PrivateKey privateKey(String key, Path file, PublicKey of) {
        for (Block block : blocks(key, file)) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return privateKey(key, file, of, block.content(key, file));
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
                    return privateKey(key, file, of, asPkcs8(of, block.content(key, file)));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new SecurityConfigException(
                            key + ": " + file + ", which has a password (expected: a key without; 'openssl pkey -in "
                                    + file.getFileName() + "' writes it)");
                default -> {
                    // Parameters of curves stand before their key.
                }
            }
        }
        throw new SecurityConfigException(
                key + ": " + file + " (expected: a PEM file with -----BEGIN PRIVATE KEY-----)");
    }

    private static PrivateKey privateKey(String key, Path file, PublicKey of, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(of.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new SecurityConfigException(
                    key + ": " + file + " (expected: the private key of tls.certificate, of the kind "
                            + of.getAlgorithm() + ")",
                    e);
        }
    }

    /**
     * Older forms leave out which algorithm the key is for. It is the one of its public key, whose encoding begins with it:
     * {@code SEQUENCE { algorithm, BIT STRING }}.
     */
    private static byte[] asPkcs8(PublicKey of, byte[] key) {
        byte[] encoded = of.getEncoded();
        int start = 1 + lengthOfLength(encoded, 1);
        int length = 1 + lengthOfLength(encoded, start + 1) + (encoded[start + 1] & 0x7f);
        byte[] algorithm = java.util.Arrays.copyOfRange(encoded, start, start + length);
        return block(SEQUENCE, ZERO, algorithm, block(OCTET_STRING, key));
    }

    /** Algorithms are shorter than 128 bytes, so theirs is one byte; that of the whole may be more. */
    private static int lengthOfLength(byte[] encoded, int at) {
        int first = encoded[at] & 0xff;
        return first < 0x80 ? 1 : 1 + (first & 0x7f);
    }

    private static byte[] block(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(tag);
        if (length >= 0x80) {
            int bytes = length >= 0x100 ? 2 : 1;
            block.write(0x80 | bytes);
            if (bytes == 2) {
                block.write(length >> 8);
            }
        }
        block.write(length);
        block.writeBytes(content.toByteArray());
        return block.toByteArray();
    }

    private static List<Block> blocks(String key, Path file) {
        List<Block> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(text(key, file));
        while (block.find()) {
            blocks.add(new Block(block.group("label"), block.group("base64")));
        }
        return blocks;
    }

    private static String text(String key, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new SecurityConfigException(
                        key + ": " + file + " of " + Files.size(file) + " bytes (expected: a PEM file, at most 1MiB)");
            }
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(key + ": " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
