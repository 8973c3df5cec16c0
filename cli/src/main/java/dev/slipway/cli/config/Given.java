package dev.slipway.cli.config;

import java.util.List;

/**
 * A setting that somebody gave.
 *
 * @param texts what was given: an element each of a list, else one
 * @param shown the same for people: a reference to a secret stays a reference
 * @param origin where: {@code --port}, {@code SLIPWAY_SERVE_PORT}, {@code slipway.yaml, line 3, column 9}
 */
record Given(List<String> texts, List<String> shown, String origin) {
    /** From a flag or the environment, where commas separate the elements of a list. */
    static Given of(Key key, String text, String origin) {
        List<String> texts = key.kind().form() == Kind.Form.LIST
                ? List.of(text.split(",")).stream()
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList()
                : List.of(text);
        return new Given(texts, texts, origin);
    }
}
