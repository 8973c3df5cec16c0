package dev.slipway.runtime;

/**
 * How ONNX Runtime executes a graph.
 *
 * @param threads how many threads one run may use, the calling one included; at least 1
 * @param spinning whether waiting threads burn processor time to answer a little faster; wrong for servers
 */
public record EngineOptions(int threads, boolean spinning) {
    /**
     * Checks the number of threads.
     *
     * @param threads how many threads one run may use
     * @param spinning whether waiting threads burn processor time
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
        return new EngineOptions(Runtime.getRuntime().availableProcessors(), false);
    }

    /**
     * These options with another number of threads.
     *
     * @param threads how many threads one run may use; at least 1
     * @return the changed options
     */
    public EngineOptions withThreads(int threads) {
        return new EngineOptions(threads, spinning);
    }

    /**
     * These options with spinning on or off.
     *
     * @param spinning whether waiting threads burn processor time
     * @return the changed options
     */
    public EngineOptions withSpinning(boolean spinning) {
        return new EngineOptions(threads, spinning);
    }
}
