package dev.slipway.bench;

import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.runtime.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The notebook's training: a new model of one Dense(1), 500 epochs of one batch of six rows, compile included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TrainingBenchmark {
    private final Tensor xs = Tensor.of(new float[][] {{-1}, {0}, {1}, {2}, {3}, {4}});
    private final Tensor ys = Tensor.of(new float[][] {{-2}, {1}, {4}, {7}, {10}, {13}});

    /**
     * Trains.
     *
     * @return loss of every epoch
     */
    @Benchmark
    public History notebook500Epochs() {
        try (Model model = Networks.named("dense1")) {
            model.compile("sgd", "mean_squared_error");
            return model.fit(xs, ys, FitOptions.epochs(500));
        }
    }
}
