package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.optimizers.schedules.LearningRateSchedule;
import dev.slipway.keras.optimizers.schedules.LearningRateSchedules;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What all optimizers have.
 *
 * @param name the optimizer's name in a file
 * @param learningRate the learning rate training begins with, unless there is a schedule
 * @param schedule how the learning rate depends on the steps done
 * @param weightDecay what part of a weight goes away a step, times the learning rate
 * @param clipping the limit to gradients
 * @param averaging the moving means of weights
 * @param lossScaleFactor what the loss is multiplied by and gradients are divided by
 * @param accumulationSteps how many steps' mean gradient makes one update, at least 2
 */
public record OptimizerOptions(
        String name,
        double learningRate,
        Optional<LearningRateSchedule> schedule,
        OptionalDouble weightDecay,
        Clipping clipping,
        Averaging averaging,
        OptionalDouble lossScaleFactor,
        OptionalInt accumulationSteps) {
    /**
     * Only a learning rate.
     *
     * @param name the optimizer's name in a file
     * @param learningRate the learning rate
     * @return options without anything else
     */
    public static OptimizerOptions of(String name, double learningRate) {
        return new OptimizerOptions(
                name,
                learningRate,
                Optional.empty(),
                OptionalDouble.empty(),
                Clipping.NONE,
                Averaging.NONE,
                OptionalDouble.empty(),
                OptionalInt.empty());
    }

    static OptimizerOptions read(Config config, String name, double learningRate) {
        return read(config, name, learningRate, OptionalDouble.empty());
    }

    static OptimizerOptions read(Config config, String name, double learningRate, OptionalDouble weightDecay) {
        config.ignore("is_legacy_optimizer", "jit_compile");
        Optional<LearningRateSchedule> schedule = config.find("learning_rate")
                .filter(JsonNode::isObject)
                .map(node -> Serialized.parse(config.subject() + ": learning_rate", node))
                .map(found -> LearningRateSchedules.of(found.className(), found.config()));
        OptionalInt steps = whole(config, "gradient_accumulation_steps").stream()
                .filter(n -> n != 0)
                .findFirst();
        if (steps.orElse(2) < 2) {
            throw config.refused("gradient_accumulation_steps", String.valueOf(steps.getAsInt()), ">= 2, or not set");
        }
        OptionalDouble decay = number(config, "weight_decay");
        return new OptimizerOptions(
                config.text("name", name),
                schedule.isPresent() ? learningRate : config.number("learning_rate", learningRate),
                schedule,
                decay.isPresent() ? decay : weightDecay,
                Clipping.read(config),
                Averaging.read(config),
                number(config, "loss_scale_factor"),
                steps);
    }

    static OptionalDouble number(Config config, String key) {
        return config.find(key).isPresent() ? OptionalDouble.of(config.number(key, 0)) : OptionalDouble.empty();
    }

    static OptionalInt whole(Config config, String key) {
        return config.find(key).isPresent() ? OptionalInt.of(config.integer(key)) : OptionalInt.empty();
    }

    static void put(ObjectNode config, String key, OptionalDouble value) {
        value.ifPresentOrElse(number -> config.put(key, number), () -> config.putNull(key));
    }

    /** These options of an optimizer inside another one, which scales the loss itself. */
    OptimizerOptions named(String other) {
        return new OptimizerOptions(
                other,
                learningRate,
                schedule,
                weightDecay,
                clipping,
                averaging,
                OptionalDouble.empty(),
                accumulationSteps);
    }

    ObjectNode toConfig() {
        ObjectNode config = Config.json().put("name", name);
        schedule.ifPresentOrElse(
                found -> config.set(
                        "learning_rate",
                        new Serialized(found.className(), found.config()).toJson("keras.optimizers.schedules")),
                () -> config.put("learning_rate", learningRate));
        put(config, "weight_decay", weightDecay);
        clipping.write(config);
        averaging.write(config);
        put(config, "loss_scale_factor", lossScaleFactor);
        accumulationSteps.ifPresentOrElse(
                steps -> config.put("gradient_accumulation_steps", steps),
                () -> config.putNull("gradient_accumulation_steps"));
        return config;
    }
}
