package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;

/**
 * What all optimizers have.
 *
 * @param name the optimizer's name in a file
 * @param learningRate the learning rate training begins with
 * @param weightDecay what part of a weight goes away a step, times the learning rate; 0 for none
 * @param clipNorm the greatest norm of one weight's gradient; 0 for no limit
 * @param globalClipNorm the greatest norm of all gradients together; 0 for no limit
 * @param clipValue the greatest magnitude of a gradient's number; 0 for no limit
 */
public record OptimizerOptions(
        String name,
        double learningRate,
        double weightDecay,
        double clipNorm,
        double globalClipNorm,
        double clipValue) {
    /**
     * Only a learning rate.
     *
     * @param name the optimizer's name in a file
     * @param learningRate the learning rate
     * @return options without decay and clipping
     */
    public static OptimizerOptions of(String name, double learningRate) {
        return new OptimizerOptions(name, learningRate, 0, 0, 0, 0);
    }

    static OptimizerOptions read(Config config, String name, double learningRate) {
        config.find("learning_rate").filter(JsonNode::isObject).ifPresent(schedule -> {
            throw config.refused(
                    "learning_rate",
                    schedule.path("class_name").asText(),
                    "a number: schedules are not" + " supported yet");
        });
        if (config.truth("use_ema", false)) {
            throw config.refused("use_ema", "true", "false: moving averages of weights are not supported yet");
        }
        for (String key : new String[] {"loss_scale_factor", "gradient_accumulation_steps"}) {
            config.find(key).ifPresent(value -> {
                throw config.refused(key, value.toString(), "not set, as it is not supported yet");
            });
        }
        config.ignore("ema_momentum", "ema_overwrite_frequency", "is_legacy_optimizer", "jit_compile");
        return new OptimizerOptions(
                config.text("name", name),
                config.number("learning_rate", learningRate),
                config.number("weight_decay", 0),
                config.number("clipnorm", 0),
                config.number("global_clipnorm", 0),
                config.number("clipvalue", 0));
    }

    ObjectNode toConfig() {
        ObjectNode config = Config.json();
        config.put("name", name).put("learning_rate", learningRate);
        put(config, "weight_decay", weightDecay);
        put(config, "clipnorm", clipNorm);
        put(config, "global_clipnorm", globalClipNorm);
        put(config, "clipvalue", clipValue);
        config.put("use_ema", false).put("ema_momentum", 0.99).putNull("ema_overwrite_frequency");
        return config.putNull("loss_scale_factor").putNull("gradient_accumulation_steps");
    }

    private static void put(ObjectNode config, String key, double limit) {
        if (limit > 0) {
            config.put(key, limit);
        } else {
            config.putNull(key);
        }
    }
}
