package dev.slipway.cli.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d}. */
final class DurationText {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}) ?(d|h|m|s|ms)");

    /** The longest first. */
    private static final Map<String, Duration> UNITS = units();

    private DurationText() {}

    private static Map<String, Duration> units() {
        Map<String, Duration> units = new LinkedHashMap<>();
        units.put("d", Duration.ofDays(1));
        units.put("h", Duration.ofHours(1));
        units.put("m", Duration.ofMinutes(1));
        units.put("s", Duration.ofSeconds(1));
        units.put("ms", Duration.ofMillis(1));
        return units;
    }

    static Duration parse(String text) {
        Matcher duration = TEXT.matcher(text);
        Duration unit = duration.matches() ? UNITS.get(duration.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("duration: " + text);
        }
        return unit.multipliedBy(Long.parseLong(duration.group(1)));
    }

    /** In the largest unit in which it is whole. */
    static String show(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
            if (duration.toMillis() % unit.getValue().toMillis() == 0) {
                return duration.dividedBy(unit.getValue()) + unit.getKey();
            }
        }
        return duration.toString();
    }
}
