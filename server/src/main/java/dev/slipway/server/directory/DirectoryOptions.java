package dev.slipway.server.directory;

import dev.slipway.server.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code models}: how a directory of models is followed.
 *
 * @param watch whether changes are taken up while the server runs
 * @param poll the longest time between two looks at the directory
 * @param settle how long a file must not have changed before it is loaded
 * @param keep how many versions of a model are served
 * @param loadWait how long a request waits for a model that is loaded on demand
 * @param trafficFile the file that keeps rules of traffic that are set by request; empty for none
 */
public record DirectoryOptions(
        @Setting("Whether changes of the directory are taken up while the server runs; if not, models come and go by"
                + " the repository API only.")
        boolean watch,

        @Setting("The longest time between two looks at the directory, above 0ms; most changes are seen at once.")
        Duration poll,

        @Setting(
                "How long a file must not have changed before it is loaded; one that is renamed into the directory when"
                        + " it is as old is loaded at once.")
        Duration settle,

        @Setting("How many versions of a model are served, the newest first; 0 for all. A model's serving.json"
                + " comes before it.")
        int keep,

        @Setting("With serve.memory-budget: how long a request waits for its model to be loaded, above 0ms, if"
                + " Slipway-Timeout does not say less; then it is answered with 503.")
        Duration loadWait,

        @Setting("File that keeps the rules of traffic that are set by request, in a folder that is there; without it"
                + " they end with the server.")
        Optional<Path> trafficFile) {
    /**
     * Checks the options.
     *
     * @param watch whether changes are taken up while the server runs
     * @param poll the longest time between two looks at the directory
     * @param settle how long a file must not have changed before it is loaded
     * @param keep how many versions of a model are served
     * @param loadWait how long a request waits for a model that is loaded on demand
     * @param trafficFile the file that keeps rules of traffic that are set by request; empty for none
     * @throws IllegalArgumentException if a number is out of its range
     */
    public DirectoryOptions {
        if (poll.isNegative() || poll.isZero()) {
            throw new IllegalArgumentException("poll: " + poll + " (expected: above 0ms)");
        }
        if (settle.isNegative()) {
            throw new IllegalArgumentException("settle: " + settle + " (expected: at least 0ms)");
        }
        if (keep < 0) {
            throw new IllegalArgumentException("keep: " + keep + " (expected: at least 0)");
        }
        if (loadWait.isNegative() || loadWait.isZero()) {
            throw new IllegalArgumentException("load-wait: " + loadWait + " (expected: above 0ms)");
        }
    }

    /**
     * Followed, at least every 2 s, files after 1 s, the newest version; 30 s to load one on demand.
     *
     * @return the options used where none are given
     */
    public static DirectoryOptions defaults() {
        return new DirectoryOptions(
                true, Duration.ofSeconds(2), Duration.ofSeconds(1), 1, Duration.ofSeconds(30), Optional.empty());
    }

    /**
     * These options with other times.
     *
     * @param changedPoll the longest time between two looks at the directory
     * @param changedSettle how long a file must not have changed before it is loaded
     * @return the changed options
     */
    public DirectoryOptions withTimes(Duration changedPoll, Duration changedSettle) {
        return new DirectoryOptions(watch, changedPoll, changedSettle, keep, loadWait, trafficFile);
    }

    /**
     * These options with rules of traffic that outlast the server.
     *
     * @param file the file that keeps them
     * @return the changed options
     */
    public DirectoryOptions withTrafficFile(Path file) {
        return new DirectoryOptions(watch, poll, settle, keep, loadWait, Optional.of(file));
    }
}
