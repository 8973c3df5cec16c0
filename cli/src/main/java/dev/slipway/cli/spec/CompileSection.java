package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;

/** {@code compile:} of a spec, with the short forms of a spec written out as Keras does. */
final class CompileSection {
    private CompileSection() {}

    static ObjectNode read(ObjectNode section, String subject) {
        Config config = new Config(subject, section);
        ObjectNode compile = Config.json();
        compile.set("optimizer", one(config, "optimizer", "such as sgd or {Adam: {learning_rate: 0.001}}"));
        compile.set("loss", losses(config));
        for (String key : new String[] {"loss_weights", "metrics", "weighted_metrics"}) {
            config.find(key).ifPresent(found -> compile.set(key, longForms(config.subject() + ": " + key, found)));
        }
        config.refuseOthers();
        return compile;
    }

    private static JsonNode losses(Config config) {
        JsonNode found = config.find("loss").orElse(null);
        if (found instanceof ArrayNode list) {
            ArrayNode losses = list.arrayNode();
            list.forEach(loss -> losses.add(longForm(config.subject() + ": loss", loss)));
            return losses;
        }
        return one(config, "loss", "such as mean_squared_error");
    }

    private static JsonNode one(Config config, String key, String expected) {
        JsonNode found = config.find(key).orElseThrow(() -> config.refused(key, "nothing", expected));
        return longForm(config.subject() + ": " + key, found);
    }

    /** Lists and what stands by an output's name keep their form. */
    private static JsonNode longForms(String subject, JsonNode found) {
        if (found instanceof ArrayNode list) {
            ArrayNode all = list.arrayNode();
            list.forEach(one -> all.add(longForms(subject, one)));
            return all;
        }
        boolean named = found.size() == 1
                && found.fieldNames().next().matches("[A-Z].*")
                && (found.elements().next().isObject()
                        || found.elements().next().isNull());
        return named ? longForm(subject, found) : found;
    }

    /** A name as it stands; {@code Name: {arguments}} as {@code class_name} and {@code config}. */
    static JsonNode longForm(String subject, JsonNode found) {
        if (found.isTextual() || found.has("class_name")) {
            return found;
        }
        if (found instanceof ObjectNode object && object.size() == 1) {
            String name = object.fieldNames().next();
            JsonNode arguments = object.get(name);
            if (arguments == null || arguments.isNull()) {
                return object.textNode(name);
            }
            if (arguments.isObject()) {
                ObjectNode written = Config.json().put("class_name", name);
                written.set("config", arguments);
                return written;
            }
        }
        throw new ConfigException(subject + " = " + found + " (expected: a name, or one name with its arguments)");
    }
}
