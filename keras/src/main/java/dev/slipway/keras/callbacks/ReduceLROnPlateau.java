package dev.slipway.keras.callbacks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Multiplies the learning rate by a factor when a metric has not become better for some epochs. The rate that an epoch was
 * trained with stands in the history as {@code learning_rate}.
 *
 * <p>Source: {@code keras.callbacks.ReduceLROnPlateau} of Keras 3.9.
 */
public final class ReduceLROnPlateau extends ActiveCallback {
    private final Monitor monitor;
    private final double factor;
    private final int patience;
    private final int cooldown;
    private final double minRate;
    private double best;
    private int wait;
    private int coolingDown;

    private ReduceLROnPlateau(Config config) {
        monitor = new Monitor(
                config.subject(),
                config.text("monitor", "val_loss"),
                config.text("mode", "auto"),
                config.number("min_delta", 1e-4));
        factor = config.number("factor", 0.1);
        patience = config.integer("patience", 10);
        cooldown = config.integer("cooldown", 0);
        minRate = config.number("min_lr", 0);
        if (!(factor < 1)) {
            throw config.refused("factor", String.valueOf(factor), "a number below 1");
        }
        best = monitor.worst();
    }

    /**
     * Keras's arguments and defaults: {@code monitor} (val_loss), {@code factor} (0.1), {@code patience} (10), {@code mode}
     * (auto), {@code min_delta} (1e-4), {@code cooldown} (0), {@code min_lr} (0).
     *
     * @param arguments the arguments that are not the defaults
     * @return the callback
     * @throws dev.slipway.keras.config.ConfigException if there is no such argument, or the factor is not below 1
     */
    public static ReduceLROnPlateau of(ObjectNode arguments) {
        return Arguments.read("ReduceLROnPlateau", arguments, ReduceLROnPlateau::new);
    }

    @Override
    public void onTrainBegin(TrainingRun begun) {
        super.onTrainBegin(begun);
        best = monitor.worst();
        wait = 0;
        coolingDown = 0;
    }

    @Override
    public void onEpochEnd(int epoch, Map<String, Double> logs) {
        logs.put("learning_rate", run().model().learningRate().now());
        OptionalDouble current = monitor.value(logs, run());
        if (current.isEmpty()) {
            return;
        }
        if (coolingDown > 0) {
            coolingDown--;
            wait = 0;
        }
        if (monitor.isBetter(current.getAsDouble(), best)) {
            best = current.getAsDouble();
            wait = 0;
        } else if (coolingDown == 0) {
            wait++;
            if (wait >= patience) {
                reduce();
            }
        }
    }

    private void reduce() {
        double rate = run().model().learningRate().now();
        if (rate > (float) minRate) {
            run().model().learningRate().set(Math.max(rate * factor, minRate));
            coolingDown = cooldown;
            wait = 0;
        }
    }

    @Override
    public Snapshot snapshot() {
        return Snapshot.of(Config.json().put("best", best).put("wait", wait).put("cooling_down", coolingDown));
    }

    @Override
    public void resume(Snapshot snapshot) {
        best = snapshot.number("best", monitor.worst());
        wait = snapshot.integer("wait");
        coolingDown = snapshot.integer("cooling_down");
    }
}
