package dev.slipway.keras.trainers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs a compiled step batch by batch. The model's state is shared with other runners; loss and metrics of the epoch are
 * this runner's own. Owns native memory.
 */
final class BatchRunner implements AutoCloseable {
    private final StepGraph step;
    private final boolean training;
    private final DoubleBuffer state;
    private final DoubleBuffer metrics = new DoubleBuffer();
    private final HostInputs host;
    private final CompiledGraph compiled;
    private final Tensor loss = Tensor.zeros(DataType.FLOAT, Shape.scalar());
    private final Map<Integer, Batch> batches = new HashMap<>();
    private float lossTotal;
    private float lossCount;

    BatchRunner(StepGraph step, boolean training, DoubleBuffer state, EngineOptions engine) {
        this.step = step;
        this.training = training;
        this.state = state;
        step.metrics().forEach((name, metric) -> {
            for (int i = 0; i < metric.state().size(); i++) {
                metrics.add(
                        StepGraph.metricState(name, i),
                        Tensor.zeros(DataType.FLOAT, metric.state().get(i)));
            }
        });
        metrics.split(step.apart());
        this.host = new HostInputs(step.graph(), StepGraph.rowNames(step.rows()), engine);
        this.compiled = CompiledGraph.compile(host.step(), Map.of(), engine);
    }

    /** Begins an epoch. */
    void begin() {
        lossTotal = 0;
        lossCount = 0;
        step.metrics().forEach((name, metric) -> stateOf(name, metric).forEach(BatchRunner::zero));
    }

    private static void zero(Tensor tensor) {
        ByteBuffer bytes = tensor.bytes();
        while (bytes.hasRemaining()) {
            bytes.put((byte) 0);
        }
    }

    /** Reads the rows of the next batch of an epoch and gives the batch; empty if the epoch is over. */
    Optional<Batch> read(Feed feed, int number, int batchSize) {
        Batch whole = ofSize(batchSize);
        int rows = feed.read(number, whole.rows().tensors());
        if (rows == 0) {
            return Optional.empty();
        }
        if (rows == batchSize) {
            return Optional.of(whole);
        }
        Batch part = ofSize(rows);
        part.rows().put(0, whole.rows(), 0, rows);
        return Optional.of(part);
    }

    /** The batch of a size; its rows are to be written before it is run. */
    Batch ofSize(int size) {
        step.carried().requireBatch(size);
        return batches.computeIfAbsent(size, n -> new Batch(compiled, host, step.rows(), n));
    }

    void run(Batch batch) {
        batch.run(state.side(), metrics.side(), this::feeds, this::results);
        metrics.swap();
        if (training) {
            state.swap();
            state.settle(StepGraph.slot(OptimizerState.ITERATION));
        } else {
            carried().forEach(state::takeOver);
        }
        int size = batch.rows().capacity();
        lossTotal += loss.floats().get(0) * size;
        lossCount += size;
    }

    private Map<String, Tensor> feeds(int stateSide, int metricsSide) {
        Map<String, Tensor> feeds = new HashMap<>();
        for (String name : step.state()) {
            feeds.put(name, metrics.contains(name) ? metrics.tensor(metricsSide, name) : state.tensor(stateSide, name));
        }
        return feeds;
    }

    private Map<String, Tensor> results(int stateSide, int metricsSide) {
        Map<String, Tensor> results = new HashMap<>();
        results.put(StepGraph.LOSS, loss);
        for (String name : step.changed()) {
            Tensor target =
                    metrics.contains(name) ? metrics.tensor(1 - metricsSide, name) : state.tensor(1 - stateSide, name);
            results.put(StepGraph.next(name), target);
        }
        return results;
    }

    /** Loss and metrics of the epoch so far, sorted by name as Keras has them; a metric of several numbers has several. */
    Map<String, Double> logs() {
        Map<String, Double> logs = new TreeMap<>();
        logs.put(StepGraph.LOSS, (double) (lossTotal / lossCount));
        step.metrics().forEach((name, metric) -> {
            double[] result = metric.result(stateOf(name, metric));
            for (int i = 0; i < result.length; i++) {
                logs.put(result.length == 1 ? name : name + "[" + i + "]", result[i]);
            }
        });
        return logs;
    }

    /** What an epoch that is under way has accumulated. */
    void snapshot(ObjectNode values, Map<String, Tensor> tensors) {
        values.put("loss_total", lossTotal).put("loss_count", lossCount);
        metrics.names().forEach(name -> tensors.put(name, metrics.current(name).copy()));
        carried().forEach(name -> tensors.put(name, state.current(name).copy()));
    }

    private List<String> carried() {
        return step.carried().states().stream().map(Weight::path).toList();
    }

    void restore(JsonNode values, Map<String, Tensor> tensors) {
        lossTotal = Float.parseFloat(values.path("loss_total").asText("0"));
        lossCount = Float.parseFloat(values.path("loss_count").asText("0"));
        metrics.names().forEach(name -> metrics.current(name).assign(stored(name, tensors, "metric")));
        carried().forEach(name -> state.current(name).assign(stored(name, tensors, "state")));
    }

    private static Tensor stored(String name, Map<String, Tensor> tensors, String what) {
        Tensor value = tensors.get(name);
        if (value == null) {
            throw new IllegalStateException(
                    name + ": no value (expected: one, as the training that is resumed has this " + what + ")");
        }
        return value;
    }

    private List<Tensor> stateOf(String name, Metric metric) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < metric.state().size(); i++) {
            tensors.add(metrics.current(StepGraph.metricState(name, i)));
        }
        return tensors;
    }

    /** Lets go of the tensors bound so far, after the state's have changed. */
    void unbind() {
        batches.values().forEach(Batch::close);
        batches.clear();
    }

    @Override
    public void close() {
        unbind();
        compiled.close();
        host.close();
    }
}
