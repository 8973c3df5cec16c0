package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.trainers.FitOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** {@code data:} of a spec. */
public sealed interface DataSection permits DataSpec, ImageSpec, TableSpec {
    /**
     * The rows to learn from, and what was learned about them.
     *
     * @param fit how they are learned from: batches, order and seed
     * @return the data
     * @throws dev.slipway.graph.SlipwayException if it is broken
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    TrainingData open(FitOptions fit);

    /**
     * The rows to judge a model by.
     *
     * @return those for validation, if there are any; else all
     */
    RowSource judged();

    /**
     * The same for a model that is there already, and not made of what was learned about a table: it may not know what stands in
     * for a missing number.
     *
     * @param mayMiss gives the inputs for which it does, if there are columns of which that matters
     * @return by default this
     */
    default DataSection forModel(Supplier<Set<String>> mayMiss) {
        return this;
    }

    /**
     * Where the rows come from.
     *
     * @return files, or a folder of files
     */
    List<Path> files();

    /**
     * How many rows are in memory to draw the next one from: another number gives another order.
     *
     * @param limits how many bytes may be in memory
     * @return the number, or {@code all}; empty if it does not depend on the limits
     */
    default Optional<String> rowsInMemory(MemoryLimits limits) {
        return Optional.empty();
    }

    /**
     * A folder of images; features that are keys with what becomes of them are a table's; a list names columns of numbers, or
     * arrays.
     *
     * @param section the section of the spec
     * @param subject what it is called in messages
     * @param specFile the spec, beside which files are looked for
     * @return the section
     */
    static DataSection read(ObjectNode section, String subject, Path specFile) {
        if (section.has("images")) {
            return ImageSpec.read(section, subject, specFile);
        }
        return section.path("features").isObject()
                ? TableSpec.read(section, subject, specFile)
                : DataSpec.read(section, subject, specFile);
    }
}
