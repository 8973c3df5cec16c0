package dev.slipway.keras.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the name that somebody probably meant. */
public final class Nearest {
    /** Longer words come only from files that are up to no good. */
    private static final int MAX_LENGTH = 100;

    /** Two letters in the wrong order are two edits; of a short word little would be left. */
    private static final int MOST_EDITS = 2;

    private static final int SHORTEST = 4;

    private Nearest() {}

    /**
     * The known name with the fewest edits between it and a word; before all others, the one of which it is the initials, as
     * {@code lr} of {@code learning_rate}.
     *
     * <p>Source: V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
     *
     * @param word what was found
     * @param known the names to choose from, at least one
     * @return the nearest
     */
    public static String to(String word, Collection<String> known) {
        String start = word.substring(0, Math.min(word.length(), MAX_LENGTH));
        return known.stream()
                .min(Comparator.comparingInt((String name) -> initials(name).equals(start) ? -1 : distance(start, name))
                        .thenComparing(name -> name))
                .orElseThrow();
    }

    private static String initials(String name) {
        return name.replaceAll("(?<!^|_).|_", "");
    }

    /** Whether a word may be another one misspelt. */
    static boolean isNear(String word, String meant) {
        return meant.length() >= SHORTEST
                && word.length() <= MAX_LENGTH
                && distance(word.toLowerCase(Locale.ROOT), meant) <= MOST_EDITS;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
