package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * How a model of Keras 1 or 2 was compiled, in Keras 3's form. What Keras 3 does not have stays, and is refused where a
 * model is to be trained; such a model still predicts.
 *
 * <p>Source: {@code training_config} of {@code keras.engine.saving} of Keras 2.2, {@code saving_utils} of {@code tf.keras}
 * 2.10, {@code keras.models.save_model} of Keras 1.2.
 */
final class Keras2Training {
    /** The cosine of two vectors, and its negative as a loss. */
    private static final Set<String> COSINES = Set.of("cosine", "cosine_proximity");

    private Keras2Training() {}

    /** Before 2.3, Keras of its own divided the loss by how many numbers a vector has, and its metric was the loss. */
    private static Set<String> cosines(String version) {
        return Dialect.isOfItsOwn(version) && !version.startsWith("2.3.") ? Set.of() : COSINES;
    }

    /**
     * {@code training_config}, its optimizer already under {@code optimizer}, in the form of {@code compile_config}.
     *
     * @param version the version of Keras that wrote it
     */
    static ObjectNode compileConfig(ObjectNode compile, String version) {
        if (compile.get("optimizer") instanceof ObjectNode optimizer) {
            Keras2Optimizers.toKeras3(optimizer, version);
        }
        losses(compile.path("loss"));
        if (compile.get("metrics") instanceof ArrayNode metrics) {
            compile.set("metrics", metrics(metrics));
        }
        Set<String> cosines = cosines(version);
        compile.replace("loss", named(compile.path("loss"), name -> loss(name, cosines)));
        for (String key : List.of("metrics", "weighted_metrics")) {
            compile.replace(key, named(compile.path(key), name -> metric(name, cosines)));
        }
        return compile;
    }

    /** What is called by names, alone, in lists or by outputs. */
    private static JsonNode named(JsonNode node, Function<String, JsonNode> known) {
        if (node.isTextual()) {
            return known.apply(node.textValue());
        }
        if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                list.set(i, named(list.get(i), known));
            }
        } else if (node instanceof ObjectNode object && !object.has("class_name")) {
            object.properties().forEach(entry -> entry.setValue(named(entry.getValue(), known)));
        }
        return node.isMissingNode() ? NullNode.getInstance() : node;
    }

    private static JsonNode loss(String name, Set<String> cosines) {
        return TextNode.valueOf(cosines.contains(name) ? "cosine_similarity" : name);
    }

    /** A metric is shown by the name that the file has, whatever it is called now. */
    private static JsonNode metric(String name, Set<String> cosines) {
        String className = cosines.contains(name) ? "CosineSimilarity" : name.equals("KLD") ? "KLDivergence" : "";
        if (className.isEmpty()) {
            return TextNode.valueOf(name);
        }
        ObjectNode metric = Config.json().put("class_name", className);
        metric.putObject("config").put("name", name);
        return metric;
    }

    private static void losses(JsonNode loss) {
        if (loss.get("config") instanceof ObjectNode config
                && config.path("reduction").asText().equals("auto")) {
            config.remove("reduction");
        } else if (loss.isContainerNode()) {
            loss.forEach(Keras2Training::losses);
        }
    }

    /** A model of one output had its metrics in a list of their own, each wrapped. */
    private static ArrayNode metrics(ArrayNode metrics) {
        ArrayNode plain = Config.json().arrayNode();
        for (JsonNode metric : metrics.size() == 1 && metrics.get(0).isArray() ? metrics.get(0) : metrics) {
            boolean wrapped = metric.path("class_name").asText().equals("MeanMetricWrapper");
            JsonNode name = metric.path("config").path("name");
            boolean isAccuracy =
                    name.asText().equals("accuracy") || name.asText().equals("acc");
            plain.add(
                    !wrapped
                            ? metric
                            : isAccuracy ? name : metric.path("config").path("fn"));
        }
        return plain;
    }
}
