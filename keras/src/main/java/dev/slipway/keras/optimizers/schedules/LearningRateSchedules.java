package dev.slipway.keras.optimizers.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Nearest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The learning-rate schedules that come with Slipway, by name. */
public final class LearningRateSchedules {
    private static final Map<String, Function<Config, LearningRateSchedule>> BY_CLASS = new TreeMap<>(Map.of(
            "CosineDecay", CosineDecay::read,
            "CosineDecayRestarts", CosineDecayRestarts::read,
            "ExponentialDecay", ExponentialDecay::read,
            "InverseTimeDecay", InverseTimeDecay::read,
            "PiecewiseConstantDecay", PiecewiseConstantDecay::read,
            "PolynomialDecay", PolynomialDecay::read));

    private LearningRateSchedules() {}

    /**
     * A schedule with a configuration.
     *
     * @param className its Keras class name
     * @param config its configuration
     * @return the schedule
     * @throws IllegalArgumentException if there is none of that name
     * @throws dev.slipway.keras.config.ConfigException if a key is not supported
     */
    public static LearningRateSchedule of(String className, ObjectNode config) {
        Function<Config, LearningRateSchedule> reader = BY_CLASS.get(className);
        if (reader == null) {
            throw new IllegalArgumentException("learning-rate schedule '" + className + "' (expected: one of " + names()
                    + "; nearest: " + Nearest.to(className, BY_CLASS.keySet()) + ")");
        }
        Config reading = new Config("schedule " + className, config);
        LearningRateSchedule schedule = reader.apply(reading);
        reading.refuseOthers();
        return schedule;
    }

    /**
     * The class names known.
     *
     * @return sorted
     */
    public static List<String> names() {
        return List.copyOf(BY_CLASS.keySet());
    }
}
