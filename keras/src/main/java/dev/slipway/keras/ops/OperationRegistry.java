package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Nearest;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which operation reads which Keras class name of the modules {@code keras.src.ops}. Immutable. */
public final class OperationRegistry {
    private static final String MODULE = "keras.src.ops.";

    private final Map<String, Definitions.Entry> definitions;

    private OperationRegistry(Map<String, Definitions.Entry> definitions) {
        this.definitions = new TreeMap<>(definitions);
    }

    /**
     * The operations that come with Slipway.
     *
     * @return the registry
     */
    public static OperationRegistry builtIn() {
        Definitions definitions = new Definitions();
        Angles.addTo(definitions);
        Arithmetic.addTo(definitions);
        Attending.addTo(definitions);
        Bits.addTo(definitions);
        Colours.addTo(definitions);
        Computed.addTo(definitions);
        Frames.addTo(definitions);
        Gathering.addTo(definitions);
        Functions.addTo(definitions);
        Kernels.addTo(definitions);
        Layered.addTo(definitions);
        Logic.addTo(definitions);
        MissingNumbers.addTo(definitions);
        Norms.addTo(definitions);
        Ordering.addTo(definitions);
        Patches.addTo(definitions);
        Placing.addTo(definitions);
        Products.addTo(definitions);
        Reductions.addTo(definitions);
        Reshaping.addTo(definitions);
        Shifting.addTo(definitions);
        Signs.addTo(definitions);
        Transforms.addTo(definitions);
        Turning.addTo(definitions);
        Joining.addTo(definitions);
        Picking.addTo(definitions);
        Activating.addTo(definitions);
        return new OperationRegistry(definitions.byClassName());
    }

    /**
     * Whether a step of a functional model is an operation and not a layer: they share names, such as {@code Add}. Files of
     * the older format do not name modules; there it is an operation if it lacks what every layer has.
     *
     * @param step the step as the file has it
     * @return true for an operation
     */
    public boolean isOperation(JsonNode step) {
        if (step.path("module").isTextual()) {
            return step.path("module").textValue().startsWith(MODULE);
        }
        return definitions.containsKey(step.path("class_name").asText(""))
                && !step.path("config").has("trainable")
                && step.path("inbound_nodes").path(0).has("args");
    }

    /**
     * The class names known.
     *
     * @return a new set, sorted
     */
    public Set<String> classNames() {
        return new TreeSet<>(definitions.keySet());
    }

    /**
     * Reads one operation.
     *
     * @param module its module; empty if the file does not say
     * @param className its Keras class name
     * @param node its configuration
     * @return the operation
     * @throws ConfigException if the class is not known or a key is not supported
     */
    public Operation read(String module, String className, ObjectNode node) {
        String name = node.path("name").asText("");
        String subject = "operation '" + name + "' (" + module + "." + className + ")";
        Definitions.Entry entry = definitions.get(className);
        if (entry == null) {
            throw new ConfigException(
                    subject + ": unknown operation (nearest: " + Nearest.to(className, definitions.keySet()) + ")");
        }
        Config config = new Config(subject, node);
        config.ignore("name");
        try {
            Definition.Body body = entry.definition().reader().read(config);
            config.refuseOthers();
            String written = module.isEmpty() ? MODULE + entry.module() : module;
            return new Operation(name, written, className, node, entry.definition(), body);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(subject + ": " + e.getMessage());
        }
    }
}
