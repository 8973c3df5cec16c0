package dev.slipway.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The rows of {@code transformer}: sentences of ten words in any order, as numbers, that praise or blame; the same at every
 * run. A word of praise praises and a word of blame blames, unless there is a "not": no word alone says which.
 */
public final class Opinions {
    private static final int WORDS = 10;
    private static final int NOT = 1;
    private static final int FIRST_PRAISE = 2;
    private static final int FIRST_BLAME = 6;
    private static final int SYNONYMS = 4;
    private static final int FIRST_OTHER = 10;
    private static final int VOCABULARY = 30;

    private Opinions() {}

    /**
     * Some rows.
     *
     * @param rows how many
     * @param seed what the sentences come from
     * @return a CSV of columns {@code w0} to {@code w9}, each 1 to 29, and {@code praise}: 1 or 0
     */
    public static String csv(int rows, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < WORDS; word++) {
            text.append('w').append(word).append(',');
        }
        text.append("praise\n");
        for (int row = 0; row < rows; row++) {
            boolean praise = random.nextBoolean();
            boolean negated = random.nextBoolean();
            sentence(random, praise, negated).forEach(word -> text.append(word).append(','));
            text.append(praise == negated ? 0 : 1).append('\n');
        }
        return text.toString();
    }

    private static List<Integer> sentence(Random random, boolean praise, boolean negated) {
        List<Integer> words = new ArrayList<>();
        words.add((praise ? FIRST_PRAISE : FIRST_BLAME) + random.nextInt(SYNONYMS));
        if (negated) {
            words.add(NOT);
        }
        while (words.size() < WORDS) {
            words.add(FIRST_OTHER + random.nextInt(VOCABULARY - FIRST_OTHER));
        }
        Collections.shuffle(words, random);
        return words;
    }

    /**
     * Writes {@code train.csv} and {@code test.csv}.
     *
     * @param arguments the directory
     * @throws IOException if they cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Files.writeString(directory.resolve("train.csv"), csv(1000, 1));
        Files.writeString(directory.resolve("test.csv"), csv(250, 2));
    }
}
