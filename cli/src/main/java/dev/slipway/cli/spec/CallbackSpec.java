package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.callbacks.Callbacks;
import dev.slipway.keras.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of {@code callbacks:} of a spec.
 *
 * @param className its Keras class name
 * @param arguments Keras's arguments
 * @param directory where names of files in them begin
 */
record CallbackSpec(String className, ObjectNode arguments, Path directory) {
    /** A list of names, or of names with arguments; what is wrong is found now, not after the first epoch. */
    static List<CallbackSpec> read(Config config, Path directory) {
        List<CallbackSpec> specs = new ArrayList<>();
        JsonNode found = config.find("callbacks").orElse(null);
        if (found == null) {
            return specs;
        }
        if (!found.isArray()) {
            throw config.refused("callbacks", found.toString(), "a list, such as - EarlyStopping: {patience: 3}");
        }
        for (JsonNode one : found) {
            JsonNode full = CompileSection.longForm(config.subject() + ": callbacks", one);
            String name =
                    full.isTextual() ? full.asText() : full.path("class_name").asText();
            ObjectNode arguments = full.path("config") instanceof ObjectNode given ? given : Config.json();
            CallbackSpec spec = new CallbackSpec(name, arguments, directory);
            spec.newCallback();
            specs.add(spec);
        }
        return specs;
    }

    Callback newCallback() {
        return Callbacks.of(className, arguments, directory);
    }
}
