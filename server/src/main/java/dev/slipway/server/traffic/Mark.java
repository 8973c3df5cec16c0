package dev.slipway.server.traffic;

import java.util.Locale;
import java.util.Optional;

/**
 * One thing that a request may say of its sender.
 *
 * @param kind where it stands
 * @param name its name
 */
public record Mark(Kind kind, String name) {
    /** Where a mark stands in a request. */
    public enum Kind {
        /** A header, or metadata of gRPC. */
        HEADER,
        /** A cookie. */
        COOKIE;

        /** The field of a rule. */
        String field() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Its value in a request; empty if there is none, or an empty one. */
    Optional<String> in(Marks marks) {
        Optional<String> value = kind == Kind.HEADER ? marks.header(name) : marks.cookie(name);
        return value.filter(text -> !text.isBlank());
    }

    @Override
    public String toString() {
        return kind.field() + " '" + name + "'";
    }
}
