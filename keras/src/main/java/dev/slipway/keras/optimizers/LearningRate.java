package dev.slipway.keras.optimizers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.optimizers.schedules.LearningRateSchedule;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * The learning rate of the next step, which may be read and set between steps, by callbacks for example. What a schedule
 * says may be read only.
 *
 * <p>For the thread that trains.
 *
 * <p>Source: {@code keras.optimizers.Optimizer.learning_rate}.
 */
public final class LearningRate {
    private final Tensor variable;
    private final Optional<LearningRateSchedule> schedule;
    private final Tensor iteration;

    private LearningRate(Tensor variable, Optional<LearningRateSchedule> schedule, Tensor iteration) {
        this.variable = variable;
        this.schedule = schedule;
        this.iteration = iteration;
    }

    /**
     * The rate with which an optimizer begins.
     *
     * @param optimizer the optimizer
     * @param iteration the number of steps done, which a schedule goes by, {@code INT64 []}
     * @return a rate of its own
     */
    public static LearningRate of(Optimizer optimizer, Tensor iteration) {
        OptimizerOptions options = optimizer.options();
        return new LearningRate(
                Tensor.of(Shape.scalar(), (float) options.learningRate()), options.schedule(), iteration);
    }

    /**
     * The rate of the next step.
     *
     * @return the rate, rounded to float32
     */
    public double now() {
        return schedule.map(this::computed).orElse(variable).floats().get(0);
    }

    /** What a training step computes, computed by itself. */
    private Tensor computed(LearningRateSchedule known) {
        Graph graph = new Graph("learning rate");
        Value steps = graph.input("iteration", DataType.INT64, Shape.scalar());
        graph.output("rate", known.at(new Ops(graph), steps));
        try (CompiledGraph compiled =
                CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults().withThreads(1))) {
            return compiled.run(Map.of("iteration", iteration))
                    .values()
                    .iterator()
                    .next();
        }
    }

    /**
     * Changes the rate from the next step on.
     *
     * @param rate the new rate, at least 0; rounded to float32
     * @throws IllegalArgumentException if it is negative or not finite
     * @throws IllegalStateException if a schedule says what the rate is
     */
    public void set(double rate) {
        schedule.ifPresent(known -> {
            throw new IllegalStateException("learning_rate: " + known.className()
                    + " (expected: a number, to be set to another); compile the model with a number as its learning"
                    + " rate");
        });
        if (!(rate >= 0 && rate <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("learning_rate: " + rate + " (expected: a finite number >= 0)");
        }
        variable.floats().put(0, (float) rate);
    }

    /**
     * The rate as steps read it and files store it.
     *
     * @return the variable, {@code FLOAT []}; empty if a schedule says what the rate is
     */
    public Optional<Tensor> variable() {
        return schedule.isPresent() ? Optional.empty() : Optional.of(variable);
    }
}
