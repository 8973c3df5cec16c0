package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.List;

/** The language of an architecture: that of the Keras that wrote it, whose meaning goes with it. */
enum Dialect {
    KERAS_1,
    KERAS_2,
    KERAS_3;

    /** What only Keras 1 wrote. */
    private static final List<String> KEYS_1 =
            List.of("W_regularizer", "nb_filter", "border_mode", "inner_activation", "dim_ordering", "concat_axis");

    /** The version of the Keras that wrote a file: what the file says, or what stands beside the architecture in it. */
    static String version(String inFile, JsonNode architecture) {
        return inFile.isEmpty() ? architecture.path("keras_version").asText("") : inFile;
    }

    /**
     * The dialect of an architecture.
     *
     * @param file where it stands, for messages
     * @param version the version of Keras that wrote it; empty if nothing says so
     * @param architecture the architecture, which is looked at if nothing says so
     * @throws ConfigException for a version before 1.0, and for what TensorFlow.js made of a model
     */
    static Dialect of(String file, String version, JsonNode architecture) {
        if (version.startsWith("0.") || isOfKeras0(architecture)) {
            throw new ConfigException(file + ": written by Keras " + (version.isEmpty() ? "0" : version)
                    + " (expected: 1.0 or later; load it in Keras 1 and save it again)");
        }
        if (architecture.has("modelTopology")) {
            throw new ConfigException(file + ": a model of TensorFlow.js (expected: one of Keras; convert it by"
                    + " tensorflowjs_converter --input_format=tfjs_layers_model --output_format=keras)");
        }
        if (version.startsWith("1.")) {
            return KERAS_1;
        }
        if (version.startsWith("2.")) {
            return KERAS_2;
        }
        return version.isEmpty() ? guessed(architecture) : KERAS_3;
    }

    /** It did not say its version; the layers' classes were their names, and everything else stood beside them. */
    private static boolean isOfKeras0(JsonNode architecture) {
        JsonNode first = architecture.path("layers").path(0);
        return !architecture.has("class_name") && first.has("name") && !first.has("class_name");
    }

    private static Dialect guessed(JsonNode architecture) {
        if (KEYS_1.stream().anyMatch(key -> architecture.findValue(key) != null)) {
            return KERAS_1;
        }
        boolean isNewer = architecture.findValue("batch_shape") != null || architecture.findValue("args") != null;
        boolean isOld = architecture.findValue("batch_input_shape") != null
                || architecture.path("config").isArray();
        return isOld && !isNewer ? KERAS_2 : KERAS_3;
    }

    /** What Keras computed with: before Keras 3 nothing that computes as PyTorch does. */
    Backend backend(String name, JsonNode compileConfig) {
        return this == KERAS_3 ? Backend.of(name, compileConfig) : Backend.TENSORFLOW;
    }

    /**
     * An architecture of this dialect in Keras 3's form.
     *
     * @param architecture the architecture
     * @param version the version of Keras that wrote it; empty if nothing says so
     */
    ObjectNode toKeras3(ObjectNode architecture, String version) {
        ObjectNode whole = whole(architecture);
        return switch (this) {
            case KERAS_1 -> Keras2Dialect.architecture(Keras1Dialect.toKeras2(whole));
            case KERAS_2 -> {
                ObjectNode plain = Keras2Dialect.architecture(Keras1Dialect.withoutRelics(whole));
                Keras2UpSampling.sayWhere(plain, version);
                Keras2Crop.sayWhich(plain, version);
                yield plain;
            }
            case KERAS_3 -> whole;
        };
    }

    /** A bare configuration, as {@code model.get_config()} gives it, with its class. */
    private static ObjectNode whole(ObjectNode architecture) {
        if (architecture.has("class_name") || !architecture.path("layers").isArray()) {
            return architecture;
        }
        boolean isFunctional = architecture.has("input_layers");
        ObjectNode whole = Config.json().put("class_name", isFunctional ? "Functional" : "Sequential");
        whole.set("config", architecture);
        return whole;
    }
}
