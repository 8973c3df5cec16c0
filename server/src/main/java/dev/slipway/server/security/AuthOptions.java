package dev.slipway.server.security;

import dev.slipway.server.config.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code auth}: whose requests are answered.
 *
 * @param mode whether senders must be known
 * @param keysFile the file of API keys
 * @param jwt whose tokens count
 * @param open what anybody may read
 */
public record AuthOptions(
        @Setting(
                value = "auto: senders must be known if keys, tokens or client certificates are set up, and a server"
                        + " that other machines reach does not start without; none: anybody may do everything.",
                live = true)
        Mode mode,

        @Setting(
                value = "File of API keys, which 'slipway keys create' writes. A changed file is taken up by itself.",
                live = true)
        Optional<Path> keysFile,

        @Setting("Tokens of an OpenID Connect provider: which count, and what they allow.")
        JwtOptions jwt,

        @Setting(
                value = "What needs no authentication besides the health routes: metrics, docs (the pages, /docs and"
                        + " /openapi.json).",
                live = true)
        List<Open> open) {
    /** Whether senders must be known. */
    public enum Mode {
        /** If there is a way to know them; and a server that other machines reach must have one. */
        AUTO,
        /** No: said by name. */
        NONE
    }

    /** What may be open to anybody. */
    public enum Open {
        /** {@code /metrics}. */
        METRICS,
        /** The pages, and the OpenAPI document that they show. */
        DOCS
    }

    /**
     * Copies the list.
     *
     * @param mode whether senders must be known
     * @param keysFile the file of API keys
     * @param jwt whose tokens count
     * @param open what anybody may read
     */
    public AuthOptions {
        open = List.copyOf(open);
    }

    /**
     * No keys, no tokens; metrics and documentation are open.
     *
     * @return the options used where none are given
     */
    public static AuthOptions defaults() {
        return new AuthOptions(Mode.AUTO, Optional.empty(), JwtOptions.none(), List.of(Open.METRICS, Open.DOCS));
    }

    /**
     * These options with API keys.
     *
     * @param file the file of keys
     * @return the changed options
     */
    public AuthOptions withKeys(Path file) {
        return new AuthOptions(mode, Optional.of(file), jwt, open);
    }

    /**
     * These options with tokens.
     *
     * @param changed whose tokens count
     * @return the changed options
     */
    public AuthOptions withJwt(JwtOptions changed) {
        return new AuthOptions(mode, keysFile, changed, open);
    }

    /**
     * These options with another mode.
     *
     * @param changed whether senders must be known
     * @return the changed options
     */
    public AuthOptions withMode(Mode changed) {
        return new AuthOptions(changed, keysFile, jwt, open);
    }

    /**
     * These options with other routes for anybody.
     *
     * @param changed what anybody may read besides the health routes
     * @return the changed options
     */
    public AuthOptions withOpen(List<Open> changed) {
        return new AuthOptions(mode, keysFile, jwt, changed);
    }
}
