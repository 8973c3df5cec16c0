package dev.slipway.server.directory;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.server.json.InputException;
import dev.slipway.server.traffic.RuleReader;
import dev.slipway.server.traffic.TrafficRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A model's {@code serving.json}: {@code {"versions": 2, "labels": {"champion": "3"}, "pinned": true, "traffic": {…}}}, where versions
 * is how many of the newest are served, or {@code "all"}, or a list of them; traffic is what {@link RuleReader} reads.
 *
 * @param newest how many of the newest versions are served; 0 for those in the list only
 * @param versions versions that are served besides
 * @param labels the version of each label
 * @param pinned whether it stays in memory when there is no room for all
 * @param traffic which version answers requests that name none; empty for the newest
 */
record Serving(
        int newest, List<String> versions, Map<String, String> labels, boolean pinned, Optional<TrafficRule> traffic) {
    private static final Set<String> KEYS = Set.of("versions", "labels", "pinned", "traffic");

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** The newest versions, all of them for 0. */
    static Serving newest(int count) {
        return new Serving(count == 0 ? Integer.MAX_VALUE : count, List.of(), Map.of(), false, Optional.empty());
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @param otherwise what holds where the file says nothing
     * @throws IllegalArgumentException if the file says what it must not
     */
    static Serving read(Path file, Serving otherwise) {
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            root.fieldNames().forEachRemaining(key -> require(KEYS.contains(key), key, root));
            Serving versions = versions(root.path("versions"), otherwise);
            JsonNode pinned = root.path("pinned");
            require(pinned.isMissingNode() || pinned.isBoolean(), "pinned", pinned);
            return new Serving(
                    versions.newest(),
                    versions.versions(),
                    labels(root.path("labels")),
                    pinned.booleanValue(),
                    traffic(root.path("traffic")));
        } catch (IOException e) {
            throw new IllegalArgumentException("serving.json cannot be read: " + e.getMessage(), e);
        }
    }

    private static Serving versions(JsonNode given, Serving otherwise) {
        if (given.isMissingNode()) {
            return otherwise;
        }
        if (given.isArray()) {
            List<String> named = new ArrayList<>();
            given.forEach(version -> named.add(version.asText()));
            return new Serving(0, List.copyOf(named), Map.of(), false, Optional.empty());
        }
        boolean all = given.asText().equals("all");
        require(all || (given.isIntegralNumber() && given.asInt() > 0), "versions", given);
        return newest(all ? 0 : given.asInt());
    }

    private static Map<String, String> labels(JsonNode given) {
        require(given.isMissingNode() || given.isObject(), "labels", given);
        Map<String, String> labels = new TreeMap<>();
        given.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    private static Optional<TrafficRule> traffic(JsonNode given) {
        try {
            return given.isMissingNode() ? Optional.empty() : Optional.of(RuleReader.read(given, "traffic"));
        } catch (InputException e) {
            throw new IllegalArgumentException("serving.json: " + e.getMessage(), e);
        }
    }

    private static void require(boolean condition, String key, JsonNode found) {
        if (!condition) {
            throw new IllegalArgumentException("serving.json: " + key + " = " + found
                    + " (expected: versions, a number above 0, \"all\" or a list; labels, a version for each; pinned, true or"
                    + " false; traffic, a rule)");
        }
    }

    boolean wants(String version) {
        return versions.contains(version)
                || labels.containsValue(version)
                || traffic.filter(rule -> rule.variants().contains(version)).isPresent();
    }
}
