package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.layers.SnakeCase;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.trainers.CompileOptions.LossChoice;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The loss of an output as {@code compile_config} has it.
 *
 * <p>Source: {@code CompileLoss} of {@code keras.src.trainers.compile_utils} of Keras 3.9.
 *
 * @param json its name or serialized object, as Keras reads it; null for none
 * @param choice makes it; empty for none
 */
record LossSpec(JsonNode json, Optional<LossChoice> choice) {
    /** What the shapes make one loss or another. */
    private static final Set<String> ANY_CROSSENTROPY = Set.of("ce", "crossentropy");

    private static final LossSpec NONE = new LossSpec(NullNode.getInstance(), Optional.empty());

    /**
     * Reads the loss of every output: one for all, a list, or a map from output names.
     *
     * @throws ConfigException if an output has none; one that is not to have any says so with null
     */
    static List<LossSpec> read(JsonNode node, List<String> outputs) {
        boolean single = !node.isArray() && !(node.isObject() && !node.has("class_name"));
        if (single) {
            return Collections.nCopies(outputs.size(), one(node));
        }
        List<JsonNode> entries = PerOutput.entries("loss", node, outputs);
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).isMissingNode()) {
                throw new ConfigException("compile: loss = " + node + " (expected: an entry for each output, null for"
                        + " none; missing: '" + outputs.get(i) + "')");
            }
        }
        return entries.stream().map(LossSpec::one).toList();
    }

    private static LossSpec one(JsonNode node) {
        if (PerOutput.isNone(node)) {
            return NONE;
        }
        Serialized serialized = Serialized.parse("compile: loss", node);
        if (node.path("config").isObject()) {
            Loss loss = Losses.of(serialized.className(), serialized.config());
            return new LossSpec(
                    new Serialized(loss.className(), loss.config()).toJson("keras.losses"),
                    Optional.of((target, prediction) -> loss));
        }
        String name = serialized.className();
        Losses.requireKnown(name);
        return new LossSpec(
                TextNode.valueOf(nameInFile(name)),
                Optional.of((target, prediction) -> Losses.named(name, target, prediction)));
    }

    /**
     * The name by which Keras finds a loss: Keras 3 dropped some, minds the case, and finds short ones such as {@code mse} in no
     * {@code .h5} file, not even in its own.
     */
    private static String nameInFile(String name) {
        if (Losses.classNames().contains(name)) {
            return name;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return ANY_CROSSENTROPY.contains(lower) ? lower : functionNamed(name);
    }

    /** The Keras function that a name means. */
    static String functionNamed(String name) {
        return SnakeCase.of(Losses.named(name).className());
    }
}
