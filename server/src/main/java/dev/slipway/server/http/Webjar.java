package dev.slipway.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/** The parts of a page that lie in a jar; a new version has other addresses, so browsers may keep them for good. */
final class Webjar {
    private final String version;
    private final String resources;
    private final String address;
    private final Map<String, String> types;

    /** Parts of a jar at a path, by their names with their types. */
    Webjar(String artifact, String path, Map<String, String> types) {
        this.version = version("META-INF/maven/org.webjars/" + artifact + "/pom.properties");
        this.resources = "META-INF/resources/webjars/" + artifact + "/" + version + "/";
        this.address = path + version + "/";
        this.types = types;
    }

    private static String version(String properties) {
        try (InputStream in = resource(properties)) {
            Properties found = new Properties();
            found.load(in);
            return found.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(Webjar.class.getClassLoader().getResourceAsStream(name), name);
    }

    /** What the paths of its parts begin with. */
    String address() {
        return address;
    }

    /** The part that a path means, if it is one. */
    Optional<String> find(String path) {
        return path.startsWith(address)
                ? Optional.of(path.substring(address.length())).filter(types::containsKey)
                : Optional.empty();
    }

    String type(String part) {
        return Objects.requireNonNull(types.get(part), part);
    }

    byte[] read(String part) throws IOException {
        try (InputStream in = resource(resources + part)) {
            return in.readAllBytes();
        }
    }
}
