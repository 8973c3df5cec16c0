package dev.slipway.server;

import java.io.OutputStream;
import java.time.Duration;

/**
 * How models are served.
 *
 * @param host the address to listen on; {@code 127.0.0.1} is this machine only, {@code 0.0.0.0} every network
 * @param port the port; 0 for any free one
 * @param eventLoops how many threads answer; by default one for each processor
 * @param maxBodyBytes the longest request body; by default 16 MiB
 * @param drain how long requests that have begun may take when the server stops; by default 30 s
 * @param requestLog where the line of every request is written
 */
public record ServerOptions(
        String host, int port, int eventLoops, long maxBodyBytes, Duration drain, OutputStream requestLog) {
    /**
     * Checks the options.
     *
     * @param host the address to listen on
     * @param port the port
     * @param eventLoops how many threads answer
     * @param maxBodyBytes the longest request body
     * @param drain how long requests that have begun may take when the server stops
     * @param requestLog where the line of every request is written
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ServerOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
        if (eventLoops < 1 || maxBodyBytes < 1) {
            throw new IllegalArgumentException(
                    "event loops: " + eventLoops + ", body bytes: " + maxBodyBytes + " (expected: at least 1 of each)");
        }
    }

    /**
     * Port 8000 of this machine only.
     *
     * @return the options used where none are given; requests are not logged
     */
    public static ServerOptions defaults() {
        return new ServerOptions(
                "127.0.0.1",
                8000,
                Runtime.getRuntime().availableProcessors(),
                16L << 20,
                Duration.ofSeconds(30),
                OutputStream.nullOutputStream());
    }

    /**
     * These options with another place to listen.
     *
     * @param host the address
     * @param port the port; 0 for any free one
     * @return the changed options
     */
    public ServerOptions withAddress(String host, int port) {
        return new ServerOptions(host, port, eventLoops, maxBodyBytes, drain, requestLog);
    }

    /**
     * These options with another number of event loops.
     *
     * @param eventLoops how many threads answer; at least 1
     * @return the changed options
     */
    public ServerOptions withEventLoops(int eventLoops) {
        return new ServerOptions(host, port, eventLoops, maxBodyBytes, drain, requestLog);
    }

    /**
     * These options with another limit of bodies.
     *
     * @param maxBodyBytes the longest request body; at least 1
     * @return the changed options
     */
    public ServerOptions withMaxBodyBytes(long maxBodyBytes) {
        return new ServerOptions(host, port, eventLoops, maxBodyBytes, drain, requestLog);
    }

    /**
     * These options with another log.
     *
     * @param requestLog where the line of every request is written; not closed
     * @return the changed options
     */
    public ServerOptions withRequestLog(OutputStream requestLog) {
        return new ServerOptions(host, port, eventLoops, maxBodyBytes, drain, requestLog);
    }
}
