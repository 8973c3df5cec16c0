package dev.slipway.keras.trainers;

import dev.slipway.graph.Shape;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.keras.optimizers.Optimizer;
import java.util.List;

/**
 * How a model is trained.
 *
 * @param optimizer how weights change
 * @param losses what is made small: one for each output
 * @param metrics what is shown besides, for each output; a list may be empty
 */
public record CompileOptions(Optimizer optimizer, List<Loss> losses, List<List<MetricChoice>> metrics) {
    /** A metric that is chosen when the shapes are known: what "accuracy" means depends on them. */
    @FunctionalInterface
    public interface MetricChoice {
        /**
         * Makes the metric.
         *
         * @param target the shape of the targets
         * @param prediction the shape of the output
         * @return the metric
         */
        Metric resolve(Shape target, Shape prediction);
    }

    /**
     * Copies the lists.
     *
     * @param optimizer how weights change
     * @param losses one for each output
     * @param metrics a list for each output
     */
    public CompileOptions {
        losses = List.copyOf(losses);
        metrics = metrics.stream().map(List::copyOf).toList();
    }
}
