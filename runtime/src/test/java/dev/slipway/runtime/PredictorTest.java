package dev.slipway.runtime;

import static dev.slipway.runtime.TestGraphs.column;
import static dev.slipway.runtime.TestGraphs.compiledCount;
import static dev.slipway.runtime.TestGraphs.compiledLine;
import static dev.slipway.runtime.TestGraphs.compiledPair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PredictorTest {
    private static final int THREADS = 4;

    private static float[] predict(Predictor predictor, float... xs) {
        Map<String, Tensor> results = predictor.predict(Map.of("x", column(xs)));
        return Objects.requireNonNull(results.get("y")).toFloatArray();
    }

    @Test
    void predictsByName() {
        try (Predictor predictor = new Predictor(compiledPair())) {
            Tensor a = Tensor.of(Shape.of(1, 2), 5f, 7f);
            Tensor b = Tensor.of(Shape.of(1, 2), 1f, 2f);
            Map<String, Tensor> results = predictor.predict(Map.of("b", b, "a", a));
            assertThat(results.keySet()).containsExactly("sum", "difference");
            assertThat(Objects.requireNonNull(results.get("sum")).toFloatArray())
                    .containsExactly(6, 9);
            assertThat(Objects.requireNonNull(results.get("difference")).toFloatArray())
                    .containsExactly(4, 5);
        }
    }

    @Test
    void tellsWhichInputsMayMiss() {
        Graph graph = new Graph("gaps");
        Ops ops = new Ops(graph);
        Shape row = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(1)));
        Value x = graph.input("x", DataType.FLOAT, row);
        Value other = graph.input("other", DataType.FLOAT, row);
        graph.output("y", ops.add(ops.where(ops.isNaN(x), ops.like(x, 4), x), other));

        try (Predictor predictor = Predictor.compile(graph, Map.of(), EngineOptions.defaults())) {
            assertThat(predictor.inputs())
                    .containsExactly(
                            new TensorSpec("x", DataType.FLOAT, row, true),
                            new TensorSpec("other", DataType.FLOAT, row));
            assertThat(predictor.outputs()).noneMatch(TensorSpec::takesMissing);
            Map<String, Tensor> results = predictor.predict(Map.of("x", column(Float.NaN, 1), "other", column(10, 10)));
            assertThat(Objects.requireNonNull(results.get("y")).toFloatArray()).containsExactly(14, 11);
        }
    }

    @Test
    void predictsBatchesOfAnySizeEmptyOnesToo() {
        try (Predictor predictor = new Predictor(compiledLine())) {
            assertThat(predict(predictor, 10)).containsExactly(31);
            assertThat(predict(predictor, 0, 1, 2)).containsExactly(1, 4, 7);
            assertThat(predict(predictor)).isEmpty();
            assertThat(predict(predictor, -1)).containsExactly(-2);
        }
    }

    @Test
    void resultsAreNotOverwrittenByTheNextPrediction() {
        try (Predictor predictor = new Predictor(compiledLine())) {
            Tensor first = Objects.requireNonNull(
                    predictor.predict(Map.of("x", column(1))).get("y"));
            predict(predictor, 2);
            assertThat(first.toFloatArray()).containsExactly(4);
        }
    }

    @Test
    void predictsOutputsWhoseShapeOnlyTheRunTells() {
        try (Predictor predictor = new Predictor(compiledCount())) {
            for (long n : new long[] {3, 0, 5}) {
                Tensor numbers = Objects.requireNonNull(predictor
                        .predict(Map.of("n", Tensor.of(Shape.scalar(), n)))
                        .get("numbers"));
                assertThat(numbers.shape()).isEqualTo(Shape.of(n));
                for (int i = 0; i < n; i++) {
                    assertThat(numbers.element(i)).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void aClosedCallsTensorsServeTheNextCallOfThoseShapes() {
        try (Predictor predictor = new Predictor(compiledLine())) {
            Tensor first;
            try (Call call = predictor.call(2)) {
                first = call.input(0);
            }
            try (Call again = predictor.call(List.of(Shape.of(2, 1)));
                    Call another = predictor.call(2)) {
                assertThat(again.input(0)).isSameAs(first);
                assertThat(another.input(0)).isNotSameAs(first);
            }
        }
    }

    @Test
    void refusesShapesThatDoNotFit() {
        try (Predictor predictor = new Predictor(compiledPair())) {
            assertThatThrownBy(() -> predictor.call(List.of(Shape.of(1, 2))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("1 input shapes (expected: 2)");
            assertThatThrownBy(() -> predictor.call(List.of(Shape.of(1, 2), Shape.of(3, 2))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("input 'b': shape [3, 2] (expected: shape [batch, 2] with axis 0 of length batch = 1)");
            assertThatThrownBy(() -> predictor.predict(Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("input 'a': missing (expected: FLOAT [batch, 2])");
        }
    }

    @Test
    void takesABatchSizeOnlyWhereNoOtherLengthIsOpen() {
        Shape picture = Shape.of(List.of(Dimension.symbol("batch"), Dimension.symbol("width")));
        Graph graph = new Graph("negative");
        graph.output("y", new Ops(graph).neg(graph.input("x", DataType.FLOAT, picture)));
        try (Predictor predictor = new Predictor(CompiledGraph.compile(graph, Map.of(), TestGraphs.ONE_THREAD));
                Call call = predictor.call(List.of(Shape.of(2, 5)))) {
            assertThat(call.output(0).shape()).isEqualTo(Shape.of(2, 5));
            assertThatThrownBy(() -> predictor.call(2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("input 'x': shape [batch, width] (expected: only axis 0 unknown)");
        }
    }

    @Test
    void keepsAtMostSixtyFourIdleCallsWhateverTheirShapes() {
        try (Predictor predictor = new Predictor(compiledLine())) {
            List<Call> calls = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                calls.add(predictor.call(1));
                calls.add(predictor.call(i + 2));
            }
            calls.forEach(Call::close);
            assertThat(predictor.idleCount()).isEqualTo(64);
            for (int i = 0; i < 200; i++) {
                predictor.call(i).close();
            }
            assertThat(predictor.idleCount()).isEqualTo(64);
            assertThat(predict(predictor, 10)).containsExactly(31);
        }
    }

    @Test
    void keepsNoMoreBytesOfIdleCallsThanItSays() {
        int rows = (int) (Predictor.MAX_IDLE_BYTES / 8 / 2);
        try (Predictor predictor = new Predictor(compiledLine())) {
            try (Call one = predictor.call(rows);
                    Call other = predictor.call(rows - 1);
                    Call small = predictor.call(3)) {
                assertThat(List.of(one, other, small)).doesNotContainNull();
            }
            // The small one came back first, the large ones filled what is left, and the eldest went.
            assertThat(predictor.idleCount()).isEqualTo(2);
            predictor.call(2 * rows + 1).close();
            assertThat(predictor.idleCount()).isEqualTo(2);
            assertThat(predict(predictor, 10)).containsExactly(31);
        }
    }

    @Test
    void aCallClosedTwiceServesOneNextCallOnly() {
        try (Predictor predictor = new Predictor(compiledLine())) {
            Call stale = predictor.call(1);
            stale.close();
            stale.close();
            assertThat(predictor.idleCount()).isOne();
            try (Call current = predictor.call(1)) {
                stale.close();
                assertThat(predictor.idleCount()).isZero();
                current.input(0).floats().put(10);
                current.run();
                assertThat(current.output(0).floats().get()).isEqualTo(31);
            }
        }
    }

    @Test
    void refusesToUseAClosedCall() {
        try (Predictor predictor = new Predictor(compiledLine())) {
            Call call = predictor.call(1);
            call.close();
            assertClosed("call is closed", () -> call.input(0));
            assertClosed("call is closed", () -> call.output(0));
            assertThatThrownBy(call::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("call is closed");
        }
    }

    @Test
    void refusesNewCallsAfterClose() {
        Predictor predictor = new Predictor(compiledLine());
        predictor.call(1).close();
        predictor.close();
        predictor.close();
        assertClosed("predictor is closed", () -> predictor.call(1));
        assertClosed("predictor is closed", () -> predictor.call(2));
        assertClosed("predictor is closed", () -> predictor.predict(Map.of("x", column(1))));
    }

    private static void assertClosed(String message, Callable<?> use) {
        assertThatThrownBy(use::call).isInstanceOf(IllegalStateException.class).hasMessage(message);
    }

    @Test
    void theLastCallOutFreesTheGraph() {
        CompiledGraph graph = compiledLine();
        Predictor predictor = new Predictor(graph);
        predictor.call(3).close();
        Call first = predictor.call(1);
        Call last = predictor.call(1);
        predictor.close();
        first.close();
        assertThat(graph.lifetime().isFreed()).isFalse();
        last.input(0).floats().put(10);
        last.run();
        assertThat(last.output(0).floats().get()).isEqualTo(31);
        last.close();
        last.close();
        assertThat(graph.lifetime().isFreed()).isTrue();
    }

    @Test
    void aCallWithoutPinnedOutputsRunsAndFreesAfterCloseToo() {
        CompiledGraph graph = compiledCount();
        Predictor predictor = new Predictor(graph);
        Call call = predictor.call(List.of(Shape.scalar()));
        predictor.close();
        call.input(0).longs().put(2);
        call.run();
        assertThat(call.output(0).shape()).isEqualTo(Shape.of(2));
        call.close();
        assertThat(graph.lifetime().isFreed()).isTrue();
    }

    @Test
    void everyThreadGetsItsOwnAnswer() throws Exception {
        try (Predictor predictor = new Predictor(compiledLine())) {
            List<Future<?>> done = inThreads(thread -> {
                for (int i = 0; i < 2_000; i++) {
                    float x = thread * 10_000 + i;
                    float[] expected = i % 2 == 0 ? new float[] {3 * x + 1} : new float[] {3 * x + 1, -3 * x + 1};
                    float[] found = i % 2 == 0 ? predict(predictor, x) : predict(predictor, x, -x);
                    assertThat(found).containsExactly(expected);
                }
            });
            for (Future<?> thread : done) {
                thread.get();
            }
        }
    }

    @Test
    void closingWhileOthersPredictRefusesTheirNextCallAndFreesTheGraph() throws Exception {
        for (int round = 0; round < 25; round++) {
            CompiledGraph graph = compiledLine();
            Predictor predictor = new Predictor(graph);
            CountDownLatch busy = new CountDownLatch(THREADS);
            List<Future<?>> done = inThreads(thread -> {
                for (int i = 0; true; i++) {
                    // A new batch size now and then, so that calls are made as well as used again.
                    float[] xs = new float[1 + i % 100 / 99 * i];
                    assertThat(predict(predictor, xs)).containsOnly(1);
                    if (i == 20) {
                        busy.countDown();
                    }
                }
            });
            busy.await();
            predictor.close();
            for (Future<?> thread : done) {
                assertThatThrownBy(thread::get)
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageEndingWith(" is closed");
            }
            assertThat(graph.lifetime().isFreed()).isTrue();
        }
    }

    /** What one of several threads does. */
    @FunctionalInterface
    interface Work {
        void run(int thread);
    }

    private static List<Future<?>> inThreads(Work work) {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            done.add(pool.submit(() -> work.run(thread)));
        }
        pool.shutdown();
        return done;
    }
}
