package dev.slipway.server.traffic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.MalformedJsonException;
import dev.slipway.server.traffic.TrafficRule.RollBack;
import dev.slipway.server.traffic.TrafficRule.Selection;
import dev.slipway.server.traffic.TrafficRule.Shadow;
import dev.slipway.server.traffic.TrafficRule.Sticky;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads rules. All fields but {@code split} may be left out:
 *
 * <pre>
 * {"split": {"champion": 95, "canary": 5},
 *  "sticky": {"cookie": "slipway-variant", "max-age-seconds": 2592000},
 *  "select": [{"header": "x-slipway-variant"}, {"header": "x-group", "value": "staff", "to": "canary"}],
 *  "shadow": {"to": "candidate", "percent": 100, "queue": 100, "absolute": 1e-5, "relative": 1e-4},
 *  "roll-back": {"canary": "canary", "champion": "champion", "window-seconds": 60, "min-requests": 100,
 *                "max-error-percent": 5, "max-mean-millis": 20, "max-p99-millis": 50,
 *                "max-mean-ratio": 2, "max-p99-ratio": 3}}
 * </pre>
 */
public final class RuleReader {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final int MOST_QUEUED = 10_000;
    private static final int MOST_WINDOW_SECONDS = 24 * 60 * 60;
    private static final int MOST_COOKIE_SECONDS = 400 * 24 * 60 * 60;

    private RuleReader() {}

    /**
     * Reads a rule.
     *
     * @param json a JSON object
     * @return the rule
     * @throws MalformedJsonException if it is not JSON
     * @throws InputException if it says what it must not, or not what it must
     */
    public static TrafficRule read(byte[] json) {
        try {
            return read(JSON.readTree(json), "body");
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a rule that is part of a larger document.
     *
     * @param json what should be an object
     * @param place where it stands, for messages
     * @return the rule
     * @throws InputException if it says what it must not, or not what it must
     */
    public static TrafficRule read(JsonNode json, String place) {
        Fields fields = Fields.of(json, List.of(place));
        fields.allow("split", "sticky", "select", "shadow", "roll-back");
        Map<String, Double> split = split(fields.require("split"));
        return new TrafficRule(
                split,
                fields.find("sticky").map(RuleReader::sticky),
                fields.list("select").stream().map(RuleReader::selection).toList(),
                fields.find("shadow").map(each -> shadow(each, split)),
                fields.find("roll-back").map(each -> rollBack(each, split)));
    }

    private static Map<String, Double> split(Fields fields) {
        Map<String, Double> weights = new LinkedHashMap<>();
        fields.names().forEach(name -> weights.put(name, fields.number(name, 0, 0, 1e9)));
        if (weights.values().stream().noneMatch(weight -> weight > 0)) {
            throw fields.refused("expected: a version or label with a weight above 0");
        }
        return weights;
    }

    private static Sticky sticky(Fields fields) {
        fields.allow("header", "cookie", "max-age-seconds");
        int seconds = fields.whole("max-age-seconds", (int) Sticky.MONTH.toSeconds(), 1, MOST_COOKIE_SECONDS);
        return new Sticky(mark(fields), Duration.ofSeconds(seconds));
    }

    private static Mark mark(Fields fields) {
        Optional<Mark> header = fields.token("header").map(name -> new Mark(Mark.Kind.HEADER, name));
        Optional<Mark> cookie = fields.token("cookie").map(name -> new Mark(Mark.Kind.COOKIE, name));
        if (header.isPresent() == cookie.isPresent()) {
            throw fields.refused("expected: either 'header' or 'cookie'");
        }
        return header.or(() -> cookie).orElseThrow();
    }

    private static Selection selection(Fields fields) {
        fields.allow("header", "cookie", "value", "to");
        Optional<String> value = fields.text("value");
        Optional<String> to = fields.text("to");
        if (value.isPresent() != to.isPresent()) {
            throw fields.refused("expected: both 'value' and 'to', or neither if the value names a version or label");
        }
        return new Selection(mark(fields), value, to);
    }

    private static Shadow shadow(Fields fields, Map<String, Double> split) {
        fields.allow("to", "percent", "queue", "absolute", "relative");
        String to = fields.text("to").orElseThrow(() -> fields.missing("to"));
        if (split.getOrDefault(to, 0.0) > 0) {
            throw fields.refused("to", "expected: a version or label without a weight in split");
        }
        return new Shadow(
                to,
                fields.number("percent", 100, 0, 100),
                fields.whole("queue", Shadow.QUEUE, 1, MOST_QUEUED),
                fields.number("absolute", Shadow.ABSOLUTE, 0, Double.MAX_VALUE),
                fields.number("relative", Shadow.RELATIVE, 0, Double.MAX_VALUE));
    }

    private static RollBack rollBack(Fields fields, Map<String, Double> split) {
        List<String> allowed = new ArrayList<>(List.of("canary", "champion", "window-seconds", "min-requests"));
        Map<Limit, Double> limits = new EnumMap<>(Limit.class);
        for (Limit each : Limit.values()) {
            allowed.add(each.field());
            if (fields.has(each.field())) {
                double most = each == Limit.MAX_ERROR_PERCENT ? 100 : Double.MAX_VALUE;
                limits.put(each, fields.number(each.field(), 0, 0, most));
            }
        }
        fields.allow(allowed.toArray(String[]::new));
        if (limits.isEmpty()) {
            throw fields.refused("expected: at least one limit of " + allowed.subList(4, allowed.size()));
        }
        String canary = fields.text("canary").orElse("canary");
        String champion = fields.text("champion").orElse("champion");
        requireWeight(fields, "canary", canary, split);
        if (limits.keySet().stream().anyMatch(Limit::isComparison)) {
            requireWeight(fields, "champion", champion, split);
        }
        if (canary.equals(champion)
                || split.values().stream().filter(each -> each > 0).count() < 2) {
            throw fields.refused("canary", "expected: another variant in split with a weight, to take over", canary);
        }
        int seconds = fields.whole("window-seconds", (int) RollBack.WINDOW.toSeconds(), 1, MOST_WINDOW_SECONDS);
        return new RollBack(
                canary,
                champion,
                Duration.ofSeconds(seconds),
                fields.whole("min-requests", RollBack.MIN_REQUESTS, 1, Integer.MAX_VALUE),
                limits);
    }

    private static void requireWeight(Fields fields, String field, String variant, Map<String, Double> split) {
        if (split.getOrDefault(variant, 0.0) <= 0) {
            throw fields.refused(field, "expected: one of split with a weight above 0, " + split.keySet(), variant);
        }
    }
}
