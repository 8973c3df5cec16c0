package dev.slipway.server.inference;

import java.time.Duration;
import java.util.Optional;

/**
 * How rows of one model's requests go together, where that is not as {@link LoadOptions} say for all models.
 *
 * @param mode whether they do
 * @param rows how many rows go together at most
 * @param latency how long a call for rows of several requests may take
 */
public record ModelBatching(Optional<Mode> mode, Optional<Integer> rows, Optional<Duration> latency) {
    /** As for all models. */
    public static final ModelBatching AS_ALL = new ModelBatching(Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether rows of several requests go through the engine together. */
    public enum Mode {
        /** Where the rows of the model do not depend on each other. */
        AUTO,
        /** Never. */
        OFF,
        /** Always: a model whose rows may depend on each other is not served. */
        ON
    }

    /**
     * Checks the numbers.
     *
     * @param mode whether they do
     * @param rows how many rows go together at most
     * @param latency how long a call for rows of several requests may take
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ModelBatching {
        rows.ifPresent(LoadOptions::requireBatchRows);
        latency.ifPresent(LoadOptions::requireBatchLatency);
    }

    /** Refuses a model whose rows cannot go together although they must. */
    void requireFits(ServedModel model) {
        if (mode.equals(Optional.of(Mode.ON)) && !model.rowsAreIndependent()) {
            throw new IllegalArgumentException(
                    "batching: on (expected: off or auto for a model that has inputs or outputs"
                            + " without a batch axis in front, or with another length that is not known: its rows may depend on"
                            + " each other)");
        }
    }
}
