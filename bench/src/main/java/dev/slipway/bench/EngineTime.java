package dev.slipway.bench;

import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Call;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What the engine itself takes for a prediction of one row: {@code EngineTime MODEL-FILE SECONDS} prints {@code engine} and the
 * milliseconds of processor time of one run, on one thread that does nothing else. The first half of the time is not counted.
 *
 * <p>A server's own clock around a run cannot say that: on one processor, what interrupts the run counts as the engine's.
 */
public final class EngineTime {
    private EngineTime() {}

    /**
     * Measures.
     *
     * @param arguments see above
     */
    public static void main(String... arguments) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        EngineOptions one = EngineOptions.defaults().withThreads(1);
        long half = TimeUnit.SECONDS.toNanos(Integer.parseInt(arguments[1])) / 2;
        try (Predictor predictor = Model.loadPredictor(Path.of(arguments[0]), one);
                Call call = predictor.call(1)) {
            ByteBuffer input = call.input(0).bytes();
            while (input.remaining() >= Float.BYTES) {
                input.putFloat(0.5f);
            }
            run(call, half);
            long before = threads.getCurrentThreadCpuTime();
            long runs = run(call, half);
            System.out.printf("engine %.4f%n", (threads.getCurrentThreadCpuTime() - before) / 1e6 / runs);
        }
    }

    private static long run(Call call, long nanos) {
        long runs = 0;
        for (long end = System.nanoTime() + nanos; System.nanoTime() - end < 0; runs++) {
            call.run();
        }
        return runs;
    }
}
