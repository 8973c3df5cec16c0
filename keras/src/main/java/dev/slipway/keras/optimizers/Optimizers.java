package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Nearest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The optimizers that come with Slipway, by name. */
public final class Optimizers {
    private static final Map<String, Function<Config, Optimizer>> BY_NAME = new TreeMap<>(Map.ofEntries(
            Map.entry("adadelta", Adadelta::read),
            Map.entry("adafactor", Adafactor::read),
            Map.entry("adagrad", Adagrad::read),
            Map.entry("adam", Adam::read),
            Map.entry("adamax", Adamax::read),
            Map.entry("adamw", Adam::readW),
            Map.entry("ftrl", Ftrl::read),
            Map.entry("lamb", Lamb::read),
            Map.entry("lion", Lion::read),
            Map.entry("lossscaleoptimizer", LossScaleOptimizer::read),
            Map.entry("muon", Muon::read),
            Map.entry("nadam", Nadam::read),
            Map.entry("rmsprop", RMSprop::read),
            Map.entry("sgd", SGD::read)));

    private Optimizers() {}

    /**
     * An optimizer with Keras's defaults.
     *
     * @param name its Keras name, such as {@code adam}; case does not count
     * @return the optimizer
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Optimizer named(String name) {
        return of(name, Config.json());
    }

    /**
     * An optimizer with a configuration.
     *
     * @param className its Keras class name; case does not count
     * @param config its configuration
     * @return the optimizer
     * @throws IllegalArgumentException if there is none of that name
     * @throws dev.slipway.keras.config.ConfigException if a key is not supported
     */
    public static Optimizer of(String className, ObjectNode config) {
        Function<Config, Optimizer> reader = BY_NAME.get(className.toLowerCase(Locale.ROOT));
        if (reader == null) {
            throw new IllegalArgumentException("optimizer '" + className + "' (expected: one of " + names()
                    + "; nearest: " + Nearest.to(className.toLowerCase(Locale.ROOT), BY_NAME.keySet()) + ")");
        }
        Config reading = new Config("optimizer " + className, config);
        Optimizer optimizer = reader.apply(reading);
        reading.refuseOthers();
        return optimizer;
    }

    /**
     * An optimizer around another one, that scales the loss for training in half precision.
     *
     * @param inner the other one
     * @return a {@code LossScaleOptimizer} with Keras's defaults; the same optimizer if it is one already
     */
    public static Optimizer scaled(Optimizer inner) {
        return inner instanceof LossScaleOptimizer ? inner : LossScaleOptimizer.around(inner);
    }

    /**
     * The names known.
     *
     * @return Keras's lower-case names, sorted
     */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }
}
