package dev.slipway.keras.trainers;

import dev.slipway.graph.Shape;
import dev.slipway.keras.config.KerasVersion;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.keras.optimizers.Optimizer;
import java.util.List;
import java.util.Optional;

/**
 * How a model is trained.
 *
 * @param optimizer how weights change
 * @param outputs what is made small and what is shown, for each output
 * @param version the Keras as which it is trained
 */
public record CompileOptions(Optimizer optimizer, List<Output> outputs, KerasVersion version) {
    /**
     * How an output is judged.
     *
     * @param loss what is made small; empty if the output does not matter
     * @param lossWeight the loss's factor in the total; empty for 1
     * @param metrics what is shown besides, whatever rows weigh
     * @param weightedMetrics what is shown besides, rows weighted
     */
    public record Output(
            Optional<LossChoice> loss,
            Optional<Double> lossWeight,
            List<MetricChoice> metrics,
            List<MetricChoice> weightedMetrics) {
        /**
         * Copies the lists.
         *
         * @param loss what is made small
         * @param lossWeight its factor
         * @param metrics what is shown
         * @param weightedMetrics what is shown, rows weighted
         */
        public Output {
            metrics = List.copyOf(metrics);
            weightedMetrics = List.copyOf(weightedMetrics);
        }
    }

    /** A loss that is chosen when the shapes are known: what "crossentropy" means depends on them. */
    @FunctionalInterface
    public interface LossChoice {
        /**
         * Makes the loss.
         *
         * @param target the shape of the targets
         * @param prediction the shape of the output
         * @return the loss
         */
        Loss resolve(Shape target, Shape prediction);
    }

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
     * Copies the list.
     *
     * @param optimizer how weights change
     * @param outputs one for each output
     * @param version the Keras as which it is trained
     */
    public CompileOptions {
        outputs = List.copyOf(outputs);
    }
}
