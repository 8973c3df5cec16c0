package dev.slipway.keras.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Reshape;
import dev.slipway.keras.layers.UnitNormalization;
import dev.slipway.keras.metrics.Metrics;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Models trained with each optimizer, schedule, loss and metric. */
final class TrainedModels {
    private static final int ROWS = 12;
    private static final int CLASSES = 3;
    private static final Path COMPILED = Path.of("src/test/resources/dev/slipway/keras/compiled.jsonl");
    private static final Tensor INPUTS = Rows.of(DataType.FLOAT, Shape.of(ROWS, 4), 1);

    /** Options without which there is no such metric. */
    private static final String NEEDED = ".*'(num_classes|recall|precision|specificity|sensitivity)'.*";

    private static final Map<String, String> METRIC_OPTIONS = Map.ofEntries(
            Map.entry("IoU", "{'num_classes': 3, 'target_class_ids': [0, 2], 'sparse_y_pred': false}"),
            Map.entry("MeanIoU", "{'num_classes': 3, 'sparse_y_pred': false}"),
            Map.entry("OneHotIoU", "{'num_classes': 3, 'target_class_ids': [0, 2]}"),
            Map.entry("OneHotMeanIoU", "{'num_classes': 3}"),
            Map.entry("BinaryIoU", "{'target_class_ids': [0, 1], 'threshold': 0.4}"),
            Map.entry("FBetaScore", "{'average': 'macro', 'beta': 0.5}"),
            Map.entry("F1Score", "{'threshold': 0.3}"),
            Map.entry("AUC", "{'num_thresholds': 50, 'curve': 'PR'}"),
            Map.entry("Precision", "{'thresholds': 0.3}"),
            Map.entry("Recall", "{'top_k': 2}"),
            Map.entry("PrecisionAtRecall", "{'recall': 0.4}"),
            Map.entry("RecallAtPrecision", "{'precision': 0.3}"),
            Map.entry("SensitivityAtSpecificity", "{'specificity': 0.4}"),
            Map.entry("SpecificityAtSensitivity", "{'sensitivity': 0.4}"),
            Map.entry("SparseTopKCategoricalAccuracy", "{'k': 2}"),
            Map.entry("TopKCategoricalAccuracy", "{'k': 2}"));

    private TrainedModels() {}

    static void write(SpecimenWriter writer) throws IOException {
        for (String line : Files.readAllLines(COMPILED)) {
            JsonNode known = StoredModels.json(line);
            String name = known.path("class_name").asText();
            switch (known.path("kind").asText()) {
                case "optimizers" -> optimizers(writer, name, (ObjectNode) known.path("config"));
                case "schedules" -> schedule(writer, name, (ObjectNode) known.path("config"));
                case "losses" -> losses(writer, name, (ObjectNode) known.path("config"));
                default -> {}
            }
        }
        for (String metric : Metrics.classNames()) {
            if (!METRIC_OPTIONS.getOrDefault(metric, "").matches(NEEDED)) {
                metric(writer, metric, Config.json());
            }
            if (METRIC_OPTIONS.containsKey(metric)) {
                metric(writer, metric, (ObjectNode)
                        StoredModels.json(METRIC_OPTIONS.get(metric).replace('\'', '"')));
            }
        }
    }

    private static ObjectNode serialized(String module, String className, ObjectNode config) {
        ObjectNode object = Config.json().put("module", module).put("class_name", className);
        object.set("config", config);
        return object.putNull("registered_name");
    }

    /** Steps as the class takes them by default, and with every option. */
    private static void optimizers(SpecimenWriter writer, String name, ObjectNode all) {
        ObjectNode slow = all.deepCopy();
        (slow.at("/inner_optimizer/config") instanceof ObjectNode inner ? inner : slow).put("learning_rate", 0.01);
        fitted(
                writer,
                "optimizer-" + name + "-options",
                compiled(serialized("keras.optimizers", name, slow), json("'mse'")));
        ObjectNode few = Config.json();
        if (slow.has("inner_optimizer")) {
            few.set("inner_optimizer", serialized("keras.optimizers", "Adam", Config.json()));
        }
        fitted(writer, "optimizer-" + name, compiled(serialized("keras.optimizers", name, few), json("'mse'")));
    }

    private static void schedule(SpecimenWriter writer, String name, ObjectNode config) {
        ObjectNode brief = config.deepCopy();
        brief.properties().forEach(option -> {
            if (option.getKey().endsWith("decay_steps")) {
                option.setValue(brief.numberNode(6));
            }
        });
        ObjectNode optimizer = Config.json();
        optimizer.set("learning_rate", serialized("keras.optimizers.schedules", name, brief));
        fitted(writer, "schedule-" + name, compiled(serialized("keras.optimizers", "SGD", optimizer), json("'mse'")));
    }

    private static JsonNode json(String text) {
        return StoredModels.json(text.replace('\'', '"'));
    }

    private static ObjectNode compiled(JsonNode optimizer, JsonNode loss) {
        ObjectNode config = Config.json();
        config.set("optimizer", optimizer);
        config.set("loss", loss);
        return config;
    }

    private static void fitted(SpecimenWriter writer, String name, ObjectNode compile) {
        Tensor targets = Rows.of(DataType.FLOAT, Shape.of(ROWS, 2), 2);
        fitted(
                writer,
                name,
                compile,
                targets,
                Dense.builder(5).activation("tanh").build(),
                BatchNormalization.of(),
                Dense.of(2));
    }

    private static void fitted(
            SpecimenWriter writer, String name, ObjectNode compile, Tensor targets, Layer... layers) {
        Layer[] chain = new Layer[layers.length + 1];
        chain[0] = InputLayer.of(4);
        System.arraycopy(layers, 0, chain, 1, layers.length);
        writer.addTrained(
                "trained",
                "made-" + name,
                () -> {
                    Model model = Model.sequential(chain);
                    model.compile(compile);
                    model.fit(
                            INPUTS,
                            targets,
                            FitOptions.epochs(2).withBatchSize(5).withShuffle(false));
                    return model;
                },
                List.of(INPUTS),
                List.of(targets));
    }

    private static void losses(SpecimenWriter writer, String name, ObjectNode all) {
        if (name.equals("CategoricalGeneralizedCrossEntropy")) {
            // Keras 3.15 compares each row with the class of every row, which is not what it documents, and reads it in
            // no .h5.
            return;
        }
        ObjectNode given = all.deepCopy();
        if (given.has("axis")) {
            given.put("axis", -1);
        }
        for (ObjectNode options : List.of(Config.json(), given)) {
            boolean logits = options.path("from_logits").asBoolean();
            ObjectNode compile = compiled(json("'adam'"), serialized("keras.losses", name, options));
            String title = "loss-" + name + (options.isEmpty() ? "" : "-options");
            Targets targets = Targets.of(name);
            fitted(writer, title, compile, targets.rows(), targets.layers(logits));
        }
    }

    private static void metric(SpecimenWriter writer, String name, ObjectNode options) {
        ObjectNode compile = compiled(json("'adam'"), json("'mse'"));
        compile.putArray("metrics").add(serialized("keras.metrics", name, options));
        String title = "metric-" + name + (options.isEmpty() ? "" : "-options");
        boolean isSparse = name.equals("IoU") || name.equals("MeanIoU");
        Targets targets = Targets.of(isSparse ? "Sparse" + name : name);
        if (targets == Targets.CLASSES_OF) {
            compile.set("loss", json("'sparse_categorical_crossentropy'"));
        }
        fitted(writer, title, compile, targets.rows(), targets.layers(false));
    }

    /** What a loss or a metric is about. */
    private enum Targets {
        NUMBERS,
        SIGNS,
        PROBABILITIES,
        CLASSES_OF,
        ONE_HOT,
        GROUPS,
        SEQUENCES;

        static Targets of(String name) {
            if (name.equals("CTC")) {
                return SEQUENCES;
            }
            if (name.equals("Circle")) {
                return GROUPS;
            }
            if (name.startsWith("Sparse")) {
                return CLASSES_OF;
            }
            if (name.matches(".*Categorical.*|KLDivergence|Dice|Tversky|OneHot.*|F1Score|FBetaScore")) {
                return ONE_HOT;
            }
            if (name.matches("Binary.*|AUC|.*(Recall|Precision|Specificity|Sensitivity|Positives|Negatives).*|.*IoU")) {
                return PROBABILITIES;
            }
            return name.matches("(Squared)?Hinge") ? SIGNS : NUMBERS;
        }

        Tensor rows() {
            Tensor classes = Rows.of(DataType.INT32, Shape.of(ROWS, 1), 3);
            float[] wide = new float[ROWS * CLASSES];
            for (int i = 0; i < wide.length; i++) {
                int bit = (i * 7 / 3) % 2;
                boolean isClass = classes.element(i / CLASSES) % CLASSES == i % CLASSES;
                wide[i] = this == SIGNS ? 2 * bit - 1 : this == ONE_HOT ? (isClass ? 1 : 0) : bit;
            }
            return switch (this) {
                case NUMBERS -> Rows.of(DataType.FLOAT, Shape.of(ROWS, CLASSES), 4);
                case SIGNS, PROBABILITIES, ONE_HOT -> Tensor.of(Shape.of(ROWS, CLASSES), wide);
                case GROUPS -> remainders(classes, CLASSES).reshaped(Shape.of(ROWS));
                case CLASSES_OF -> remainders(classes, CLASSES);
                case SEQUENCES -> labels();
            };
        }

        /** Two of the classes 1 to 3 in each row, as 0 is the blank. */
        private static Tensor labels() {
            int[] values = new int[ROWS * 2];
            for (int i = 0; i < values.length; i++) {
                values[i] = 1 + i * 5 / 3 % CLASSES;
            }
            return Tensor.of(Shape.of(ROWS, 2), values);
        }

        private static Tensor remainders(Tensor numbers, int divisor) {
            float[] values = numbers.cast(DataType.FLOAT).toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] %= divisor;
            }
            return Tensor.of(numbers.shape(), values).cast(DataType.INT32);
        }

        Layer[] layers(boolean logits) {
            String activation = logits
                    ? "linear"
                    : switch (this) {
                        case PROBABILITIES -> "sigmoid";
                        case ONE_HOT, CLASSES_OF -> "softmax";
                        case NUMBERS -> "softplus";
                        default -> "linear";
                    };
            Layer hidden = Dense.builder(5).activation("tanh").build();
            return switch (this) {
                case SEQUENCES -> new Layer[] {hidden, Dense.of(5 * 4), Reshape.of(5, 4)};
                case GROUPS -> new Layer[] {hidden, Dense.of(CLASSES), UnitNormalization.of()};
                default ->
                    new Layer[] {
                        hidden, Dense.builder(CLASSES).activation(activation).build()
                    };
            };
        }
    }
}
