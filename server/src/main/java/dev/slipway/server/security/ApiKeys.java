package dev.slipway.server.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The keys of a file: a line each, blank lines and those that begin with {@code #} aside. Immutable. */
public final class ApiKeys {
    private static final String HEAD =
            "# API keys of Slipway: id, scope, SHA-256 of the key, day, name. 'slipway keys' writes it.";

    /** Compared where no key has an id, so that this takes as long as where one has. */
    private static final ApiKey NOBODY =
            new ApiKey("00000000", Scope.PREDICT, "0".repeat(64), LocalDate.EPOCH, "nobody");

    private final Map<String, ApiKey> byId;

    private ApiKeys(Map<String, ApiKey> byId) {
        this.byId = byId;
    }

    /**
     * No keys.
     *
     * @return keys of which none is valid
     */
    public static ApiKeys none() {
        return new ApiKeys(Map.of());
    }

    /**
     * Reads a file of keys.
     *
     * @param file the file
     * @return its keys
     * @throws SecurityConfigException if a line is none of a key, or two have one id or one name
     * @throws UncheckedIOException if it cannot be read
     */
    public static ApiKeys read(Path file) {
        Map<String, ApiKey> byId = new LinkedHashMap<>();
        Map<String, Integer> names = new LinkedHashMap<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String place = file + ", line " + (i + 1);
            ApiKey key = ApiKey.parse(line)
                    .orElseThrow(() -> new SecurityConfigException(
                            "keys: a line that 'slipway keys create' did not write (expected: id, scope, hash, day and"
                                    + " name), at " + place));
            if (byId.put(key.id(), key) != null || names.put(key.name(), i) != null) {
                throw new SecurityConfigException(
                        "keys: '" + key.name() + "' (expected: each name and each id once), at " + place);
            }
        }
        return new ApiKeys(byId);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Every key.
     *
     * @return in the order of the file
     */
    public Collection<ApiKey> all() {
        return byId.values();
    }

    /** Whose key it is; empty if it is nobody's. */
    Optional<Identity> find(String key) {
        Optional<ApiKey> line = ApiKey.idOf(key).map(byId::get);
        boolean matches = line.orElse(NOBODY).matches(key);
        return matches ? line.map(known -> new Identity("key:" + known.name(), known.scope())) : Optional.empty();
    }

    /**
     * Adds a key to a file, which is made, readable by its owner only, if it is not there.
     *
     * @param file the file
     * @param key the key
     * @throws SecurityConfigException if the file has a key of this name
     * @throws UncheckedIOException if it cannot be written
     */
    public static void add(Path file, ApiKey key) {
        List<ApiKey> keys = new ArrayList<>(Files.exists(file) ? read(file).all() : List.of());
        if (keys.stream().anyMatch(other -> other.name().equals(key.name()))) {
            throw new SecurityConfigException("name: '" + key.name() + "' (expected: a name that has no key yet), at "
                    + file + "; 'slipway keys revoke --name " + key.name() + "' takes the old one away");
        }
        keys.add(key);
        write(file, keys);
    }

    /**
     * Takes a key away.
     *
     * @param file the file
     * @param name whose key
     * @throws SecurityConfigException if the file has no key of this name
     * @throws UncheckedIOException if it cannot be read or written
     */
    public static void remove(Path file, String name) {
        List<ApiKey> keys = new ArrayList<>(read(file).all());
        if (!keys.removeIf(key -> key.name().equals(name))) {
            String known = keys.stream().map(ApiKey::name).collect(Collectors.joining(", "));
            throw new SecurityConfigException("name: '" + name + "' (expected: one of " + known + "), at " + file);
        }
        write(file, keys);
    }

    /** All at once, so that a server never reads half a file. */
    private static void write(Path file, List<ApiKey> keys) {
        String text = keys.stream().map(ApiKey::line).collect(Collectors.joining("\n", HEAD + "\n", "\n"));
        Path directory = file.toAbsolutePath().resolveSibling("");
        try {
            Path whole = FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                    ? Files.createTempFile(
                            directory,
                            "keys",
                            ".new",
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                    : Files.createTempFile(directory, "keys", ".new");
            Files.writeString(whole, text, StandardCharsets.UTF_8);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
