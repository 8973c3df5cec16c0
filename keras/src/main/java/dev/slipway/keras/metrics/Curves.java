package dev.slipway.keras.metrics;

import dev.slipway.keras.config.Config;
import dev.slipway.keras.metrics.ConfusionMetric.Counts;
import dev.slipway.keras.metrics.ConfusionMetric.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.DoubleStream;

/**
 * The area under the curve that falling thresholds draw, in trapezoids or rectangles, of each label and then averaged.
 *
 * <p>Source: {@code keras.metrics.AUC} of Keras 3.9; J. Davis, M. Goadrich, "The Relationship Between Precision-Recall and
 * ROC Curves", 2006, for the interpolation between points of the precision-recall curve.
 */
final class Curves {
    private final boolean isRoc;
    private final String method;
    private final double[] labelWeights;

    private Curves(Config config, double[] labelWeights) {
        this.isRoc = choice(config, "curve", "ROC", "PR").equals("roc");
        this.method = choice(config, "summation_method", "interpolation", "minoring", "majoring");
        this.labelWeights = labelWeights;
    }

    /** The lower case of one of some words, which may be written with a capital; the first is the default. */
    private static String choice(Config config, String key, String... words) {
        String found = config.text(key, words[0]);
        for (String word : words) {
            if (word.equalsIgnoreCase(found)) {
                return word.toLowerCase(Locale.ROOT);
            }
        }
        throw config.refused(key, found, "one of " + String.join(", ", words));
    }

    static Metric read(Config config) {
        double[] labelWeights = config.numbers("label_weights").orElse(new double[0]);
        Curves curves = new Curves(config, labelWeights);
        config.ignore("num_labels");
        Selection selection = new Selection(
                0,
                Optional.empty(),
                config.truth("from_logits", false),
                config.truth("multi_label", false),
                DoubleStream.of(labelWeights).boxed().toList());
        return new ConfusionMetric(config.text("name", "auc"), Thresholds.curve(config), selection, 1, curves::area);
    }

    private double[] area(Counts counts) {
        double[] areas = new double[counts.labels()];
        for (int label = 0; label < areas.length; label++) {
            areas[label] =
                    isRoc || !method.equals("interpolation") ? summed(counts, label) : interpolated(counts, label);
        }
        return new double[] {averaged(areas)};
    }

    private double averaged(double[] areas) {
        if (labelWeights.length != areas.length) {
            return Arrays.stream(areas).average().orElseThrow();
        }
        double sum = 0;
        for (int i = 0; i < areas.length; i++) {
            sum += areas[i] * labelWeights[i];
        }
        return ratio(sum, Arrays.stream(labelWeights).sum());
    }

    private double summed(Counts counts, int label) {
        double[] recall = ratios(counts.truePositives(), counts.falseNegatives(), counts.labels(), label);
        double[] x = isRoc ? ratios(counts.falsePositives(), counts.trueNegatives(), counts.labels(), label) : recall;
        double[] y = isRoc ? recall : ratios(counts.truePositives(), counts.falsePositives(), counts.labels(), label);
        DoubleBinaryOperator height = switch (method) {
            case "minoring" -> Math::min;
            case "majoring" -> Math::max;
            default -> (a, b) -> (a + b) / 2;
        };
        double area = 0;
        for (int i = 1; i < x.length; i++) {
            area += (x[i - 1] - x[i]) * height.applyAsDouble(y[i - 1], y[i]);
        }
        return area;
    }

    private static double[] ratios(List<Double> some, List<Double> others, int labels, int label) {
        double[] ratios = new double[some.size() / labels];
        for (int i = 0; i < ratios.length; i++) {
            int at = i * labels + label;
            ratios[i] = ratio(some.get(at), some.get(at) + others.get(at));
        }
        return ratios;
    }

    /** True positives and all positives change in proportion between two thresholds; precision, their quotient, does not. */
    private static double interpolated(Counts counts, int label) {
        double area = 0;
        for (int at = label + counts.labels(); at < counts.size(); at += counts.labels()) {
            int before = at - counts.labels();
            double right = counts.truePositives().get(at);
            double rightBefore = counts.truePositives().get(before);
            double all = right + counts.falsePositives().get(at);
            double allBefore = rightBefore + counts.falsePositives().get(before);
            double slope = ratio(rightBefore - right, Math.max(allBefore - all, 0));
            double start = right - slope * all;
            double growth = allBefore > 0 && all > 0 ? allBefore / all : 1;
            double total = right + counts.falseNegatives().get(at);
            area += ratio(slope * (rightBefore - right + start * Math.log(growth)), Math.max(total, 0));
        }
        return area;
    }

    static double ratio(double a, double b) {
        return b == 0 ? 0 : a / b;
    }
}
