package dev.slipway.server.traffic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.server.json.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file that keeps rules that were set by request: a JSON object of models' names and their rules. It is replaced as a whole, so
 * that a server that ends while it writes leaves the one before.
 */
final class RuleFile {
    /** Half of what somebody wrote is not what was meant. */
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path file;

    private RuleFile(Path file) {
        this.file = file;
    }

    /**
     * What a file keeps.
     *
     * @param file the file, which need not be there yet
     * @return the rules by names of models, which need not be there either
     * @throws IllegalArgumentException if the file is broken, or cannot be read, or could not be written
     */
    static Map<String, TrafficRule> read(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " (expected: a file in a folder that is there)");
        }
        Map<String, TrafficRule> rules = new TreeMap<>();
        if (Files.notExists(file)) {
            return rules;
        }
        try {
            JsonNode all = JSON.readTree(Files.readAllBytes(file));
            if (!all.isObject()) {
                throw new IllegalArgumentException(file + ": something else (expected: an object of models)");
            }
            all.properties().forEach(each -> rules.put(each.getKey(), RuleReader.read(each.getValue(), each.getKey())));
            return rules;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + ": text that is not JSON: " + e.getOriginalMessage(), e);
        } catch (InputException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": " + e + " (expected: a file that can be read)", e);
        }
    }

    static RuleFile at(Path file) {
        return new RuleFile(file);
    }

    /** Keeps these rules and no others. */
    void write(Map<String, TrafficRule> rules) {
        ObjectNode all = JSON.createObjectNode();
        rules.forEach((name, rule) -> all.set(name, TrafficJson.rule(rule)));
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        try {
            byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(all);
            try (FileChannel out = FileChannel.open(
                    whole, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                for (ByteBuffer left = ByteBuffer.wrap(text); left.hasRemaining(); ) {
                    out.write(left);
                }
                out.force(true);
            }
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e, e);
        }
    }
}
