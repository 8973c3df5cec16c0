package dev.slipway.cli.config;

import dev.slipway.graph.SlipwayException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A record of options refuses a value; which one is said by the first word of the message. */
final class RefusedSettingException extends SlipwayException {
    private static final long serialVersionUID = 1L;
    private static final Pattern SUBJECT = Pattern.compile("([a-z][a-z0-9-]*): ");

    private final String key;

    RefusedSettingException(String prefix, IllegalArgumentException refusal) {
        super(prefix + refusal.getMessage(), refusal);
        Matcher subject = SUBJECT.matcher(String.valueOf(refusal.getMessage()));
        key = prefix + (subject.lookingAt() ? subject.group(1) : "");
    }

    /** What the record expected, as its message says it. */
    String expectation() {
        String message = String.valueOf(getMessage());
        int start = message.indexOf(" (expected:");
        return start < 0 ? "" : message.substring(start);
    }

    /** The setting; a section, ending in a dot, if the message names none. */
    String key() {
        return key;
    }
}
