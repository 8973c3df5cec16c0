package dev.slipway.keras.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.text.Tokenizer.Split;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    private static Tokenizer words(boolean lowers, boolean strips, Integer... ngrams) {
        return new Tokenizer(lowers, strips, Split.WHITESPACE, List.of(ngrams));
    }

    @Test
    void leavesOutTheWhitespaceOfAsciiOnly() {
        assertThat(words(false, false).tokens(" a\t\tb\u000bc\r\n d\u00a0e\u2003f "))
                .containsExactly("a", "b", "c", "d\u00a0e\u2003f");
        assertThat(words(false, false).tokens(" \n ")).isEmpty();
        assertThat(words(false, false).tokens("")).isEmpty();
    }

    @Test
    void makesLettersOfAsciiSmallOnly() {
        assertThat(words(true, false).tokens("AZ ÀÉ İ Ω")).containsExactly("az", "ÀÉ", "İ", "Ω");
    }

    @Test
    void leavesOutThePunctuationOfAscii() {
        String all = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'";
        assertThat(words(false, true).tokens("a" + all + "b don't ¿x? – 1_2"))
                .containsExactly("ab", "dont", "¿x", "–", "12");
        assertThat(words(false, true).tokens("a -- b")).containsExactly("a", "b");
    }

    @Test
    void cutsBetweenCharactersAndNotBetweenHalvesOfThem() {
        Tokenizer characters = new Tokenizer(true, true, Split.CHARACTER, List.of());
        assertThat(characters.tokens("A b!\uD83D\uDE00é")).containsExactly("a", " ", "b", "\uD83D\uDE00", "é");
    }

    /** As {@code tf.strings.ngrams} with a tuple: all of one width, then all of the next; too short texts give none. */
    @Test
    void joinsNeighboursOfEachWidthInTurn() {
        assertThat(words(true, true, 1, 2).tokens("The quick fox"))
                .containsExactly("the", "quick", "fox", "the quick", "quick fox");
        assertThat(words(true, true, 3, 2).tokens("a b c d")).containsExactly("a b c", "b c d", "a b", "b c", "c d");
        assertThat(words(true, true, 2).tokens("a")).isEmpty();
    }

    @Test
    void takesTextsThatAreCutAlready() {
        Tokenizer none = new Tokenizer(true, true, Split.NONE, List.of(2));
        assertThat(none.tokens(List.of("New York", "is", "Big!"))).containsExactly("new york is", "is big");
    }
}
