package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.constraints.Constraints;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What layers of Keras 2 are given, in Keras 3's form.
 *
 * <table>
 * <caption>Differences</caption>
 * <tr><th>Keras 2</th><th>Keras 3</th></tr>
 * <tr><td>initializers named by functions or versions: {@code lecun_normal}, {@code GlorotUniformV2}</td><td>{@code
 * LecunNormal}, {@code GlorotUniform}</td></tr>
 * <tr><td>{@code distribution: normal}</td><td>{@code truncated_normal}</td></tr>
 * <tr><td>regularizers with a {@code name}</td><td>none</td></tr>
 * <tr><td>constraints with {@code m}, as Keras 1 called it</td><td>{@code max_value}</td></tr>
 * <tr><td>{@code PolicyV1} with a {@code loss_scale}</td><td>{@code DTypePolicy}</td></tr>
 * </table>
 *
 * <p>Source: {@code get_config} of {@code keras.initializers}, {@code keras.regularizers} and {@code keras.constraints} of Keras
 * 2.0 to 2.15, {@code mixed_precision.PolicyV1} of {@code tf.keras} 2.4.
 */
final class Keras2Parts {
    private Keras2Parts() {}

    /** Rewrites what stands in the configuration of a layer; what is not Keras's stays as it is. */
    static void toKeras3(ObjectNode layer) {
        for (Map.Entry<String, JsonNode> field : layer.properties()) {
            String key = field.getKey();
            if (!(field.getValue() instanceof ObjectNode part) || !(part.get("config") instanceof ObjectNode config)) {
                continue;
            }
            if (key.endsWith("_initializer")) {
                initializer(part, config);
            } else if (key.endsWith("_regularizer")) {
                if (isKnown(part, Regularizers.names())) {
                    config.remove("name");
                }
            } else if (key.endsWith("_constraint")) {
                if (isKnown(part, Constraints.names())) {
                    Keras2Layers.rename(config, "m", "max_value");
                }
            } else if (key.equals("dtype") && part.path("class_name").asText().equals("PolicyV1")) {
                part.put("class_name", "Policy");
            }
        }
    }

    private static void initializer(ObjectNode part, ObjectNode config) {
        String name = part.path("class_name").asText().replaceFirst("V[12]$", "");
        String className = name.equals(name.toLowerCase(Locale.ROOT)) ? camelCase(name) : name;
        if (!isKnown(part.deepCopy().put("class_name", className), Initializers.names())) {
            return;
        }
        part.put("class_name", className);
        config.remove("dtype");
        if (config.path("distribution").asText().equals("normal")) {
            config.put("distribution", "truncated_normal");
        }
    }

    private static boolean isKnown(JsonNode part, List<String> names) {
        String plain = Serialized.qualified(part, part.path("class_name").asText())
                .replace("_", "")
                .replaceFirst("Initializer$", "");
        return names.stream().anyMatch(plain::equalsIgnoreCase);
    }

    private static String camelCase(String snakeCase) {
        return Arrays.stream(snakeCase.split("_", -1))
                .filter(word -> !word.isEmpty())
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
    }
}
