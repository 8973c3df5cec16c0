package dev.slipway.keras.callbacks;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A metric that is watched, and when it counts as better: by more than a least change. Numbers are compared as float32, as
 * Keras does.
 *
 * <p>Differs from Keras: a metric that does not exist is refused at the end of the first epoch instead of warned about in
 * every epoch.
 *
 * <p>Source: {@code keras.src.callbacks.monitor_callback} of Keras 3.9.
 */
final class Monitor {
    private static final String VALIDATION = "val_";

    /** Keras's metrics of which more is better, by the names they have unless they are given others. */
    private static final Set<String> MORE_IS_BETTER = Set.of(
            "acc",
            "accuracy",
            "auc",
            "binary_accuracy",
            "binary_io_u",
            "binary_iou",
            "categorical_accuracy",
            "cosine_similarity",
            "f1_score",
            "fbeta_score",
            "io_u",
            "iou",
            "mean_io_u",
            "mean_iou",
            "one_hot_io_u",
            "one_hot_iou",
            "one_hot_mean_io_u",
            "one_hot_mean_iou",
            "precision",
            "precision_at_recall",
            "r2_score",
            "recall",
            "recall_at_precision",
            "sensitivity_at_specificity",
            "sparse_categorical_accuracy",
            "sparse_top_k_categorical_accuracy",
            "specificity_at_sensitivity",
            "top_k_categorical_accuracy",
            "true_negatives",
            "true_positives");

    /** Keras's metrics of which less is better; every other one that ends in {@code loss} is one, too. */
    private static final Set<String> LESS_IS_BETTER = Set.of(
            "binary_crossentropy",
            "categorical_crossentropy",
            "categorical_hinge",
            "false_negatives",
            "false_positives",
            "hinge",
            "huber_loss",
            "kl_divergence",
            "kullback_leibler_divergence",
            "log_cosh",
            "logcosh",
            "loss",
            "mae",
            "mape",
            "mean_absolute_error",
            "mean_absolute_percentage_error",
            "mean_squared_error",
            "mean_squared_logarithmic_error",
            "mse",
            "msle",
            "poisson",
            "rmse",
            "root_mean_squared_error",
            "sparse_categorical_crossentropy",
            "squared_hinge");

    private final String subject;
    private final String metric;
    private final boolean more;
    private final double minDelta;

    /** {@code mode} is {@code auto}, {@code min} or {@code max}. */
    Monitor(String subject, String metric, String mode, double minDelta) {
        this.subject = subject;
        this.metric = metric;
        this.more = switch (mode) {
            case "min" -> false;
            case "max" -> true;
            case "auto" -> moreIsBetter(subject, metric);
            default ->
                throw new IllegalArgumentException(subject + ": mode = " + mode + " (expected: auto, min or max)");
        };
        this.minDelta = Math.abs(minDelta);
    }

    /** A model of several outputs has its metrics behind the outputs' names; the second of a name ends in a number. */
    private static boolean moreIsBetter(String subject, String metric) {
        String name = metric.startsWith(VALIDATION) ? metric.substring(VALIDATION.length()) : metric;
        String base = name.replaceFirst("_\\d+$", "");
        for (String tail = base; ; tail = tail.substring(tail.indexOf('_') + 1)) {
            if (MORE_IS_BETTER.contains(tail)) {
                return true;
            }
            if (LESS_IS_BETTER.contains(tail)) {
                return false;
            }
            if (tail.indexOf('_') < 0) {
                throw new IllegalArgumentException(subject + ": monitor = " + metric
                        + " with mode = auto (expected: mode = min or max, as it is not known which is better)");
            }
        }
    }

    String metric() {
        return metric;
    }

    /** The worst value there is. */
    double worst() {
        return more ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    boolean isBetter(double value, double than) {
        return more ? (float) (value - minDelta) > (float) than : (float) (value + minDelta) < (float) than;
    }

    /** The metric's value of an epoch; empty in epochs without validation. */
    OptionalDouble value(Map<String, Double> logs, TrainingRun run) {
        Double found = logs.get(metric);
        if (found != null) {
            return OptionalDouble.of(found);
        }
        boolean later = metric.startsWith(VALIDATION) && run.validates() && !logs.containsKey(VALIDATION + "loss");
        if (later) {
            return OptionalDouble.empty();
        }
        throw new IllegalArgumentException(
                subject + ": monitor = " + metric + " (expected: one of " + logs.keySet() + ")");
    }
}
