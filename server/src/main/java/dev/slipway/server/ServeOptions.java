package dev.slipway.server;

import dev.slipway.server.config.ByteSize;
import dev.slipway.server.config.Setting;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code serve}: where a server listens and what it takes on.
 *
 * @param host the address to listen on
 * @param port the port
 * @param adminPort the port for what changes what is served, if it is another
 * @param eventLoops how many threads answer
 * @param maxBody the longest request body
 * @param drain how long requests that have begun may take when the server stops
 * @param memoryBudget what the models of a directory may take of the memory; empty for what they need
 */
public record ServeOptions(
        @Setting("The address to listen on: 127.0.0.1 is this machine only, 0.0.0.0 every network."
                + " Any but a loopback address requires authentication, or auth.mode none.")
        String host,

        @Setting("The port, 0 to 65535; 0 takes any free one.")
        int port,

        @Setting(
                "A port of its own for loading and unloading, aliases and traffic, which the other port then refuses; 0 takes"
                        + " any free one. It asks for scope admin like the other.")
        Optional<Integer> adminPort,

        @Setting("How many threads answer, at least 1; by default one for each processor.")
        int eventLoops,

        @Setting("The longest request body, at least 1B; a longer one is answered with 413.")
        ByteSize maxBody,

        @Setting("How long requests that have begun may take when the server stops.")
        Duration drain,

        @Setting(
                "What the loaded models of a directory may take of the memory, at least 1B; what does not fit is loaded when"
                        + " a request asks for it, instead of what was not used longest. By default all models are loaded.")
        Optional<ByteSize> memoryBudget) {
    /**
     * Checks the options.
     *
     * @param host the address to listen on
     * @param port the port
     * @param adminPort the port for what changes what is served, if it is another
     * @param eventLoops how many threads answer
     * @param maxBody the longest request body
     * @param drain how long requests that have begun may take when the server stops
     * @param memoryBudget what the models of a directory may take of the memory
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ServeOptions {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: '' (expected: an address or a name of this machine)");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
        if (adminPort.isPresent() && (adminPort.get() < 0 || adminPort.get() > 65_535)) {
            throw new IllegalArgumentException("admin-port: " + adminPort.get() + " (expected: 0 to 65535)");
        }
        if (eventLoops < 1) {
            throw new IllegalArgumentException("event-loops: " + eventLoops + " (expected: at least 1)");
        }
        if (maxBody.bytes() < 1) {
            throw new IllegalArgumentException("max-body: " + maxBody + " (expected: at least 1B)");
        }
        if (drain.isNegative()) {
            throw new IllegalArgumentException("drain: " + drain + " (expected: at least 0s)");
        }
        if (memoryBudget.isPresent() && memoryBudget.get().bytes() < 1) {
            throw new IllegalArgumentException("memory-budget: " + memoryBudget.get() + " (expected: at least 1B)");
        }
    }

    /**
     * Port 8000 of this machine only, bodies up to 16 MiB, 30 s to end.
     *
     * @return the options used where none are given
     */
    public static ServeOptions defaults() {
        return new ServeOptions(
                "127.0.0.1",
                8000,
                Optional.empty(),
                Runtime.getRuntime().availableProcessors(),
                ByteSize.ofMebibytes(16),
                Duration.ofSeconds(30),
                Optional.empty());
    }
}
