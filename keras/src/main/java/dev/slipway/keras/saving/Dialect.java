package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.KerasVersion;
import dev.slipway.keras.config.Origin;
import java.util.List;
import java.util.regex.Pattern;

/** The language of an architecture: that of the Keras that wrote it, whose meaning goes with it. */
enum Dialect {
    KERAS_1,
    KERAS_2,
    KERAS_3;

    private static final Pattern ITS_OWN = Pattern.compile("1\\..*|2\\.[0-3]\\.\\d+");

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

    /**
     * What Keras computed with: before Keras 3 nothing that computes as PyTorch does. Keras 1 does not say; {@link
     * Keras1Ordering} tells then.
     */
    Backend backend(String name, JsonNode compileConfig, JsonNode architecture) {
        if (this == KERAS_3) {
            return Backend.of(name, compileConfig);
        }
        boolean isTheanos = this == KERAS_1 && name.isEmpty() && Keras1Ordering.isTheanos(architecture);
        return isTheanos || name.equals(Backend.THEANO.kerasName()) ? Backend.THEANO : Backend.TENSORFLOW;
    }

    /** Which Keras computes so; the latest for what is of Keras 3 and says no version. */
    Origin origin(String version, String backend, JsonNode compileConfig, JsonNode architecture) {
        KerasVersion said = KerasVersion.of(version);
        boolean isUnsaid = this == KERAS_3 && said.major() < 3;
        return new Origin(backend(backend, compileConfig, architecture), isUnsaid ? KerasVersion.latest() : said);
    }

    /**
     * An architecture of this dialect in Keras 3's form.
     *
     * @param architecture the architecture
     * @param version the version of Keras that wrote it; empty if nothing says so
     * @param backend what that Keras computed with
     */
    ObjectNode toKeras3(ObjectNode architecture, String version, Backend backend) {
        ObjectNode whole = whole(architecture);
        return switch (this) {
            case KERAS_1 -> {
                ObjectNode plain = Keras2Dialect.architecture(Keras1Dialect.toKeras2(whole));
                Keras2MaskFlow.sayWhere(plain, !isOfItsOwn(version));
                yield plain;
            }
            case KERAS_2 -> {
                ObjectNode plain = Keras2Dialect.architecture(Keras1Dialect.withoutRelics(whole));
                Keras2UpSampling.sayWhere(plain, version);
                Keras2Crop.sayWhich(plain, version);
                Keras2MaskFlow.sayWhere(plain, !isOfItsOwn(version));
                if (backend == Backend.THEANO) {
                    TheanoLimits.mark(plain);
                }
                yield plain;
            }
            case KERAS_3 -> whole;
        };
    }

    /**
     * Whether a version of Keras 1 or 2 is one of Keras of its own: {@code tf.keras} wrote {@code -tf} behind it, and is all there
     * is of Keras 2 from 2.4 on.
     *
     * @param version the version; empty if nothing says so, which is taken for one of Keras of its own
     */
    static boolean isOfItsOwn(String version) {
        return version.isEmpty() || ITS_OWN.matcher(version).matches();
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
