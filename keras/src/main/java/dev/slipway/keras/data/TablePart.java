package dev.slipway.keras.data;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Some rows of a table, drawn by chance: what is not in the one part is in the other. Which row goes where depends on the seed
 * and the row's number, and on nothing else.
 *
 * @param table all rows
 * @param fraction how many rows the part for validation has, about: between 0 and 1
 * @param seed what is drawn from
 * @param validation whether this is the part for validation; else the part to learn from
 */
public record TablePart(Table table, double fraction, long seed, boolean validation) implements Table {
    /**
     * Checks the fraction.
     *
     * @param table all rows
     * @param fraction how many rows are for validation
     * @param seed what is drawn from
     * @param validation which part this is
     * @throws IllegalArgumentException if the fraction is not between 0 and 1
     */
    public TablePart {
        if (!(fraction > 0 && fraction < 1)) {
            throw new IllegalArgumentException("validation_split: " + fraction + " (expected: between 0 and 1)");
        }
    }

    @Override
    public String name() {
        return table.name();
    }

    @Override
    public List<String> columns() {
        return table.columns();
    }

    @Override
    public TableRows open() {
        SplittableRandom random = new SplittableRandom(seed);
        return new SomeRows(table.open()) {
            @Override
            boolean isWanted() {
                return random.nextDouble() < fraction == validation;
            }
        };
    }
}
