package dev.slipway.cli;

import java.util.Map;
import java.util.OptionalInt;

/**
 * The port that a host of containers asks for in a variable of its own; for the server and for the probe of its health, which must
 * look at the same one.
 */
final class HostPort {
    private static final String[] VARIABLES = {"AIP_HTTP_PORT", "SAGEMAKER_BIND_TO_PORT", "PORT"};
    private static final int MAX = 65_535;

    private HostPort() {}

    /** The first variable's that holds a port, as other programs have variables of these names, too. */
    static OptionalInt of(Map<String, String> environment) {
        for (String variable : VARIABLES) {
            String text = environment.getOrDefault(variable, "");
            if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= MAX) {
                return OptionalInt.of(Integer.parseInt(text));
            }
        }
        return OptionalInt.empty();
    }
}
