package dev.slipway.bench.endurance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Breaks what a server depends on, one thing after another, and looks whether it does what it says. */
public final class Faults {
    private static final String SETTLE = "100ms";
    private static final String[] FAKE_TIME = {
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"
    };

    /** As many requests may wait as clients ask at once when the peak is looked for: none of them is refused. */
    private static final int QUEUE = 32;

    /** Layers of 512 units that take about a millisecond for one row. */
    private static final int MILLISECOND_LAYERS = 40;

    private final Path folder;
    private final int overloadSeconds;
    private final String word;
    private boolean failed;
    private boolean played;

    private Faults(Path folder, int overloadSeconds, String word) {
        this.folder = folder;
        this.overloadSeconds = overloadSeconds;
        this.word = word;
    }

    /** Something that breaks. */
    @FunctionalInterface
    private interface Scenario {
        /** Gives what was seen; throws if it was not what should be. */
        String run(Path own, KnownModels models) throws IOException, InterruptedException;
    }

    /** The scenario cannot be played on this machine. */
    private static final class LeftOutException extends IOException {
        private static final long serialVersionUID = 1L;

        LeftOutException(String why) {
            super(why);
        }
    }

    /**
     * Plays all scenarios, and ends with status 1 if one went wrong.
     *
     * @param args the seconds of overload, an empty folder for models and logs, and a word of the names of those that are to be
     *     played; by default all
     * @throws IOException if the folder cannot be written
     * @throws InterruptedException if this is to end early
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Faults faults = new Faults(Path.of(args[1]), Integer.parseInt(args[0]), args.length > 2 ? args[2] : "");
        faults.play("killed while it loads", faults::killedWhileItLoads);
        faults.play("a broken version", faults::brokenVersion);
        faults.play("a full disk", faults::fullDisk);
        faults.play("the directory is gone", faults::directoryGone);
        faults.play("the clock jumps", faults::clockJumps);
        faults.play("ten times too much for a small model", (own, models) -> faults.overload(own, models, 40, "auto"));
        faults.play(
                "ten times too much for a model of a millisecond",
                (own, models) -> faults.overload(own, models, MILLISECOND_LAYERS, "off"));
        if (!faults.played) {
            System.err.println(
                    "'" + faults.word + "' (expected: a word of a scenario's name, such as 'disk' or 'much')");
        }
        System.exit(faults.failed || !faults.played ? 1 : 0);
    }

    private void play(String name, Scenario scenario) throws InterruptedException, IOException {
        if (!name.contains(word)) {
            return;
        }
        played = true;
        Path own = Files.createDirectories(folder.resolve(name.replace(' ', '-')));
        String outcome;
        try {
            outcome = "ok        " + name + ": " + scenario.run(own, new KnownModels(models(own)));
        } catch (LeftOutException e) {
            outcome = "left out  " + name + ": " + e.getMessage();
        } catch (IOException | IllegalStateException e) {
            failed = true;
            outcome = "FAILED    " + name + ": " + e.getMessage();
        }
        System.out.println(outcome);
    }

    private static Path models(Path own) throws IOException {
        return Files.createDirectories(own.resolve("models"));
    }

    private static RunningServer start(Path own, Path models, Map<String, String> environment, String... more)
            throws IOException {
        List<String> options = Stream.concat(
                        Stream.of("--models-settle", SETTLE, "--models-poll", "200ms"), Stream.of(more))
                .toList();
        return RunningServer.start(
                models, own.resolve("server.log").toFile(), environment, options.toArray(String[]::new));
    }

    private static RunningServer start(Path own, Path models) throws IOException, InterruptedException {
        return start(own, models, Map.of(), "--no-request-log").awaitReady();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    private static void requireLine(RunningServer server, String model, int factor)
            throws IOException, InterruptedException {
        String found = server.predict(model, 10);
        String expected = 10 * factor + 1 + ".0";
        require(found.equals(expected), model + " answers " + found + " (expected: " + expected + ")");
    }

    private String killedWhileItLoads(Path own, KnownModels models) throws IOException, InterruptedException {
        models.putLine("line", 1, 3);
        models.putIdentity("large", 1, 2048, 6);
        TreeSet<Path> before = new TreeSet<>(Trees.list(models(own)));
        Path temporary = Files.createDirectories(own.resolve("tmp"));
        Map<String, String> environment = Map.of("JAVA_OPTS", "-Xmx256m -Djava.io.tmpdir=" + temporary);
        int kills = 3;
        for (int i = 0; i < kills; i++) {
            try (RunningServer server = start(own, models(own), environment, "--no-request-log")) {
                server.await("loading", () -> isLoading(server));
                server.kill();
            }
        }
        long half = Trees.list(temporary).stream()
                .filter(file ->
                        file.toString().contains("slipway") || file.toString().endsWith(".keras"))
                .count();
        require(half == 0, half + " files of ours are left in the folder for temporary files");
        require(before.equals(new TreeSet<>(Trees.list(models(own)))), "the directory of models has changed");
        try (RunningServer server = start(own, models(own))) {
            requireLine(server, "line", 3);
        }
        return "killed " + kills + " times, then it starts and answers; no file is left behind";
    }

    private static boolean isLoading(RunningServer server) throws InterruptedException {
        try {
            return server.post("/v2/repository/index", new byte[0]).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private String brokenVersion(Path own, KnownModels models) throws IOException, InterruptedException {
        models.putLine("line", 1, 3);
        try (RunningServer server = start(own, models(own))) {
            models.putBroken("line", 2);
            server.await("unavailable", () -> index(server).contains("UNAVAILABLE"));
            requireLine(server, "line", 3);
            require(server.isAlive(), "the server has ended");
            models.putLine("line", 3, 5);
            server.await("replaced", () -> server.predict("line", 10).equals("51.0"));
        }
        return "the version before it answers, and the one after it";
    }

    private static String index(RunningServer server) throws IOException, InterruptedException {
        return new String(server.post("/v2/repository/index", new byte[0]).body(), StandardCharsets.UTF_8);
    }

    /** Models and log on a file system of one mebibyte. */
    private String fullDisk(Path own, KnownModels unused) throws IOException, InterruptedException {
        Path disk = Files.createDirectories(own.resolve("disk"));
        if (run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) != 0) {
            throw new LeftOutException("no file system can be mounted here (expected: root, and the right to mount)");
        }
        try {
            KnownModels models = new KnownModels(models(disk));
            models.putLine("line", 1, 3);
            try (RunningServer server = start(disk, models(disk), Map.of()).awaitReady()) {
                fill(disk.resolve("filler"));
                for (int i = 0; i < 2_000; i++) {
                    requireLine(server, "line", 3);
                }
                // What a copy that fails leaves behind.
                Path half = Files.createDirectories(models(disk).resolve("line").resolve("2"));
                Files.write(half.resolve("model.keras"), new byte[0]);
                server.await("unavailable", () -> index(server).contains("UNAVAILABLE"));
                requireLine(server, "line", 3);
                Files.delete(disk.resolve("filler"));
                Trees.delete(half);
                models.putLine("line", 3, 5);
                server.await("replaced", () -> server.predict("line", 10).equals("51.0"));
            }
        } finally {
            run("umount", "-l", disk.toString());
        }
        return "answers while nothing can be written, and takes up a version when there is room again";
    }

    private static void fill(Path file) throws IOException {
        try {
            while (true) {
                Files.write(file, new byte[4096], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException full) {
            require(Files.size(file) > 0, "the disk cannot be filled: " + full.getMessage());
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // There is no such command.
            return -1;
        }
    }

    private String directoryGone(Path own, KnownModels models) throws IOException, InterruptedException {
        models.putLine("line", 1, 3);
        try (RunningServer server = start(own, models(own))) {
            Trees.delete(own.resolve("models"));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            while (System.nanoTime() - end < 0) {
                requireLine(server, "line", 3);
            }
            new KnownModels(models(own)).putLine("line", 2, 5);
            server.await("replaced", () -> server.predict("line", 10).equals("51.0"));
        }
        return "what was loaded answers on; a new directory is taken up";
    }

    private String clockJumps(Path own, KnownModels models) throws IOException, InterruptedException {
        Path library = Stream.of(FAKE_TIME)
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new LeftOutException("no libfaketime (expected: the package libfaketime)"));
        models.putLine("line", 1, 3);
        Path time = Files.writeString(own.resolve("time"), "+0");
        Map<String, String> environment = Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                time.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1");
        try (RunningServer server =
                start(own, models(own), environment, "--no-request-log").awaitReady()) {
            int version = 1;
            for (String jump : List.of("+3600", "-3600", "+864000", "-864000")) {
                Files.writeString(time, jump);
                // Longer than the library remembers what is in the file.
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
                while (System.nanoTime() - end < 0) {
                    requireLine(server, "line", version + 2);
                }
                version++;
                int factor = version + 2;
                models.putLine("line", version, factor);
                server.await("replaced", () -> server.predict("line", 10).equals(10 * factor + 1 + ".0"));
            }
        }
        return "an hour and ten days forwards and backwards: answers, and takes up versions";
    }

    private String overload(Path own, KnownModels models, int layers, String batching)
            throws IOException, InterruptedException {
        int width = 512;
        models.putIdentity("wide", 1, width, layers);
        String[] options = {"--no-request-log", "--load-queue", Integer.toString(QUEUE), "--load-batching", batching};
        try (RunningServer server = start(own, models(own), Map.of(), options).awaitReady();
                Overload overload = new Overload(server.port(), "wide", width)) {
            // Both sides compile what they run often before they are measured.
            int shorter = Math.min(overloadSeconds, 10);
            Overload.Outcome first = overload.closed(QUEUE, shorter);
            overload.open(10 * first.okPerSecond(), shorter);
            Overload.Outcome peak = overload.closed(QUEUE, shorter);
            Overload.Outcome flood = overload.open(10 * peak.okPerSecond(), overloadSeconds);
            Overload.Outcome after = overload.closed(QUEUE, shorter);
            double best = Math.max(peak.okPerSecond(), after.okPerSecond());
            String seen = String.format(
                    Locale.ROOT,
                    "peak %.0f/s before and %.0f/s after; asked for 10 times, sent %.0f/s (%.1f times):"
                            + " %.0f/s answered (%.0f%%), %d with 429 after %.1f ms in the median, %.1f ms at most for"
                            + " 99%%; %d otherwise",
                    peak.okPerSecond(),
                    after.okPerSecond(),
                    flood.offeredPerSecond(),
                    flood.offeredPerSecond() / best,
                    flood.okPerSecond(),
                    100 * flood.okPerSecond() / best,
                    flood.refused(),
                    flood.refusalMillis(),
                    flood.refusalP99Millis(),
                    flood.other());
            require(flood.other() == 0, "answers that are neither 200 nor 429: " + seen);
            require(flood.okPerSecond() > 0.8 * best, "less than 80% of the peak: " + seen);
            // A model that runs on the event loop holds clients back by answering, and refuses nobody.
            require(
                    flood.refused() > 0 || flood.okPerSecond() > 0.95 * flood.offeredPerSecond(),
                    "neither answered nor refused: " + seen);
            return seen;
        }
    }
}
