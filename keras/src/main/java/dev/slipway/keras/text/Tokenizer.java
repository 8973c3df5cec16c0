package dev.slipway.keras.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes texts apart as {@code TextVectorization} does: in capitals or not, with punctuation or not, at whitespace or between
 * all characters, into tokens and neighbouring tokens joined.
 *
 * <p>Source: {@code TextVectorization._preprocess} of Keras 3 and the TensorFlow operators it calls: letters other than
 * those of ASCII stay as they are, whitespace is ASCII's, characters are Unicode code points.
 *
 * @param lowers whether letters become small
 * @param strips whether punctuation is left out
 * @param split where a text is cut
 * @param ngrams how many neighbouring tokens make a token, in the order of the result; empty for the tokens themselves
 */
public record Tokenizer(boolean lowers, boolean strips, Split split, List<Integer> ngrams) {
    /** Where a text is cut. */
    public enum Split {
        /** Nowhere. */
        NONE,
        /** At runs of whitespace, which are left out. */
        WHITESPACE,
        /** Between all characters. */
        CHARACTER
    }

    /**
     * Copies the list.
     *
     * @param lowers whether letters become small
     * @param strips whether punctuation is left out
     * @param split where a text is cut
     * @param ngrams how many neighbouring tokens make a token
     */
    public Tokenizer {
        ngrams = List.copyOf(ngrams);
    }

    /**
     * The tokens of a text.
     *
     * @param text the text
     * @return its tokens in order
     */
    public List<String> tokens(String text) {
        return joined(split(standardized(text)));
    }

    /**
     * The tokens of texts that are taken as they are cut already.
     *
     * @param texts the texts
     * @return their tokens in order
     */
    public List<String> tokens(List<String> texts) {
        return joined(texts.stream().map(this::standardized).toList());
    }

    /**
     * Whether texts that are cut already are the tokens themselves.
     *
     * @return true if nothing is changed, cut or joined
     */
    public boolean keeps() {
        return !lowers && !strips && split == Split.NONE && ngrams.isEmpty();
    }

    private String standardized(String text) {
        if (!lowers && !strips) {
            return text;
        }
        StringBuilder changed = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!strips || !isPunctuation(c)) {
                changed.append(lowers && c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
            }
        }
        return changed.toString();
    }

    /** The printable characters of ASCII that are neither letters nor digits nor the space. */
    private static boolean isPunctuation(char c) {
        return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
    }

    private List<String> split(String text) {
        return switch (split) {
            case NONE -> List.of(text);
            case WHITESPACE -> words(text);
            case CHARACTER -> text.codePoints().mapToObj(Character::toString).toList();
        };
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || isSpace(text.charAt(i))) {
                if (i > start) {
                    words.add(text.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private List<String> joined(List<String> tokens) {
        if (ngrams.isEmpty()) {
            return tokens;
        }
        List<String> joined = new ArrayList<>();
        for (int width : ngrams) {
            for (int i = 0; i + width <= tokens.size(); i++) {
                joined.add(String.join(" ", tokens.subList(i, i + width)));
            }
        }
        return joined;
    }
}
