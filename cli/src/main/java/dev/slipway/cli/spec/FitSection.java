package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.trainers.FitOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code fit:} of a spec: Keras's arguments of {@code fit} that are numbers. */
final class FitSection {
    private FitSection() {}

    static FitOptions read(Config config) {
        try {
            return options(config);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new ConfigException(config.subject() + ": " + message.replaceFirst("^(\\w+): ", "$1 = "), e);
        }
    }

    private static FitOptions options(Config config) {
        FitOptions defaults = FitOptions.defaults();
        FitOptions options = defaults.withEpochs(config.integer("epochs", defaults.epochs()))
                .withInitialEpoch(config.integer("initial_epoch", defaults.initialEpoch()))
                .withBatchSize(config.integer("batch_size", defaults.batchSize()))
                .withShuffle(config.truth("shuffle", defaults.shuffle()))
                .withSeed(config.integer("seed", (int) defaults.seed()))
                .withValidationSplit(config.number("validation_split", defaults.validationSplit()))
                .withValidationFreq(config.integer("validation_freq", defaults.validationFreq()));
        if (config.find("steps_per_epoch").isPresent()) {
            options = options.withStepsPerEpoch(config.integer("steps_per_epoch"));
        }
        if (config.find("validation_steps").isPresent()) {
            options = options.withValidationSteps(config.integer("validation_steps"));
        }
        if (config.find("validation_batch_size").isPresent()) {
            options = options.withValidationBatchSize(config.integer("validation_batch_size"));
        }
        if (config.find("class_weight").isPresent()) {
            options = options.withClassWeight(classWeight(config));
        }
        config.refuseOthers();
        return options;
    }

    private static Map<Integer, Double> classWeight(Config config) {
        JsonNode found = config.find("class_weight").orElseThrow();
        Map<Integer, Double> weights = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : found.properties()) {
            if (!entry.getKey().matches("\\d{1,9}") || !entry.getValue().isNumber()) {
                throw config.refused("class_weight", found.toString(), "numbers by class, such as {0: 1.0, 1: 5.0}");
            }
            weights.put(Integer.valueOf(entry.getKey()), entry.getValue().doubleValue());
        }
        if (weights.isEmpty()) {
            throw config.refused("class_weight", found.toString(), "numbers by class, such as {0: 1.0, 1: 5.0}");
        }
        return weights;
    }
}
