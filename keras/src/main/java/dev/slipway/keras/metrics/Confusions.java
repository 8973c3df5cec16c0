package dev.slipway.keras.metrics;

import dev.slipway.keras.config.Config;
import dev.slipway.keras.metrics.ConfusionMetric.Counts;
import dev.slipway.keras.metrics.ConfusionMetric.Selection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The metrics made of counts of true and false predictions. Source: {@code keras.src.metrics.confusion_metrics}. */
final class Confusions {
    private static final double HALF = 0.5;

    private Confusions() {}

    /** One of four counts. */
    static Metric count(Config config, String name, Function<Counts, List<Double>> which) {
        Thresholds thresholds = Thresholds.read(config, HALF);
        return new ConfusionMetric(
                config.text("name", name),
                thresholds,
                Selection.ALL,
                1,
                counts -> which.apply(counts).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray());
    }

    /** True positives over them and the others. */
    static Metric share(Config config, String name, Function<Counts, List<Double>> others) {
        int topK = config.integer("top_k", 0);
        Thresholds thresholds = Thresholds.read(config, topK > 0 ? Thresholds.BELOW_ALL : HALF);
        Selection selection = new Selection(topK, classId(config), false, false, List.of());
        return new ConfusionMetric(
                config.text("name", name),
                thresholds,
                selection,
                1,
                counts -> ratios(counts.truePositives(), others.apply(counts)));
    }

    /** The largest of a ratio where another one is at least a bound, which is given under a key; 0 if it is nowhere. */
    static Metric bounded(
            Config config,
            String name,
            String key,
            Function<Counts, double[]> constrained,
            Function<Counts, double[]> largest) {
        double bound = config.number(key, -1);
        if (!(bound >= 0 && bound <= 1)) {
            throw config.refused(key, bound == -1 ? "nothing" : bound + "", "a number in [0, 1]");
        }
        Thresholds thresholds = Thresholds.even(config, config.integer("num_thresholds", 200));
        Selection selection = new Selection(0, classId(config), false, false, List.of());
        return new ConfusionMetric(config.text("name", name), thresholds, selection, 1, counts -> {
            double[] allowed = constrained.apply(counts);
            double[] wanted = largest.apply(counts);
            double best = IntStream.range(0, wanted.length)
                    .filter(i -> (float) allowed[i] >= (float) bound)
                    .mapToDouble(i -> wanted[i])
                    .max()
                    .orElse(0);
            return new double[] {best};
        });
    }

    private static Optional<Integer> classId(Config config) {
        return config.find("class_id").map(found -> config.integer("class_id"));
    }

    static double[] precision(Counts counts) {
        return ratios(counts.truePositives(), counts.falsePositives());
    }

    /** Also called sensitivity. */
    static double[] recall(Counts counts) {
        return ratios(counts.truePositives(), counts.falseNegatives());
    }

    static double[] specificity(Counts counts) {
        return ratios(counts.trueNegatives(), counts.falsePositives());
    }

    private static double[] ratios(List<Double> some, List<Double> others) {
        return IntStream.range(0, some.size())
                .mapToDouble(i -> Curves.ratio(some.get(i), some.get(i) + others.get(i)))
                .toArray();
    }
}
