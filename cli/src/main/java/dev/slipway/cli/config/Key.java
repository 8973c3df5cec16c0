package dev.slipway.cli.config;

import java.util.Locale;

/**
 * A setting that can be given.
 *
 * @param name sections and name, with dots: {@code serve.max-body}
 * @param kind how its text is read
 * @param byDefault its value where it is not given
 * @param description what it does
 * @param live whether a running server takes up a new value
 */
record Key(String name, Kind kind, Object byDefault, String description, boolean live) {
    private static final String FIRST_SECTION = "serve.";

    /** Its option of the command: the first section goes without saying. */
    String flag() {
        String rest = name.startsWith(FIRST_SECTION) ? name.substring(FIRST_SECTION.length()) : name;
        return "--" + rest.replace('.', '-');
    }

    /** Its variable in the environment. */
    String variable() {
        return "SLIPWAY_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
