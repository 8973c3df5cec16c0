package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The optimizer's variables of a Keras 1 or 2 file in Keras 3's order: iteration, learning rate, slots. Before 2.11 the learning
 * rate stood in the configuration only; the slots of one kind stood together, Adam's all {@code m}, then all {@code v}, where
 * Keras 3 has the kinds of each weight together; and there were slots that nothing used.
 *
 * <p>Source: {@code keras.optimizers} of Keras 2.2 and 2.3, {@code optimizer_v2} of {@code tf.keras} 2.10.
 */
final class Keras2Slots {
    private static final Set<String> ITERATIONS = Set.of("iterations", "iter", "iteration");
    private static final Set<String> RATES = Set.of("learning_rate", "current_learning_rate");

    /** Those that did not store how many steps were done before 2.3, which takes it for none. */
    private static final Set<String> WITHOUT_ITERATION = Set.of("RMSprop", "Adagrad", "Adadelta");

    /** Whose slots of a weight Keras 3 has together. */
    private static final Set<String> INTERLEAVED = Set.of("Adadelta", "Adam", "Adamax", "Nadam");

    private final String className;
    private final JsonNode config;
    private final int trained;
    private final List<Variable> ordered = new ArrayList<>();

    /** What a variable is. */
    enum Kind {
        /** The steps done, of which the file says nothing. */
        NO_STEPS,
        /** The learning rate, of which the file has no variable. */
        CONFIGURED_RATE,
        /** A variable of the file that belongs to no weight, or to one that is not known. */
        STORED,
        /** A slot of a weight. */
        SLOT
    }

    /**
     * A variable.
     *
     * @param kind what it is
     * @param name as the file lists it; empty if it does not
     * @param weight the number of the weight whose slot it is among those that are trained
     */
    record Variable(Kind kind, String name, int weight) {
        static Variable stored(String name) {
            return new Variable(Kind.STORED, name, 0);
        }

        static Variable notStored(Kind kind) {
            return new Variable(kind, "", 0);
        }
    }

    private Keras2Slots(JsonNode optimizer, int trained) {
        this.className = optimizer.path("class_name").asText();
        this.config = optimizer.path("config");
        this.trained = trained;
    }

    /**
     * The variables in order.
     *
     * @param names as the file lists them
     * @param optimizer its class and configuration in Keras 3's form
     * @param trained how many weights are trained
     * @return as they were if their layout is not known
     */
    static List<Variable> inOrder(List<String> names, JsonNode optimizer, int trained) {
        return new Keras2Slots(optimizer, trained).order(names);
    }

    private List<Variable> order(List<String> names) {
        boolean isNew = names.stream().anyMatch(name -> RATES.contains(last(name)));
        boolean hasIteration = !names.isEmpty() && ITERATIONS.contains(last(names.get(0)));
        boolean isKnown = hasIteration || (WITHOUT_ITERATION.contains(className) && !names.isEmpty());
        if (isNew || !isKnown || trained == 0) {
            return names.stream().map(Variable::stored).toList();
        }
        ordered.add(hasIteration ? Variable.stored(names.get(0)) : Variable.notStored(Kind.NO_STEPS));
        if (!config.path("learning_rate").isObject()) {
            ordered.add(Variable.notStored(Kind.CONFIGURED_RATE));
        }
        List<String> slots = names.subList(hasIteration ? 1 : 0, names.size());
        // Nadam's product of all momenta so far.
        int shared = className.equals("Nadam") && !slots.isEmpty() ? 1 : 0;
        if ((slots.size() - shared) % trained != 0) {
            return names.stream().map(Variable::stored).toList();
        }
        slots.subList(0, shared).forEach(name -> ordered.add(Variable.stored(name)));
        addSlots(slots.subList(shared, slots.size()));
        return ordered;
    }

    private void addSlots(List<String> slots) {
        int kinds = used(slots.size() / trained);
        int together = INTERLEAVED.contains(className) ? Math.min(2, kinds) : 1;
        for (int kind = 0; kind < kinds; kind += together) {
            int width = Math.min(together, kinds - kind);
            for (int weight = 0; weight < trained; weight++) {
                for (int i = kind; i < kind + width; i++) {
                    ordered.add(new Variable(Kind.SLOT, slots.get(i * trained + weight), weight));
                }
            }
        }
    }

    /** Adam had a third kind that only AMSGrad needs, SGD one that only momentum needs. */
    private int used(int kinds) {
        return switch (className) {
            case "Adam" -> config.path("amsgrad").asBoolean() ? kinds : Math.min(2, kinds);
            case "SGD" -> config.path("momentum").asDouble() == 0 ? 0 : kinds;
            default -> kinds;
        };
    }

    private static String last(String name) {
        String path = name.endsWith(":0") ? name.substring(0, name.length() - 2) : name;
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
