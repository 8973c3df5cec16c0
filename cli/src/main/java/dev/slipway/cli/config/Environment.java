package dev.slipway.cli.config;

import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Nearest;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Settings of the environment: {@code SLIPWAY_SERVE_PORT} is {@code serve.port}. */
final class Environment {
    private Environment() {}

    /**
     * Picks the settings.
     *
     * @param schema which settings there are
     * @param variables every variable
     * @return what is given, by key
     * @throws ConfigException if a variable begins like a section's settings and is none of them
     */
    static Map<String, Given> read(Schema<?> schema, Map<String, String> variables) {
        Map<String, Given> given = new LinkedHashMap<>();
        Map<String, Key> known = new LinkedHashMap<>();
        for (Key key : schema.keys()) {
            known.put(key.variable(), key);
            String value = variables.get(key.variable());
            if (value != null) {
                given.put(key.name(), Given.of(key, value, key.variable()));
            }
        }
        variables.keySet().stream()
                .filter(name -> !known.containsKey(name) && beginsLikeASection(schema, name))
                .sorted()
                .forEach(name -> {
                    throw new ConfigException(name + " (expected: a variable that there is; nearest: "
                            + Nearest.to(name, known.keySet()) + "), at the environment");
                });
        return given;
    }

    /** Others, such as those that Kubernetes makes for a service called slipway, are nobody's settings. */
    private static boolean beginsLikeASection(Schema<?> schema, String variable) {
        return schema.sections().keySet().stream()
                .map(section -> "SLIPWAY_"
                        + section.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_') + "_")
                .anyMatch(variable::startsWith);
    }
}
