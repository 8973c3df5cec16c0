package dev.slipway.keras.callbacks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.OptionalInt;
import java.util.function.Function;

/** The arguments of a callback, by Keras's names. */
final class Arguments {
    private Arguments() {}

    /** Makes a callback of arguments; refuses those that nobody asked for. */
    static <C> C read(String callback, ObjectNode arguments, Function<Config, C> maker) {
        Config config = new Config(callback, arguments);
        config.ignore("verbose");
        C made = maker.apply(config);
        config.refuseOthers();
        return made;
    }

    /** {@code "epoch"}, which is empty, or a number of batches. */
    static OptionalInt frequency(Config config, String key) {
        JsonNode found = config.find(key).orElse(null);
        if (found == null || found.asText().equals("epoch")) {
            return OptionalInt.empty();
        }
        if (found.asText().equals("batch")) {
            return OptionalInt.of(1);
        }
        if (!found.canConvertToInt() || found.intValue() < 1) {
            throw config.refused(key, found.toString(), "epoch, or a number of batches");
        }
        return OptionalInt.of(found.intValue());
    }

    /** Text that must be there. */
    static String text(Config config, String key, String expected) {
        String found = config.text(key, "");
        if (found.isEmpty()) {
            throw config.refused(key, "nothing", expected);
        }
        return found;
    }
}
