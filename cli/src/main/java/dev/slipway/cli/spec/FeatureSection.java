package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.Column;
import dev.slipway.keras.features.Bucketized;
import dev.slipway.keras.features.Categorized;
import dev.slipway.keras.features.Encoding;
import dev.slipway.keras.features.Feature;
import dev.slipway.keras.features.Missing;
import dev.slipway.keras.features.Normalized;
import dev.slipway.keras.features.Passed;
import dev.slipway.keras.features.Vectorized;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** One column below {@code features:} of a table: what becomes of it, by name or with options. */
final class FeatureSection {
    private static final String KINDS = "pass, normalize, bucketize, one_hot, embedding or text";

    private FeatureSection() {}

    static Feature read(String column, JsonNode found, String subject) {
        ObjectNode section = found instanceof ObjectNode given ? given : Config.json();
        if (found.isTextual()) {
            section.put("as", found.asText());
        }
        Config config = new Config(subject + ": " + column, section);
        String as = config.text("as", "");
        Encoding encoding = encoding(config, as);
        Column.Kind kind = kind(config, as);
        Missing missing = missing(config);
        config.refuseOthers();
        try {
            return new Feature(column, kind, encoding, missing);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(subject + ": " + e.getMessage(), e);
        }
    }

    private static Encoding encoding(Config config, String as) {
        return switch (as) {
            case "pass" -> new Passed();
            case "normalize" -> new Normalized();
            case "bucketize" -> bucketized(config);
            case "one_hot" -> new Categorized(maxTokens(config), config.integer("unknown", 1), 0);
            case "embedding" ->
                new Categorized(maxTokens(config), config.integer("unknown", 1), positive(config, "length"));
            case "text" -> text(config);
            default -> throw config.refused("as", as.isEmpty() ? "nothing" : as, KINDS);
        };
    }

    private static int positive(Config config, String key) {
        int found = config.integer(key);
        if (found < 1) {
            throw config.refused(key, Integer.toString(found), ">= 1");
        }
        return found;
    }

    private static OptionalInt maxTokens(Config config) {
        return config.find("max_tokens").isPresent()
                ? OptionalInt.of(positive(config, "max_tokens"))
                : OptionalInt.empty();
    }

    private static Encoding bucketized(Config config) {
        List<Double> boundaries = config.numbers("boundaries")
                .map(found -> Arrays.stream(found).boxed().toList())
                .orElse(List.of());
        int bins = config.integer("bins", 0);
        if (boundaries.isEmpty() ? bins < 2 : bins != 0) {
            throw config.refused("bins", Integer.toString(bins), ">= 2, or boundaries: a list of rising numbers");
        }
        return new Bucketized(bins, boundaries, config.integer("embedding", 0));
    }

    private static Encoding text(Config config) {
        int length = config.integer("embedding", 0);
        String mode = config.text("output_mode", length > 0 ? "int" : "multi_hot");
        if (!List.of("int", "multi_hot", "count", "tf_idf").contains(mode) || mode.equals("int") != length > 0) {
            throw config.refused("output_mode", mode, "multi_hot, count or tf_idf; or embedding: and sequence_length:");
        }
        int words = length > 0 ? positive(config, "sequence_length") : 0;
        return new Vectorized(positive(config, "max_tokens"), mode, words, length);
    }

    private static Column.Kind kind(Config config, String as) {
        boolean categories = as.equals("one_hot") || as.equals("embedding");
        if (!categories) {
            return as.equals("text") ? Column.Kind.TEXT : Column.Kind.NUMBER;
        }
        String type = config.text("type", "string");
        if (!List.of("string", "integer").contains(type)) {
            throw config.refused("type", type, "string or integer");
        }
        return type.equals("string") ? Column.Kind.TEXT : Column.Kind.INTEGER;
    }

    private static Missing missing(Config config) {
        JsonNode found = config.find("missing").orElse(null);
        if (found == null) {
            return Missing.by(Missing.How.REFUSED);
        }
        if (found.isNumber()) {
            return Missing.as(found.numberValue());
        }
        if (found.has("fill") && found.size() == 1 && found.get("fill").isValueNode()) {
            return Missing.as(found.get("fill").asText());
        }
        return switch (found.asText()) {
            case "refuse" -> Missing.by(Missing.How.REFUSED);
            case "mean" -> Missing.by(Missing.How.MEAN);
            case "median" -> Missing.by(Missing.How.MEDIAN);
            case "category" -> Missing.by(Missing.How.CATEGORY);
            default ->
                throw config.refused(
                        "missing",
                        found.toString(),
                        "refuse, mean, median, category, a number, or {fill: a value}; or drop_missing: [columns] beside"
                                + " features, to leave rows out");
        };
    }
}
