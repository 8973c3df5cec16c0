package dev.slipway.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of {@code deploy}, where Maven runs tests. */
final class DeployFiles {
    private DeployFiles() {}

    static Path of(String name) {
        return Path.of(name).toAbsolutePath();
    }

    /** All YAML files below a directory, in order. */
    static List<Path> yamlBelow(String directory) {
        try (Stream<Path> files = Files.walk(of(directory))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents of a YAML text that are not empty. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> documents(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Iterable<Object> all = new Yaml(new SafeConstructor(options)).loadAll(yaml);
        return StreamSupport.stream(all.spliterator(), false)
                .filter(Map.class::isInstance)
                .map(each -> (Map<String, Object>) each)
                .toList();
    }
}
