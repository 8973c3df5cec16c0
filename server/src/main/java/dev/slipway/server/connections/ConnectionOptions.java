package dev.slipway.server.connections;

import dev.slipway.server.config.Setting;
import java.time.Duration;

/**
 * {@code connections}: how many there may be, and how long they may take.
 *
 * @param max the most that are open on a port
 * @param headTimeout the longest time from the first byte of a request to the end of its head
 * @param idleTimeout the longest time in which nothing is read nor written
 */
public record ConnectionOptions(
        @Setting("How many connections may be open on a port, at least 1; further ones are closed at once.")
        int max,

        @Setting(
                "How long the head of a request may take from its first byte on, at least 1ms; then its connection is closed."
                        + " Bodies take what idle-timeout allows. For HTTP/1.1, and for what begins as neither it nor HTTP/2.")
        Duration headTimeout,

        @Setting("How long a connection may be still, at least 1ms; then it is closed, a quarter later at most.")
        Duration idleTimeout) {
    /**
     * Checks the options.
     *
     * @param max the most that are open on a port
     * @param headTimeout the longest time from the first byte of a request to the end of its head
     * @param idleTimeout the longest time in which nothing is read nor written
     * @throws IllegalArgumentException if a number is out of its range
     */
    public ConnectionOptions {
        if (max < 1) {
            throw new IllegalArgumentException("connections-max: " + max + " (expected: at least 1)");
        }
        requireSome("connections-head-timeout", headTimeout);
        requireSome("connections-idle-timeout", idleTimeout);
    }

    private static void requireSome(String name, Duration time) {
        if (time.toMillis() < 1) {
            throw new IllegalArgumentException(name + ": " + time.toMillis() + "ms (expected: at least 1ms)");
        }
    }

    /**
     * 10,000 connections, 10 s for a head, 75 s of stillness.
     *
     * @return the options used where none are given
     */
    public static ConnectionOptions defaults() {
        return new ConnectionOptions(10_000, Duration.ofSeconds(10), Duration.ofSeconds(75));
    }
}
