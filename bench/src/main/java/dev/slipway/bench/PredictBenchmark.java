package dev.slipway.bench;

import dev.slipway.graph.Shape;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Call;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A prediction from Java: by a call whose tensors are used again, and by a map of tensors. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PredictBenchmark {
    /** The model. */
    @Param({"dense1", "mlp32-64-64-1"})
    public String model = "";

    /** Rows of a prediction. */
    @Param({"1", "32", "1024"})
    public int batch;

    private @Nullable Predictor predictor;
    private Map<String, Tensor> feeds = Map.of();

    /** Makes the model and its input. */
    @Setup
    public void open() {
        Predictor ready;
        try (Model network = Networks.named(model)) {
            ready = network.predictor(EngineOptions.defaults().withThreads(1));
        }
        predictor = ready;
        Shape shape = ready.inputs().get(0).shape();
        float[] numbers = new float[batch * (int) shape.size(1)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i % 17 / 17f;
        }
        feeds = Map.of(ready.inputs().get(0).name(), Tensor.of(Shape.of(batch, shape.size(1)), numbers));
    }

    private Predictor ready() {
        return Objects.requireNonNull(predictor);
    }

    /** Frees the model. */
    @TearDown
    public void close() {
        ready().close();
    }

    /**
     * Writes the input of a call, runs it, reads the first number.
     *
     * @return that number
     */
    @Benchmark
    public float call() {
        try (Call call = ready().call(batch)) {
            call.input(0).floats().put(0, 0.5f);
            call.run();
            return call.output(0).floats().get(0);
        }
    }

    /**
     * Feeds a map of tensors, gets a map of tensors.
     *
     * @return the results
     */
    @Benchmark
    public Map<String, Tensor> map() {
        return ready().predict(feeds);
    }
}
