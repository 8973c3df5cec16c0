package dev.slipway.server.directory;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.server.inference.ModelBatching;
import dev.slipway.server.json.InputException;
import dev.slipway.server.traffic.RuleReader;
import dev.slipway.server.traffic.TrafficRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A model's {@code serving.json}: {@code {"versions": 2, "labels": {"champion": "3"}, "pinned": true, "batching": {…},
 * "traffic": {…}}}, where versions is how many of the newest are served, or {@code "all"}, or a list of them; batching is {@code
 * "auto"}, {@code "off"}, {@code "on"}, or {@code {"mode": "on", "rows": 32, "latency-millis": 5}}, of which each may be missing;
 * traffic is what {@link RuleReader} reads.
 *
 * @param newest how many of the newest versions are served; 0 for those in the list only
 * @param versions versions that are served besides
 * @param labels the version of each label
 * @param pinned whether it stays in memory when there is no room for all
 * @param batching how rows of its requests go together
 * @param traffic which version answers requests that name none; empty for the newest
 */
record Serving(
        int newest,
        List<String> versions,
        Map<String, String> labels,
        boolean pinned,
        ModelBatching batching,
        Optional<TrafficRule> traffic) {
    private static final Set<String> KEYS = Set.of("versions", "labels", "pinned", "batching", "traffic");
    private static final Set<String> BATCHING_KEYS = Set.of("mode", "rows", "latency-millis");

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** The newest versions, all of them for 0. */
    static Serving newest(int count) {
        return new Serving(
                count == 0 ? Integer.MAX_VALUE : count,
                List.of(),
                Map.of(),
                false,
                ModelBatching.AS_ALL,
                Optional.empty());
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
                    batching(root.path("batching")),
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
            return new Serving(0, List.copyOf(named), Map.of(), false, ModelBatching.AS_ALL, Optional.empty());
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

    private static ModelBatching batching(JsonNode given) {
        if (given.isMissingNode()) {
            return ModelBatching.AS_ALL;
        }
        if (given.isTextual()) {
            return new ModelBatching(mode(given), Optional.empty(), Optional.empty());
        }
        require(given.isObject(), "batching", given);
        given.fieldNames().forEachRemaining(key -> require(BATCHING_KEYS.contains(key), "batching." + key, given));
        JsonNode rows = given.path("rows");
        require(rows.isMissingNode() || rows.isInt(), "batching.rows", rows);
        JsonNode latency = given.path("latency-millis");
        require(latency.isMissingNode() || latency.isInt(), "batching.latency-millis", latency);
        try {
            return new ModelBatching(
                    mode(given.path("mode")),
                    rows.isMissingNode() ? Optional.empty() : Optional.of(rows.intValue()),
                    latency.isMissingNode() ? Optional.empty() : Optional.of(Duration.ofMillis(latency.intValue())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("serving.json: batching: " + e.getMessage(), e);
        }
    }

    private static Optional<ModelBatching.Mode> mode(JsonNode given) {
        if (given.isMissingNode()) {
            return Optional.empty();
        }
        Optional<ModelBatching.Mode> mode = Stream.of(ModelBatching.Mode.values())
                .filter(each -> given.isTextual()
                        && each.name().toLowerCase(Locale.ROOT).equals(given.textValue()))
                .findFirst();
        require(mode.isPresent(), "batching.mode", given);
        return mode;
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
                    + " false; batching, \"auto\", \"off\", \"on\" or an object of mode, rows and latency-millis; traffic, a"
                    + " rule)");
        }
    }

    boolean wants(String version) {
        return versions.contains(version)
                || labels.containsValue(version)
                || traffic.filter(rule -> rule.variants().contains(version)).isPresent();
    }
}
