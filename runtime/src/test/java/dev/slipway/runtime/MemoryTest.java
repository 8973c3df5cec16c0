package dev.slipway.runtime;

import static dev.slipway.runtime.TestGraphs.column;
import static dev.slipway.runtime.TestGraphs.compiledCount;
import static dev.slipway.runtime.TestGraphs.compiledLine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int MANY = 200_000;

    /** Over {@link #MANY} calls this is 31 bytes a call: less than the smallest block that a C library gives. */
    private static final long RESIDENT_GROWTH_KIB = 6 * 1024;

    @Test
    void aWarmCallTakesNoDirectMemory() {
        try (Predictor predictor = new Predictor(compiledLine())) {
            repeat(1_000, () -> callOnce(predictor));
            long buffersBefore = direct().getCount();
            long bytesBefore = direct().getMemoryUsed();
            repeat(MANY, () -> callOnce(predictor));
            assertThat(direct().getCount()).isLessThanOrEqualTo(buffersBefore);
            assertThat(direct().getMemoryUsed()).isLessThanOrEqualTo(bytesBefore);
        }
    }

    /** The tests run with the first compiler only; the second, which removes some allocations, leaves 488 bytes. */
    @Test
    void aWarmCallLeavesLittleGarbage() {
        try (Predictor predictor = new Predictor(compiledLine())) {
            List<Shape> shapes = List.of(Shape.of(1, 1));
            assertThat(garbageOf(() -> callOnce(predictor, shapes))).isLessThan(800);
            assertThat(garbageOf(() -> callOnce(predictor))).isLessThan(1_300);
        }
    }

    private static long garbageOf(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeThat(threads.isThreadAllocatedMemorySupported())
                .as("this Java runtime counts what a thread allocates")
                .isTrue();
        repeat(20_000, work);
        long before = threads.getCurrentThreadAllocatedBytes();
        repeat(20_000, work);
        return (threads.getCurrentThreadAllocatedBytes() - before) / 20_000;
    }

    @Test
    void aWarmCallKeepsNoNativeMemory() throws IOException {
        try (Predictor predictor = new Predictor(compiledLine())) {
            assertResidentSetStays(MANY, () -> callOnce(predictor));
        }
    }

    @Test
    void aCallWithoutPinnedOutputsKeepsNoNativeMemory() throws IOException {
        try (Predictor predictor = new Predictor(compiledCount())) {
            Map<String, Tensor> feeds = Map.of("n", Tensor.of(Shape.scalar(), 5L));
            assertResidentSetStays(MANY, () -> predictor.predict(feeds));
        }
    }

    @Test
    void bindingsThatAreClosedOrRefusedKeepNoNativeMemory() throws IOException {
        try (CompiledGraph graph = compiledLine()) {
            Map<String, Tensor> feeds = Map.of("x", column(1));
            Map<String, Tensor> results = Map.of("y", column(0));
            Map<String, Tensor> refused = Map.of("y", Tensor.zeros(DataType.UINT16, Shape.of(1, 1)));
            assertResidentSetStays(MANY, () -> {
                graph.bind(feeds, results).close();
                assertThatThrownBy(() -> graph.bind(feeds, refused)).isInstanceOf(IllegalArgumentException.class);
            });
        }
    }

    @Test
    void closedGraphsKeepNoNativeMemory() throws IOException {
        assertResidentSetStays(500, () -> {
            try (Predictor predictor = new Predictor(compiledLine())) {
                callOnce(predictor);
            }
        });
    }

    private static void callOnce(Predictor predictor) {
        try (Call call = predictor.call(1)) {
            answer(call);
        }
    }

    private static void callOnce(Predictor predictor, List<Shape> shapes) {
        try (Call call = predictor.call(shapes)) {
            answer(call);
        }
    }

    private static void answer(Call call) {
        call.input(0).floats().put(0, 10);
        call.run();
        assert call.output(0).floats().get(0) == 31;
    }

    /** The same work before measuring lets the heap and the engine's arenas grow to what they need. */
    private static void assertResidentSetStays(int times, Runnable work) throws IOException {
        assumeThat(STATUS).as("this system tells the resident set of a process").exists();
        repeat(times, work);
        long before = residentKib();
        repeat(times, work);
        assertThat(residentKib() - before).as("growth in KiB").isLessThan(RESIDENT_GROWTH_KIB);
    }

    private static void repeat(int times, Runnable work) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static BufferPoolMXBean direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
    }
}
