package dev.slipway.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code slipway --version} says. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version =
                Objects.requireNonNullElse(Slipway.class.getPackage().getImplementationVersion(), "(not packaged)");
        return new String[] {
            "slipway " + version,
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
