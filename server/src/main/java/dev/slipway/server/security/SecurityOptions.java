package dev.slipway.server.security;

import dev.slipway.server.config.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Whom a server answers, and how it is known.
 *
 * @param tls the server's certificate and those of its clients
 * @param auth whose requests are answered
 * @param cors pages of which other origins may ask
 * @param rateLimit how often a client may ask
 */
public record SecurityOptions(
        @Setting("The server's certificate and those of its clients.")
        TlsOptions tls,

        @Setting("Whose requests are answered. Health routes are open to anybody, always.")
        AuthOptions auth,

        @Setting("Pages of which other origins may ask the server from a browser.")
        CorsOptions cors,

        @Setting("How often each client may ask.") RateLimitOptions rateLimit) {
    /**
     * No TLS, no authentication, no limits.
     *
     * @return the options used where none are given; enough for a server that only its own machine reaches
     */
    public static SecurityOptions defaults() {
        return new SecurityOptions(
                TlsOptions.none(), AuthOptions.defaults(), CorsOptions.none(), RateLimitOptions.none());
    }

    /**
     * These options with another certificate.
     *
     * @param changed the server's certificate and those of its clients
     * @return the changed options
     */
    public SecurityOptions withTls(TlsOptions changed) {
        return new SecurityOptions(changed, auth, cors, rateLimit);
    }

    /**
     * These options with other clients.
     *
     * @param changed whose requests are answered
     * @return the changed options
     */
    public SecurityOptions withAuth(AuthOptions changed) {
        return new SecurityOptions(tls, changed, cors, rateLimit);
    }

    /**
     * These options with other origins.
     *
     * @param changed pages of which other origins may ask
     * @return the changed options
     */
    public SecurityOptions withCors(CorsOptions changed) {
        return new SecurityOptions(tls, auth, changed, rateLimit);
    }

    /**
     * These options with another limit.
     *
     * @param changed how often a client may ask
     * @return the changed options
     */
    public SecurityOptions withRateLimit(RateLimitOptions changed) {
        return new SecurityOptions(tls, auth, cors, changed);
    }

    /**
     * Whether senders of requests must be known.
     *
     * @return true if there is a way to know them, unless it was switched off by name
     */
    public boolean requiresAuthentication() {
        boolean possible = auth.keysFile().isPresent()
                || auth.jwt().issuer().isPresent()
                || tls.clientCa().isPresent();
        return possible && auth.mode() != AuthOptions.Mode.NONE;
    }

    /**
     * Refuses what would let every machine of a network use the server.
     *
     * @param host the address that the server will listen on
     * @throws SecurityConfigException if other machines reach it and nobody has to be known
     */
    public void requireFit(String host) {
        if (requiresAuthentication() || auth.mode() == AuthOptions.Mode.NONE || isLoopback(host)) {
            return;
        }
        throw new SecurityConfigException(
                "serve.host: " + host
                        + " (expected: 127.0.0.1, or authentication, because other machines reach this address); 'slipway keys"
                        + " create --name NAME --scope predict --keys-file FILE' makes a key for --auth-keys-file FILE;"
                        + " auth.jwt.issuer takes tokens, tls.client-ca certificates; --no-auth (auth.mode: none) lets anybody in");
    }

    /** A name that is not known is left to listening to refuse. */
    private static boolean isLoopback(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            return true;
        }
    }
}
