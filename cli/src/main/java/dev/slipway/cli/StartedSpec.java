package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.saving.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a training was begun with, kept beside its backup: with another spec its backup would not go on to the same result. */
record StartedSpec(Path file) {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ROWS = "rows_in_memory";

    private static final List<String> NOT_OF_OLD = List.of("contents", ROWS);

    static StartedSpec in(Path backup) {
        return new StartedSpec(backup.resolve("spec.json"));
    }

    void write(ObjectNode spec) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
            AtomicFile.write(file, JSON.writeValueAsBytes(spec));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Refuses another spec; of a backup that an older Slipway made, not all is known. */
    void requireSame(ObjectNode spec) {
        if (Files.notExists(file)) {
            return;
        }
        try {
            // Through text, so that numbers are compared as they are written.
            JsonNode before = JSON.readTree(Files.readAllBytes(file));
            ObjectNode now = (ObjectNode) JSON.readTree(JSON.writeValueAsBytes(spec));
            NOT_OF_OLD.stream().filter(key -> !before.has(key)).forEach(now::remove);
            difference("", before, now).ifPresent(found -> {
                String remedy = found.startsWith(ROWS)
                        ? "give it the heap that it had, as by JAVA_OPTS=-Xmx2g"
                        : "change it back";
                throw new IllegalArgumentException("--resume: " + found + ", as in the training that is resumed from "
                        + file.getParent() + "); " + remedy + ", or begin anew without --resume");
            });
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Optional<String> difference(String place, JsonNode before, JsonNode now) {
        if (before.equals(now)) {
            return Optional.empty();
        }
        if (!before.isObject() || !now.isObject()) {
            return Optional.of(place + " = " + shown(now) + " (expected: " + shown(before));
        }
        Set<String> keys = new LinkedHashSet<>();
        before.fieldNames().forEachRemaining(keys::add);
        now.fieldNames().forEachRemaining(keys::add);
        return keys.stream()
                .flatMap(key ->
                        difference(place.isEmpty() ? key : place + "." + key, before.path(key), now.path(key)).stream())
                .findFirst();
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.toString();
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be deleted: " + e.getMessage(), e);
        }
    }
}
