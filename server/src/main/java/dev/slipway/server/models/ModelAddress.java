package dev.slipway.server.models;

import java.util.Optional;

/**
 * Which model a request asks for.
 *
 * @param name the model's name
 * @param version one version; empty for the one that the server chooses
 * @param label a name for a version, such as {@code canary}; only where there is no version
 */
public record ModelAddress(String name, Optional<String> version, Optional<String> label) {
    /**
     * The version that the server chooses.
     *
     * @param name the model's name
     * @return the address
     */
    public static ModelAddress of(String name) {
        return new ModelAddress(name, Optional.empty(), Optional.empty());
    }

    /**
     * One version.
     *
     * @param name the model's name
     * @param version the version
     * @return the address
     */
    public static ModelAddress version(String name, String version) {
        return new ModelAddress(name, Optional.of(version), Optional.empty());
    }

    /**
     * The version that has a label.
     *
     * @param name the model's name
     * @param label the label
     * @return the address
     */
    public static ModelAddress label(String name, String label) {
        return new ModelAddress(name, Optional.empty(), Optional.of(label));
    }

    /** As a person would say it. */
    @Override
    public String toString() {
        return "'" + name + "'" + version.map(given -> " version " + given).orElse("")
                + label.map(given -> " label " + given).orElse("");
    }
}
