package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The optimizer's variables of a Keras 2 file in Keras 3's order: iteration, learning rate, slots. Before 2.11 the learning
 * rate stood in the configuration only, Adam's slots were all {@code m}, then all {@code v}, and there were slots that
 * nothing used.
 *
 * <p>Source: {@code keras.optimizers} of Keras 2.2, {@code optimizer_v2} of {@code tf.keras} 2.10.
 */
final class Keras2Slots {
    /** Stands for the learning rate where the file has no variable of it. */
    static final String CONFIGURED_RATE = "";

    private static final Set<String> ITERATIONS = Set.of("iterations", "iter", "iteration");
    private static final Set<String> RATES = Set.of("learning_rate", "current_learning_rate");

    private Keras2Slots() {}

    /**
     * The names in order.
     *
     * @param names as the file lists them
     * @param optimizer its class and configuration
     * @param trained how many weights are trained
     * @return as they were if their layout is not known
     */
    static List<String> inOrder(List<String> names, JsonNode optimizer, int trained) {
        List<String> slots = new ArrayList<>(names);
        boolean hasIteration = !names.isEmpty() && ITERATIONS.contains(last(names.get(0)));
        if (!hasIteration || names.stream().anyMatch(name -> RATES.contains(last(name)))) {
            return names;
        }
        List<String> ordered = new ArrayList<>(List.of(slots.remove(0), CONFIGURED_RATE));
        int kinds = trained == 0 ? 0 : slots.size() / trained;
        JsonNode config = optimizer.path("config");
        switch (optimizer.path("class_name").asText()) {
            case "Adam" -> {
                boolean amsgrad = config.path("amsgrad").asBoolean();
                for (int i = 0; kinds >= 2 && i < trained; i++) {
                    ordered.add(slots.get(i));
                    ordered.add(slots.get(trained + i));
                }
                if (kinds == 3 && amsgrad) {
                    ordered.addAll(slots.subList(2 * trained, 3 * trained));
                }
            }
            case "SGD" -> {
                if (config.path("momentum").asDouble() != 0) {
                    ordered.addAll(slots);
                }
            }
            default -> ordered.addAll(slots);
        }
        return ordered;
    }

    private static String last(String name) {
        String path = name.endsWith(":0") ? name.substring(0, name.length() - 2) : name;
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
