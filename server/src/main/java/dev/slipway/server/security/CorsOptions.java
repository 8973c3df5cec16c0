package dev.slipway.server.security;

import dev.slipway.server.config.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * {@code cors}: pages of which other origins may ask this server.
 *
 * @param origins the origins
 * @param maxAge how long a browser may remember the answer
 */
public record CorsOptions(
        @Setting(
                value = "Origins such as https://app.example.com whose pages may send requests; * for any. None: only"
                        + " the server's own pages.",
                live = true)
        List<String> origins,

        @Setting(value = "How long a browser may remember that.", live = true)
        Duration maxAge) {
    /**
     * Checks the origins.
     *
     * @param origins the origins
     * @param maxAge how long a browser may remember the answer
     * @throws IllegalArgumentException if one is none
     */
    public CorsOptions {
        for (String origin : origins) {
            if (!origin.equals("*") && !isOrigin(origin)) {
                throw new IllegalArgumentException("origins: " + origin
                        + " (expected: scheme and host, without a path, such as https://app.example.com, or *)");
            }
        }
        origins = List.copyOf(origins);
    }

    private static boolean isOrigin(String text) {
        try {
            URI uri = URI.create(text);
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return uri.getHost() != null && text.equals(uri.getScheme() + "://" + uri.getHost() + port);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * No other origins.
     *
     * @return the options used where none are given
     */
    public static CorsOptions none() {
        return new CorsOptions(List.of(), Duration.ofMinutes(10));
    }

    /**
     * Whether pages of an origin may ask.
     *
     * @param origin as a browser sends it
     * @return true if it is in the list, or the list has {@code *}
     */
    public boolean allows(String origin) {
        return origins.contains(origin) || origins.contains("*");
    }
}
