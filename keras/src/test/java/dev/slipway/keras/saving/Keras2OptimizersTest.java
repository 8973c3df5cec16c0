package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import org.junit.jupiter.api.Test;

class Keras2OptimizersTest {
    @Test
    void decayIsAScheduleOfKeras3() {
        assertThat(toKeras3("Adam", "2.10.0", "decay", 0.5))
                .hasToString("{\"learning_rate\":{\"class_name\":\"InverseTimeDecay\",\"config\":"
                        + "{\"initial_learning_rate\":0.25,\"decay_steps\":1,\"decay_rate\":0.5}}}");
        assertThat(toKeras3("Adam", "2.3.1", "decay", 0)).hasToString("{\"learning_rate\":0.25}");
    }

    @Test
    void keepsTheMomentumOfNadamThatKeras3DoesNotHave() {
        assertThat(toKeras3("Nadam", "2.3.1", "schedule_decay", 0.004))
                .hasToString("{\"schedule_decay\":0.004,\"learning_rate\":0.25}");
        assertThat(toKeras3("Nadam", "2.10.0", "decay", 0.004)).hasToString("{\"decay\":0.004,\"learning_rate\":0.25}");
        assertThat(toKeras3("Nadam", "2.3.1", "schedule_decay", 1)).hasToString("{\"learning_rate\":0.25}");
    }

    /** TensorFlow's Keras clipped each gradient alone from its beginning. */
    @Test
    void clipsAllGradientsTogetherWhereKerasOfItsOwnDid() {
        String together = "{\"learning_rate\":0.25,\"global_clipnorm\":1.0}";
        String alone = "{\"clipnorm\":1.0,\"learning_rate\":0.25}";
        assertThat(toKeras3("SGD", "1.2.2", "clipnorm", 1)).hasToString(together);
        assertThat(toKeras3("SGD", "2.3.1", "clipnorm", 1)).hasToString(together);
        assertThat(toKeras3("SGD", "", "clipnorm", 1)).hasToString(together);
        assertThat(toKeras3("SGD", "2.2.4-tf", "clipnorm", 1)).hasToString(alone);
        assertThat(toKeras3("SGD", "2.4.0", "clipnorm", 1)).hasToString(alone);
        assertThat(toKeras3("SGD", "2.15.0", "clipnorm", 1)).hasToString(alone);
    }

    @Test
    void adagradAndRmspropOfKerasOfItsOwnHaveEpsilonOutsideOfTheRoot() {
        assertThat(toKeras3("Adagrad", "2.2.4", "epsilon", 0.5))
                .hasToString("{\"epsilon\":0.25,\"learning_rate\":0.25,\"initial_accumulator_value\":0.0}");
        assertThat(toKeras3("RMSprop", "2.2.4", "epsilon", 0.5))
                .hasToString("{\"epsilon\":0.25,\"learning_rate\":0.25}");
        assertThat(toKeras3("RMSprop", "2.10.0", "epsilon", 0.5))
                .hasToString("{\"epsilon\":0.5,\"learning_rate\":0.25}");
        assertThat(toKeras3("Adam", "2.2.4", "epsilon", 0.5)).hasToString("{\"epsilon\":0.5,\"learning_rate\":0.25}");
    }

    private static ObjectNode toKeras3(String className, String version, String key, double value) {
        ObjectNode optimizer = Config.json().put("class_name", className);
        ObjectNode config = optimizer.putObject("config").put(key, value).put("lr", 0.25);
        Keras2Optimizers.toKeras3(optimizer, version);
        return config;
    }
}
