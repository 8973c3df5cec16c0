package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Nearest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which operation reads which Keras class name of the modules {@code keras.src.ops}. Immutable. */
public final class OperationRegistry {
    private static final String MODULE = "keras.src.ops.";

    private final Map<String, Definitions.Entry> definitions;
    private final Map<String, String> refusals;

    private OperationRegistry(Map<String, Definitions.Entry> definitions, Map<String, String> refusals) {
        this.definitions = new TreeMap<>(definitions);
        this.refusals = new TreeMap<>(refusals);
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
        Blocks.addTo(definitions);
        Colours.addTo(definitions);
        Computed.addTo(definitions);
        Counting.addTo(definitions);
        CrossEntropies.addTo(definitions);
        Decompositions.addTo(definitions);
        Diagonals.addTo(definitions);
        Filters.addTo(definitions);
        Divisors.addTo(definitions);
        Frames.addTo(definitions);
        Gathering.addTo(definitions);
        Functions.addTo(definitions);
        Kernels.addTo(definitions);
        Layered.addTo(definitions);
        LinearSystems.addTo(definitions);
        Logic.addTo(definitions);
        MissingNumbers.addTo(definitions);
        Norms.addTo(definitions);
        Ordering.addTo(definitions);
        Patches.addTo(definitions);
        Placing.addTo(definitions);
        Products.addTo(definitions);
        Quantiles.addTo(definitions);
        Reductions.addTo(definitions);
        Reshaping.addTo(definitions);
        Sequences.addTo(definitions);
        Shifting.addTo(definitions);
        Signs.addTo(definitions);
        SpecialFunctions.addTo(definitions);
        Spelling.addTo(definitions);
        Transforms.addTo(definitions);
        Turning.addTo(definitions);
        Warping.addTo(definitions);
        Joining.addTo(definitions);
        Picking.addTo(definitions);
        Activating.addTo(definitions);
        return new OperationRegistry(definitions.byClassName(), Refusals.reasons());
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
        String className = step.path("class_name").asText("");
        return (definitions.containsKey(className) || refusals.containsKey(className))
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
     * What {@code docs/support.md} says of operations.
     *
     * @return the names of those supported, and a table of those refused with the reason
     */
    public String supportTable() {
        StringBuilder table = new StringBuilder();
        // What TensorFlow's functions become has names of our own.
        List<String> names = definitions.keySet().stream()
                .filter(name -> !name.startsWith("TensorFlow"))
                .toList();
        table.append("`").append(String.join("`, `", names)).append("`.\n\n");
        table.append("These are refused:\n\n| class | why |\n|---|---|\n");
        refusals.forEach((name, reason) -> table.append("| `%s` | %s |\n".formatted(name, reason)));
        return table.toString();
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
        if (refusals.containsKey(className)) {
            throw new ConfigException(subject + ": refused, as it " + refusals.get(className));
        }
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
