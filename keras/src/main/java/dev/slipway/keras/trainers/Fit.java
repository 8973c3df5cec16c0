package dev.slipway.keras.trainers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.callbacks.Snapshot;
import dev.slipway.keras.callbacks.TrainedModel;
import dev.slipway.keras.callbacks.TrainingRun;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One training from its first epoch to its last: the loop over epochs and batches, and who looks on. */
final class Fit implements TrainingRun {
    private static final String CALLBACK = "callback";

    private final BatchRunner step;
    private final Feed feed;
    private final int batchSize;
    private final FitOptions options;
    private final List<Callback> callbacks;
    private final TrainedModel model;
    private final @Nullable Supplier<Map<String, Double>> validation;
    private final History history = new History();
    private OptionalInt batches;
    private int epoch;
    private int batch;
    private boolean stopping;
    private @Nullable Snapshot resumed;
    private Map<String, Double> logs = new LinkedHashMap<>();

    Fit(
            BatchRunner step,
            Feed feed,
            int batchSize,
            OptionalInt batches,
            FitOptions options,
            TrainedModel model,
            @Nullable Supplier<Map<String, Double>> validation) {
        this.step = step;
        this.feed = feed;
        this.batchSize = batchSize;
        this.batches = batches;
        this.options = options;
        this.callbacks = options.callbacks();
        this.model = model;
        this.validation = validation;
        this.epoch = options.initialEpoch();
    }

    /** Trains; at the end the weights become what the optimizer says they are. */
    History run(Runnable finalizeWeights) {
        callbacks.forEach(callback -> callback.onTrainBegin(this));
        Optional.ofNullable(resumed).ifPresent(this::restore);
        while (epoch < options.epochs() && !stopping) {
            runEpoch();
        }
        finalizeWeights.run();
        callbacks.forEach(callback -> callback.onTrainEnd(logs));
        return history;
    }

    private void runEpoch() {
        if (batch == 0) {
            callbacks.forEach(callback -> callback.onEpochBegin(epoch));
            step.begin();
        }
        while (!stopping && runBatch()) {
            callbacks.forEach(Callback::onPause);
        }
        batches = options.stepsPerEpoch().isPresent() || stopping ? batches : OptionalInt.of(batch);
        logs = step.logs();
        if (validation != null && (epoch + 1) % options.validationFreq() == 0) {
            validate(validation);
        }
        callbacks.forEach(callback -> callback.onEpochEnd(epoch, logs));
        history.add(epoch, logs);
        epoch++;
        batch = 0;
        callbacks.forEach(Callback::onPause);
    }

    private boolean runBatch() {
        Batch rows = step.read(feed, batch, batchSize).orElse(null);
        if (rows == null) {
            return false;
        }
        int number = batch;
        callbacks.forEach(callback -> callback.onTrainBatchBegin(number));
        step.run(rows);
        batch++;
        callbacks.forEach(callback -> callback.onTrainBatchEnd(number, step::logs));
        return true;
    }

    private void validate(Supplier<Map<String, Double>> judged) {
        callbacks.forEach(Callback::onTestBegin);
        Map<String, Double> found = judged.get();
        callbacks.forEach(callback -> callback.onTestEnd(found));
        found.forEach((name, value) -> logs.put("val_" + name, value));
    }

    @Override
    public int epochs() {
        return options.epochs();
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public OptionalInt batches() {
        return batches;
    }

    @Override
    public boolean validates() {
        return validation != null;
    }

    @Override
    public TrainedModel model() {
        return model;
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public Snapshot snapshot() {
        ObjectNode values =
                Config.json().put("epoch", epoch).put("batch", batch).put("stopping", stopping);
        values.put("pass", feed.pass()).put("batch_of_pass", feed.batchOfPass());
        history.writeTo(values.putObject("history"));
        ObjectNode last = values.putObject("logs");
        logs.forEach(last::put);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        step.snapshot(values.putObject("step"), tensors);
        ArrayNode remembered = values.putArray("callbacks");
        for (int i = 0; i < callbacks.size(); i++) {
            Snapshot own = callbacks.get(i).snapshot();
            remembered.addObject().put("class", nameOf(i)).set("values", own.values());
            String prefix = CALLBACK + i + "/";
            own.tensors().forEach((name, tensor) -> tensors.put(prefix + name, tensor));
        }
        return new Snapshot(values, tensors);
    }

    private String nameOf(int index) {
        return callbacks.get(index).getClass().getSimpleName();
    }

    @Override
    public void resume(Snapshot snapshot) {
        resumed = snapshot;
    }

    private void restore(Snapshot snapshot) {
        epoch = snapshot.integer("epoch");
        batch = snapshot.integer("batch");
        stopping = snapshot.values().path("stopping").asBoolean();
        history.read(snapshot.values().path("history"));
        snapshot.values()
                .path("logs")
                .properties()
                .forEach(entry -> logs.put(
                        entry.getKey(), Double.parseDouble(entry.getValue().asText())));
        step.restore(snapshot.values().path("step"), snapshot.tensors());
        restoreCallbacks(snapshot);
        feed.seek(
                snapshot.values().path("pass").asLong(),
                snapshot.integer("batch_of_pass"),
                step.ofSize(batchSize).rows().tensors());
    }

    private void restoreCallbacks(Snapshot snapshot) {
        JsonNode remembered = snapshot.values().path("callbacks");
        if (remembered.size() != callbacks.size()) {
            throw new IllegalStateException("callbacks: " + callbacks.size() + " (expected: " + remembered.size()
                    + ", as in the training that is resumed)");
        }
        for (int i = 0; i < callbacks.size(); i++) {
            JsonNode own = remembered.get(i);
            if (!own.path("class").asText().equals(nameOf(i))) {
                throw new IllegalStateException("callback " + i + ": " + nameOf(i) + " (expected: "
                        + own.path("class").asText() + ", as in the training that is resumed)");
            }
            Map<String, Tensor> tensors = new HashMap<>();
            String prefix = CALLBACK + i + "/";
            snapshot.tensors().forEach((name, tensor) -> {
                if (name.startsWith(prefix)) {
                    tensors.put(name.substring(prefix.length()), tensor);
                }
            });
            callbacks.get(i).resume(new Snapshot((ObjectNode) own.path("values"), tensors));
        }
    }
}
