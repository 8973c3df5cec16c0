package dev.slipway.server.http;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the paths of a protocol mean. Clients ask for the same few again and again, and those are taken apart once only. For one
 * event loop.
 *
 * @param <T> what a path means
 */
final class KnownPaths<T> {
    /** A power of two. Whoever asks for many paths makes them be taken apart again, and takes no more memory. */
    private static final int KEPT = 256;

    /** A longer one is no client's daily business. */
    private static final int MAX_KEPT_CHARS = 256;

    private final Function<String, Optional<T>> meaning;
    private final @Nullable Known<?>[] kept = new Known<?>[KEPT];

    private record Known<T>(String path, Optional<T> meaning) {}

    /**
     * Paths that mean something.
     *
     * @param meaning takes one apart; empty if it is none of these
     */
    KnownPaths(Function<String, Optional<T>> meaning) {
        this.meaning = meaning;
    }

    /**
     * Paths of a form.
     *
     * @param form what they look like
     * @param meaning takes one apart that does
     */
    static <T> KnownPaths<T> of(Pattern form, Function<Matcher, T> meaning) {
        return new KnownPaths<>(
                path -> Optional.of(form.matcher(path)).filter(Matcher::matches).map(meaning));
    }

    /** What a path means; empty if it is none of these. */
    Optional<T> find(String path) {
        int slot = path.hashCode() & (KEPT - 1);
        // All that is kept here was found by this very object.
        @SuppressWarnings("unchecked")
        Known<T> known = (Known<T>) kept[slot];
        if (known != null && known.path.equals(path)) {
            return known.meaning;
        }
        Optional<T> found = meaning.apply(path);
        if (path.length() <= MAX_KEPT_CHARS) {
            kept[slot] = new Known<>(path, found);
        }
        return found;
    }
}
