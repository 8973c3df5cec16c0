package dev.slipway.keras.models;

import dev.slipway.keras.callbacks.Snapshot;
import dev.slipway.keras.callbacks.TrainedModel;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.optimizers.LearningRate;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.keras.saving.TrainingFile;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.keras.trainers.Trainer;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model while it trains: its weights are where steps change them, and are brought back when someone asks. */
record ModelInTraining(Model model, Trainer trainer) implements TrainedModel {
    private OptimizerState optimizer() {
        return model.optimizerState().orElseThrow();
    }

    @Override
    public LearningRate learningRate() {
        trainer.writeBack(); // a schedule goes by the iteration
        return optimizer().learningRate();
    }

    @Override
    public long iterations() {
        trainer.writeBack();
        return optimizer().iteration().longs().get(0);
    }

    @Override
    public Map<String, Tensor> weights() {
        trainer.writeBack();
        Map<String, Tensor> copies = new LinkedHashMap<>();
        for (Weight weight : model.weights()) {
            if (StoredVariables.isRandomState(weight)) {
                continue;
            }
            copies.put(weight.path(), model.weight(weight.path()).copy());
        }
        return copies;
    }

    @Override
    public void assign(Map<String, Tensor> weights) {
        weights.forEach(model::assign);
    }

    @Override
    public String architecture() {
        return model.toJson().toString();
    }

    @Override
    public List<String> save(Path file) {
        trainer.writeBack();
        return model.save(file);
    }

    @Override
    public void requireSavable(Path file) {
        model.requireSavable(file);
    }

    @Override
    public void saveWeights(Path file) {
        trainer.writeBack();
        model.saveWeights(file);
    }

    @Override
    public void saveTraining(Path file, Snapshot training) {
        trainer.writeBack();
        TrainingFile.write(file, model.document(), training.values(), training.tensors());
    }

    @Override
    public Snapshot loadTraining(Path file) {
        try (TrainingFile stored = TrainingFile.open(file, ReadLimits.defaults())) {
            Snapshot training = new Snapshot(stored.training(), stored.tensors());
            Map<String, Tensor> weights = stored.weights(StoredVariables.of(model.network()));
            ModelReader.readOptimizer(
                    optimizer(),
                    stored.optimizerVariables(),
                    model.network().origin().version());
            weights.forEach(model::assign);
            trainer.readBack();
            return training;
        }
    }
}
