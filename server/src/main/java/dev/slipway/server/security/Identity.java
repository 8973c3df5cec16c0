package dev.slipway.server.security;

/**
 * Who sent a request.
 *
 * @param name where it is known from and its name there, such as {@code key:ci}; no secret
 * @param scope what it may do
 */
public record Identity(String name, Scope scope) {
    /** Anybody, where no authentication is asked for. */
    public static final Identity ANYBODY = new Identity("anybody", Scope.ADMIN);

    /**
     * Whether it is somebody known.
     *
     * @return false for {@link #ANYBODY}
     */
    public boolean isKnown() {
        return !equals(ANYBODY);
    }
}
