package dev.slipway.keras.exchange;

import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Writes one folder for each model that it is given, and tells of those that are refused. */
final class SpecimenWriter {
    private static final int FIT_ROWS = 6;

    private final Path root;
    private final Map<String, Integer> counts = new TreeMap<>();
    private int refused;

    SpecimenWriter(Path root) {
        this.root = root;
    }

    /** A model of a group, with rows of any numbers. */
    void add(String group, Supplier<Model> made) {
        add(group, made, Rows.BATCH);
    }

    void add(String group, Supplier<Model> made, long rows) {
        add(group, group + "-" + counts.getOrDefault(group, 0), made, model -> Rows.of(model.inputs(), rows));
    }

    void add(String group, String name, Supplier<Model> made, Function<Model, List<Tensor>> rows) {
        attempt(group, name, () -> {
            try (Model model = made.get()) {
                Specimen.write(root.resolve(name), model, rows.apply(model));
            }
        });
    }

    /** A compiled model with its rows and targets. */
    void addTrained(String group, String name, Supplier<Model> made, List<Tensor> inputs, List<Tensor> targets) {
        attempt(group, name, () -> {
            try (Model model = made.get()) {
                Specimen.writeTrained(root.resolve(name), model, inputs, targets);
            }
        });
    }

    /** A compiled model, to be trained on any numbers. */
    void addFitted(String group, String name, Supplier<Model> made) {
        attempt(group, name, () -> {
            try (Model model = made.get()) {
                List<Tensor> inputs = Rows.of(model.inputs(), FIT_ROWS);
                List<Tensor> targets = Rows.of(model.outputs(), FIT_ROWS);
                model.fit(
                        new Dataset(inputs, targets),
                        FitOptions.epochs(2).withBatchSize(FIT_ROWS / 2).withShuffle(false));
                Specimen.writeTrained(root.resolve(name), model, inputs, targets);
            }
        });
    }

    private void attempt(String group, String name, Runnable writing) {
        counts.merge(group, 1, Integer::sum);
        try {
            writing.run();
        } catch (RuntimeException e) {
            refused++;
            System.out.println("refused " + name + ": " + e.toString().replace('\n', ' '));
        }
    }

    void tell() {
        System.out.println("written " + counts + ", of which refused " + refused);
    }
}
