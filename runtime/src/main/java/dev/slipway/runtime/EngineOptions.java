package dev.slipway.runtime;

/**
 * How ONNX Runtime executes a graph.
 *
 * @param threads how many threads one run may use, the calling one included; at least 1
 * @param spinning whether waiting threads burn processor time to answer a little faster; wrong for servers
 * @param planning whether all memory of a run is laid out in one piece beforehand: a little faster for small graphs, while
 *     large ones take up to half as much again
 */
public record EngineOptions(int threads, boolean spinning, boolean planning) {
    /**
     * Checks the number of threads.
     *
     * @param threads how many threads one run may use
     * @param spinning whether waiting threads burn processor time
     * @param planning whether memory is laid out beforehand
     * @throws IllegalArgumentException if there is no thread
     */
    public EngineOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("engine threads: " + threads + " (expected: >= 1)");
        }
    }

    /**
     * One thread for each processor, without spinning.
     *
     * @return the options used where none are given
     */
    public static EngineOptions defaults() {
        return new EngineOptions(Runtime.getRuntime().availableProcessors(), false, true);
    }

    /**
     * These options with another number of threads.
     *
     * @param threads how many threads one run may use; at least 1
     * @return the changed options
     */
    public EngineOptions withThreads(int threads) {
        return new EngineOptions(threads, spinning, planning);
    }

    /**
     * These options with spinning on or off.
     *
     * @param spinning whether waiting threads burn processor time
     * @return the changed options
     */
    public EngineOptions withSpinning(boolean spinning) {
        return new EngineOptions(threads, spinning, planning);
    }

    /**
     * These options with memory laid out beforehand or not.
     *
     * @param planning whether all memory of a run is laid out in one piece beforehand
     * @return the changed options
     */
    public EngineOptions withPlanning(boolean planning) {
        return new EngineOptions(threads, spinning, planning);
    }
}
