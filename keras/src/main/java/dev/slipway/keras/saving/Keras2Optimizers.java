package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.Set;

/**
 * What optimizers of Keras 1 and 2 were given, in Keras 3's form, so that a training goes on as it went there. What Keras 3
 * cannot say stays, and is refused by name where a model is to be trained.
 *
 * <table>
 * <caption>Differences</caption>
 * <tr><th>Keras 1 and 2</th><th>Keras 3</th></tr>
 * <tr><td>{@code lr}</td><td>{@code learning_rate}</td></tr>
 * <tr><td>{@code decay}, a rate of {@code lr / (1 + decay · steps)}</td><td>the schedule InverseTimeDecay</td></tr>
 * <tr><td>{@code clipnorm} of Keras of its own, up to 2.3: the norm of all gradients together</td><td>{@code
 * global_clipnorm}</td></tr>
 * <tr><td>Adagrad of Keras of its own begins with nothing</td><td>{@code initial_accumulator_value} of 0</td></tr>
 * <tr><td>{@code epsilon} of Adagrad and RMSprop of Keras of its own, added to the root of the mean square</td><td>its
 * square, added inside of the root: nearly the same where gradients are greater than it</td></tr>
 * <tr><td>{@code schedule_decay} of Nadam</td><td>always 1</td></tr>
 * </table>
 *
 * <p>Source: {@code get_config} of {@code keras.optimizers} of Keras 1.2 and 2.3, {@code optimizer_v2} of {@code tf.keras} 2.10.
 */
final class Keras2Optimizers {
    /** Which add epsilon to the root where Keras 3 adds it to what the root is of. */
    private static final Set<String> OUTSIDE_OF_ROOT = Set.of("Adagrad", "RMSprop");

    private Keras2Optimizers() {}

    /**
     * Rewrites an optimizer.
     *
     * @param optimizer its class and configuration
     * @param version the version of Keras that wrote it; empty if nothing says so
     */
    static void toKeras3(ObjectNode optimizer, String version) {
        // The optimizers of 2.11 and later were stored as if they were a program's own.
        String className = optimizer.path("class_name").asText().replaceFirst("^Custom>", "");
        optimizer.put("class_name", className);
        if (!(optimizer.get("config") instanceof ObjectNode config)) {
            return;
        }
        Keras2Layers.rename(config, "lr", "learning_rate");
        if (config.path("weight_decay").asText().equals("0.0")) {
            config.remove("weight_decay");
        }
        if (className.equals("Nadam")) {
            momentumSchedule(config);
        } else {
            decay(config);
        }
        if (Dialect.isOfItsOwn(version)) {
            ofItsOwn(className, config);
        }
    }

    private static void ofItsOwn(String className, ObjectNode config) {
        Keras2Layers.rename(config, "clipnorm", "global_clipnorm");
        if (className.equals("Adagrad")) {
            config.put("initial_accumulator_value", 0.0);
        }
        if (OUTSIDE_OF_ROOT.contains(className) && config.path("epsilon").isNumber()) {
            double epsilon = config.get("epsilon").doubleValue();
            // Smaller, it would be zero in float32, and 0 / 0 for a weight without a gradient.
            config.put("epsilon", Math.max(epsilon * epsilon, Float.MIN_NORMAL));
        }
    }

    /** How fast Nadam's momentum grows, which {@code tf.keras} called {@code decay}. */
    private static void momentumSchedule(ObjectNode config) {
        for (String key : new String[] {"schedule_decay", "decay"}) {
            if (config.path(key).asDouble() == 1) {
                config.remove(key);
            }
        }
    }

    private static void decay(ObjectNode config) {
        double decay = config.path("decay").asDouble();
        if (decay == 0) {
            config.remove("decay");
        } else if (config.path("learning_rate").isNumber()) {
            config.remove("decay");
            ObjectNode schedule = Config.json().put("class_name", "InverseTimeDecay");
            schedule.putObject("config")
                    .put("initial_learning_rate", config.path("learning_rate").doubleValue())
                    .put("decay_steps", 1)
                    .put("decay_rate", decay);
            config.set("learning_rate", schedule);
        }
    }
}
