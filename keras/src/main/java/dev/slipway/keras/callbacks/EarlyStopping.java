package dev.slipway.keras.callbacks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Ends the training when a metric has not become better for some epochs.
 *
 * <p>Source: {@code keras.callbacks.EarlyStopping} of Keras 3.9.
 */
public final class EarlyStopping extends ActiveCallback {
    private final Monitor monitor;
    private final int patience;
    private final OptionalDouble baseline;
    private final boolean restoreBestWeights;
    private final int startFromEpoch;
    private int wait;
    private double best;
    private int bestEpoch;
    private OptionalInt stoppedEpoch = OptionalInt.empty();
    private Map<String, Tensor> bestWeights = Map.of();

    private EarlyStopping(Config config) {
        monitor = new Monitor(
                config.subject(),
                config.text("monitor", "val_loss"),
                config.text("mode", "auto"),
                config.number("min_delta", 0));
        patience = config.integer("patience", 0);
        baseline = config.find("baseline").isPresent()
                ? OptionalDouble.of(config.number("baseline", 0))
                : OptionalDouble.empty();
        restoreBestWeights = config.truth("restore_best_weights", false);
        startFromEpoch = config.integer("start_from_epoch", 0);
        best = monitor.worst();
    }

    /**
     * Keras's arguments and defaults: {@code monitor} (val_loss), {@code min_delta} (0), {@code patience} (0), {@code mode}
     * (auto), {@code baseline} (none), {@code restore_best_weights} (false), {@code start_from_epoch} (0).
     *
     * @param arguments the arguments that are not the defaults
     * @return the callback
     * @throws dev.slipway.keras.config.ConfigException if there is no such argument
     * @throws IllegalArgumentException if it is not known which values of the metric are better
     */
    public static EarlyStopping of(ObjectNode arguments) {
        return Arguments.read("EarlyStopping", arguments, EarlyStopping::new);
    }

    @Override
    public void onTrainBegin(TrainingRun begun) {
        super.onTrainBegin(begun);
        wait = 0;
        best = monitor.worst();
        bestEpoch = 0;
        stoppedEpoch = OptionalInt.empty();
        bestWeights = Map.of();
    }

    @Override
    public void onEpochEnd(int epoch, Map<String, Double> logs) {
        OptionalDouble found = monitor.value(logs, run());
        if (found.isEmpty() || epoch < startFromEpoch) {
            return;
        }
        double current = found.getAsDouble();
        if (restoreBestWeights && bestWeights.isEmpty()) {
            keep(epoch);
        }
        wait++;
        if (monitor.isBetter(current, best)) {
            best = current;
            keep(epoch);
            // Patience begins anew only when the baseline is beaten, too.
            if (baseline.isEmpty() || monitor.isBetter(current, baseline.getAsDouble())) {
                wait = 0;
            }
        } else if (wait >= patience && epoch > 0) {
            stoppedEpoch = OptionalInt.of(epoch);
            run().stop();
        }
    }

    private void keep(int epoch) {
        bestEpoch = epoch;
        if (restoreBestWeights) {
            bestWeights = run().model().weights();
        }
    }

    @Override
    public void onTrainEnd(Map<String, Double> logs) {
        if (!bestWeights.isEmpty()) {
            run().model().assign(bestWeights);
        }
    }

    /**
     * In which epoch it ended the training.
     *
     * @return the epoch, from 0; empty if it did not
     */
    public OptionalInt stoppedEpoch() {
        return stoppedEpoch;
    }

    /**
     * Which epoch was the best.
     *
     * @return the epoch, from 0
     */
    public int bestEpoch() {
        return bestEpoch;
    }

    @Override
    public Snapshot snapshot() {
        ObjectNode values = Config.json().put("wait", wait).put("best", best).put("best_epoch", bestEpoch);
        stoppedEpoch.ifPresent(epoch -> values.put("stopped_epoch", epoch));
        return new Snapshot(values, bestWeights);
    }

    @Override
    public void resume(Snapshot snapshot) {
        wait = snapshot.integer("wait");
        best = snapshot.number("best", monitor.worst());
        bestEpoch = snapshot.integer("best_epoch");
        stoppedEpoch = snapshot.values().has("stopped_epoch")
                ? OptionalInt.of(snapshot.integer("stopped_epoch"))
                : OptionalInt.empty();
        bestWeights = snapshot.tensors();
    }
}
