package dev.slipway.keras.trainers;

import dev.slipway.keras.callbacks.TrainedModel;
import dev.slipway.keras.data.RowBuffer;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.losses.TargetException;
import dev.slipway.keras.optimizers.Averaging;
import dev.slipway.keras.trainers.OptimizerState.SlotKey;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Trains and evaluates a network.
 *
 * <p>Loss and metrics of an epoch are Keras's: the loss is the mean over the batches weighted by their rows, metrics
 * accumulate over the epoch, both in float32.
 *
 * <p>For one thread. Owns native memory; closed by whoever made it.
 */
public final class Trainer implements AutoCloseable {
    /** Elements of weights from which memory counts for more than the last microseconds. */
    private static final long LARGE = 1 << 22;

    private final Layer network;
    private final List<TensorSpec> outputs;
    private final List<Weight> weights;
    private final Carried carried;
    private final CompileOptions compile;
    private final OptimizerState optimizer;
    private final Packing packing;
    private final Map<String, Tensor> values;
    private final EngineOptions engine;
    private final DataFit fit;
    private final DoubleBuffer state = new DoubleBuffer();
    private final Map<List<Object>, BatchRunner> runners = new LinkedHashMap<>();

    /**
     * Prepares training.
     *
     * @param network the network
     * @param inputs its inputs
     * @param outputs its outputs
     * @param weights its weights
     * @param carried what layers carry from batch to batch
     * @param values the content of each of these and of each weight, by path; changed by training
     * @param compile how to train
     * @param optimizer what the optimizer remembers; changed by training
     * @param engine how graphs run
     */
    public Trainer(
            Layer network,
            List<TensorSpec> inputs,
            List<TensorSpec> outputs,
            List<Weight> weights,
            Carried carried,
            Map<String, Tensor> values,
            CompileOptions compile,
            OptimizerState optimizer,
            EngineOptions engine) {
        this.network = network;
        this.outputs = outputs;
        this.weights = weights;
        this.carried = carried;
        this.values = values;
        this.compile = compile;
        this.optimizer = optimizer;
        this.packing = optimizer.packing();
        this.engine = engine;
        this.fit = new DataFit(inputs, outputs, compile);
        variables().forEach(weight -> state.add(weight.path(), valueOf(weight)));
        packing.slots().forEach((key, slot) -> state.add(StepGraph.slot(key), slot));
        optimizer.variables().forEach((key, variable) -> {
            if (!packing.contains(key.weight())) {
                state.add(StepGraph.slot(key), variable);
            }
        });
    }

    /** Where steps read and write a variable of the optimizer now. */
    private Tensor current(SlotKey key, Tensor variable) {
        return packing.current(key, variable, each -> state.current(StepGraph.slot(each)));
    }

    /** The weights, and what layers carry. */
    private List<Weight> variables() {
        return Stream.concat(weights.stream(), carried.states().stream()).toList();
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
     * @param model the model as callbacks see it
     * @return loss and metrics of every epoch
     * @throws dev.slipway.keras.losses.TargetException if a target is no class of its output
     * @throws IllegalArgumentException if the data does not fit the model, or there are weights of rows and of classes
     */
    public History fit(RowSource data, FitOptions options, TrainedModel model) {
        Optional<RowSource> validation = options.validation();
        RowSource learn = data;
        if (validation.isEmpty() && options.validationSplit() > 0) {
            Dataset all = requireArrays(data, options.validationSplit());
            int kept = split(all.rows(), options.validationSplit());
            learn = all.rows(0, kept);
            validation = Optional.of(all.rows(kept, all.rows()));
        }
        fit.requireFits(learn);
        validation.ifPresent(this::requireFitsToo);
        carried.requireWholeBatches(learn, options.batchSize(), options.stepsPerEpoch());
        validation.ifPresent(
                rows -> carried.requireWholeBatches(rows, validationBatchSize(options), options.validationSteps()));
        RowSource ordered =
                learn instanceof Dataset arrays && options.shuffle() ? arrays.shuffled(options.seed()) : learn;
        RowSource weighted = ClassWeights.applied(fit.prepared(ordered), options.classWeight());
        int batchSize = (int) Math.min(options.batchSize(), learn.count().orElse(options.batchSize()));
        BatchRunner step = runner(true, weighted.spec());
        Supplier<Map<String, Double>> judge = validation
                .<Supplier<Map<String, Double>>>map(
                        rows -> () -> judge(rows, validationBatchSize(options), options.validationSteps()))
                .orElse(null);
        try (Feed feed = new Feed(weighted, options.stepsPerEpoch(), options.initialEpoch())) {
            return new Fit(step, feed, batchSize, batches(learn, batchSize, options), options, model, judge)
                    .run(this::finalizeWeights);
        } finally {
            writeBack();
        }
    }

    private static int validationBatchSize(FitOptions options) {
        return options.validationBatchSize().orElse(options.batchSize());
    }

    private void requireFitsToo(RowSource validation) {
        try {
            fit.requireFits(validation);
        } catch (TargetException e) {
            throw e; // says where it stands
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("validation data: " + e.getMessage(), e);
        }
    }

    private static OptionalInt batches(RowSource rows, int batchSize, FitOptions options) {
        if (options.stepsPerEpoch().isPresent() || rows.count().isEmpty()) {
            return options.stepsPerEpoch();
        }
        return OptionalInt.of((int) ((rows.count().getAsLong() + batchSize - 1) / batchSize));
    }

    private static Dataset requireArrays(RowSource data, double validationSplit) {
        if (data instanceof Dataset arrays) {
            return arrays;
        }
        throw new IllegalArgumentException("validation_split: " + validationSplit
                + " (expected: 0, as the rows are not in memory); give rows for validation instead");
    }

    /** Keras's rule: the first {@code floor(rows · (1 - split))} rows are learnt from. */
    private static int split(int rows, double validationSplit) {
        int kept = (int) Math.floor(rows * (1 - validationSplit));
        if (kept == 0 || kept == rows) {
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
     * @param steps how many batches are seen; empty for all
     * @return loss and metrics by name
     * @throws IllegalArgumentException if the data does not fit the model
     */
    public Map<String, Double> evaluate(RowSource data, int batchSize, OptionalInt steps) {
        fit.requireFits(data);
        carried.requireWholeBatches(data, batchSize, steps);
        return judge(data, batchSize, steps);
    }

    private Map<String, Double> judge(RowSource data, int batchSize, OptionalInt steps) {
        RowSource rows = fit.prepared(data);
        BatchRunner step = runner(false, rows.spec());
        step.begin();
        int size = (int) Math.min(batchSize, data.count().orElse(batchSize));
        try (Feed feed = new Feed(rows, steps, 0)) {
            int number = 0;
            for (Optional<Batch> batch = step.read(feed, number, size);
                    batch.isPresent();
                    batch = step.read(feed, ++number, size)) {
                step.run(batch.get());
            }
        }
        return step.logs();
    }

    /**
     * One step of training on some rows. Loss and metrics accumulate, as in Keras, until they are reset or another training
     * begins.
     *
     * @param rows the rows of the step
     * @return loss and metrics so far, by name
     * @throws IllegalArgumentException if the rows do not fit the model
     */
    public Map<String, Double> trainOnBatch(Dataset rows) {
        Map<String, Double> logs = onBatch(true, rows);
        writeBack();
        return logs;
    }

    /**
     * Judges by some rows. Loss and metrics accumulate, as in Keras, until they are reset or another evaluation begins.
     *
     * @param rows the rows
     * @return loss and metrics so far, by name
     * @throws IllegalArgumentException if the rows do not fit the model
     */
    public Map<String, Double> testOnBatch(Dataset rows) {
        return onBatch(false, rows);
    }

    private Map<String, Double> onBatch(boolean training, Dataset given) {
        fit.requireFits(given);
        Dataset rows = ConvertedRows.of(given, fit.inputs());
        BatchRunner step = runner(training, rows.spec());
        Batch batch = step.ofSize(rows.rows());
        batch.rows().put(0, new RowBuffer(rows.tensors()), 0, rows.rows());
        step.run(batch);
        return step.logs();
    }

    /** Loss and metrics of steps on single batches begin anew. */
    public void resetMetrics() {
        runners.values().forEach(BatchRunner::begin);
    }

    /** The compiled step for data of this kind; compiled once. */
    private BatchRunner runner(boolean training, RowSpec rows) {
        List<Object> key = List.of(training, rows);
        BatchRunner found = runners.get(key);
        if (found == null) {
            found = newRunner(training, rows);
            runners.put(key, found);
        }
        return found;
    }

    private BatchRunner newRunner(boolean training, RowSpec data) {
        StepGraph step = training
                ? StepGraph.training(network, outputs, weights, carried, compile, packing, data)
                : StepGraph.evaluation(network, outputs, weights, carried, compile, data);
        if (state.split(step.apart())) {
            runners.values().forEach(BatchRunner::unbind);
        }
        long elements = weights.stream()
                .mapToLong(weight -> weight.spec().shape().elementCount())
                .sum();
        return new BatchRunner(step, training, state, engine.withPlanning(elements < LARGE));
    }

    /**
     * Changes a weight, or what a layer carries, where steps read it; what the optimizer remembers stays.
     *
     * @param path its path
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
    public void writeBack() {
        variables().forEach(weight -> copy(state.current(weight.path()), valueOf(weight)));
        optimizer.variables().forEach((key, variable) -> copy(current(key, variable), variable));
    }

    /** Takes over what changed where the model keeps it: weights, and what the optimizer remembers. */
    public void readBack() {
        variables().forEach(weight -> state.current(weight.path()).assign(valueOf(weight)));
        optimizer.variables().forEach((key, variable) -> current(key, variable).assign(variable));
    }

    private static void copy(Tensor from, Tensor to) {
        if (from != to) {
            to.assign(from);
        }
    }

    /** Frees the compiled steps. The weights stay with the model. */
    @Override
    public void close() {
        runners.values().forEach(BatchRunner::close);
    }
}
