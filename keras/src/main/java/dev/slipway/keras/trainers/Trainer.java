package dev.slipway.keras.trainers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.optimizers.Averaging;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Trains and evaluates a network.
 *
 * <p>Loss and metrics of an epoch are Keras's: the loss is the mean over the batches weighted by their rows, metrics
 * accumulate over the epoch, both in float32.
 *
 * <p>For one thread. Owns native memory; closed by whoever made it.
 */
public final class Trainer implements AutoCloseable {
    private final Layer network;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final List<Weight> weights;
    private final CompileOptions compile;
    private final OptimizerState optimizer;
    private final Map<String, Tensor> values;
    private final EngineOptions engine;
    private final DoubleBuffer state = new DoubleBuffer();
    private final Map<List<Object>, BatchRunner> runners = new LinkedHashMap<>();

    /**
     * Prepares training.
     *
     * @param network the network
     * @param inputs its inputs
     * @param outputs its outputs
     * @param weights its weights
     * @param values the content of each weight, by path; changed by training
     * @param compile how to train
     * @param optimizer what the optimizer remembers; changed by training
     * @param engine how graphs run
     */
    public Trainer(
            Layer network,
            List<TensorSpec> inputs,
            List<TensorSpec> outputs,
            List<Weight> weights,
            Map<String, Tensor> values,
            CompileOptions compile,
            OptimizerState optimizer,
            EngineOptions engine) {
        this.network = network;
        this.inputs = inputs;
        this.outputs = outputs;
        this.weights = weights;
        this.values = values;
        this.compile = compile;
        this.optimizer = optimizer;
        this.engine = engine;
        weights.forEach(weight -> state.add(weight.path(), valueOf(weight)));
        optimizer.variables().forEach((key, variable) -> state.add(StepGraph.slot(key), variable));
    }

    private Tensor valueOf(Weight weight) {
        Tensor value = values.get(weight.path());
        if (value == null) {
            throw new IllegalArgumentException("weight '" + weight.path() + "': no value (expected: one)");
        }
        return value;
    }

    /**
     * Trains.
     *
     * @param data the rows to learn from
     * @param options how long and in what order
     * @return loss and metrics of every epoch
     * @throws IllegalArgumentException if the data does not fit the model, or there are weights of rows and of classes
     */
    public History fit(Dataset data, FitOptions options) {
        requireFits(data);
        int kept = options.validation().isPresent() ? data.rows() : split(data.rows(), options.validationSplit());
        Dataset learn = ClassWeights.applied(data.rows(0, kept), options.classWeight());
        Dataset judge = options.validation().orElse(kept < data.rows() ? data.rows(kept, data.rows()) : null);
        if (judge != null) {
            requireFits(judge);
        }
        BatchRunner step = runner(true, learn);
        int batches = (learn.rows() + options.batchSize() - 1) / options.batchSize();
        RowOrder order = new RowOrder(learn.rows(), options.shuffle(), new SplittableRandom(options.seed()));
        History history = new History();
        List<Callback> callbacks = options.callbacks();
        callbacks.forEach(c -> c.onTrainBegin(new Callback.Plan(options.epochs(), batches)));
        try {
            boolean goOn = true;
            for (int epoch = 0; epoch < options.epochs() && goOn; epoch++) {
                int number = epoch;
                callbacks.forEach(c -> c.onEpochBegin(number));
                order.next();
                step.begin();
                for (int batch = 0; batch < batches; batch++) {
                    int from = batch * options.batchSize();
                    step.run(learn, order, from, Math.min(from + options.batchSize(), learn.rows()));
                    for (Callback callback : callbacks) {
                        callback.onBatchEnd(batch, step::logs);
                    }
                }
                Map<String, Double> logs = new LinkedHashMap<>(step.logs());
                if (judge != null) {
                    judge(judge, options.batchSize()).forEach((name, value) -> logs.put("val_" + name, value));
                }
                history.add(logs);
                for (Callback callback : callbacks) {
                    goOn &= callback.onEpochEnd(epoch, logs);
                }
            }
            finalizeWeights();
        } finally {
            writeBack();
        }
        callbacks.forEach(Callback::onTrainEnd);
        return history;
    }

    /** Keras's rule: the first {@code floor(rows · (1 - split))} rows are learnt from. */
    private static int split(int rows, double validationSplit) {
        int kept = (int) Math.floor(rows * (1 - validationSplit));
        if (kept == 0 || (validationSplit > 0 && kept == rows)) {
            throw new IllegalArgumentException("validation_split: " + validationSplit + " of " + rows
                    + " rows (expected: a part that leaves rows on both sides)");
        }
        return kept;
    }

    /**
     * Judges the network as it is.
     *
     * @param data the rows to be judged by
     * @param batchSize the rows of one step, at least 1
     * @return loss and metrics by name
     * @throws IllegalArgumentException if the data does not fit the model
     */
    public Map<String, Double> evaluate(Dataset data, int batchSize) {
        requireFits(data);
        return judge(data, batchSize);
    }

    private Map<String, Double> judge(Dataset data, int batchSize) {
        BatchRunner step = runner(false, data);
        RowOrder order = new RowOrder(data.rows(), false, new SplittableRandom(0));
        step.begin();
        for (int from = 0; from < data.rows(); from += batchSize) {
            step.run(data, order, from, Math.min(from + batchSize, data.rows()));
        }
        return step.logs();
    }

    private void requireFits(Dataset data) {
        requireCount("inputs", data.inputs().size(), inputs.size());
        requireCount("targets", data.targets().size(), outputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            TensorSpec spec = inputs.get(i);
            Shape found = data.inputs().get(i).shape();
            boolean fits =
                    found.rank() == spec.shape().rank() && data.inputs().get(i).type() == spec.type();
            for (int axis = 1; fits && axis < found.rank(); axis++) {
                Dimension expected = spec.shape().dimension(axis);
                fits = !expected.isKnown() || expected.is(found.size(axis));
            }
            if (!fits) {
                throw new IllegalArgumentException("input '" + spec.name() + "': "
                        + data.inputs().get(i).type() + " " + found + " (expected: " + spec.type() + " " + spec.shape()
                        + ")");
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            TensorSpec spec = outputs.get(i);
            Tensor targets = data.targets().get(i);
            compile.outputs()
                    .get(i)
                    .loss()
                    .ifPresent(choice -> choice.resolve(targets.shape(), spec.shape())
                            .requireTargets(spec.name(), targets, spec.shape()));
        }
    }

    private static void requireCount(String what, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(what + ": " + found + " tensors (expected: " + expected + ")");
        }
    }

    /** The compiled step for data of this kind; compiled once. */
    private BatchRunner runner(boolean training, Dataset data) {
        List<Object> key = new ArrayList<>(List.of(training));
        List<Tensor> all = new ArrayList<>(data.inputs());
        all.addAll(data.targets());
        all.addAll(data.sampleWeights());
        all.forEach(tensor -> key.add(
                tensor.type() + " " + tensor.shape().slice(1, tensor.shape().rank())));
        BatchRunner found = runners.get(key);
        if (found == null) {
            found = newRunner(training, data);
            runners.put(key, found);
        }
        return found;
    }

    private BatchRunner newRunner(boolean training, Dataset data) {
        StepGraph step = training
                ? StepGraph.training(network, outputs, weights, compile, data)
                : StepGraph.evaluation(network, outputs, weights, compile, data);
        if (state.split(step.changed())) {
            runners.values().forEach(BatchRunner::unbind);
        }
        return new BatchRunner(step, training, state, engine);
    }

    /**
     * Changes a weight where steps read it; what the optimizer remembers stays.
     *
     * @param path the weight's path
     * @param value its new content; copied
     * @throws IllegalArgumentException if it has another type or shape
     */
    public void assign(String path, Tensor value) {
        state.current(path).assign(value);
    }

    /** Where the optimizer keeps moving means of the weights, these are what training gives. */
    private void finalizeWeights() {
        optimizer.slots().keySet().stream()
                .filter(key -> key.slot().equals(Averaging.SLOT))
                .forEach(key -> state.current(key.weight()).assign(state.current(StepGraph.slot(key))));
    }

    /** Brings what training changed to where the model keeps it. */
    private void writeBack() {
        weights.forEach(weight -> copy(weight.path(), valueOf(weight)));
        optimizer.variables().forEach((key, variable) -> copy(StepGraph.slot(key), variable));
    }

    private void copy(String name, Tensor to) {
        if (state.current(name) != to) {
            to.assign(state.current(name));
        }
    }

    /** Frees the compiled steps. The weights stay with the model. */
    @Override
    public void close() {
        runners.values().forEach(BatchRunner::close);
    }
}
