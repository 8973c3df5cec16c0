package dev.slipway.server.security;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Whom a certificate that the TLS layer has checked is of. */
final class ClientCertificate {
    private static final int DNS_NAME = 2;

    private ClientCertificate() {}

    static Identity identity(X509Certificate certificate, List<String> adminNames) {
        List<String> names = names(certificate);
        boolean admin = names.stream().anyMatch(adminNames::contains);
        String name = names.isEmpty() ? certificate.getSerialNumber().toString(16) : names.get(0);
        return new Identity("certificate:" + name, admin ? Scope.ADMIN : Scope.PREDICT);
    }

    /** The common names, then the DNS names. */
    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            LdapName subject =
                    new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : subject.getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    names.add(part.getValue().toString());
                }
            }
            Collection<List<?>> others = certificate.getSubjectAlternativeNames();
            for (List<?> other : Objects.requireNonNullElse(others, List.<List<?>>of())) {
                if (Integer.valueOf(DNS_NAME).equals(other.get(0))) {
                    names.add(String.valueOf(other.get(1)));
                }
            }
        } catch (InvalidNameException | CertificateParsingException e) {
            // A name that cannot be read is nobody's; the certificate is still one of the authority's.
            return names;
        }
        return names;
    }
}
