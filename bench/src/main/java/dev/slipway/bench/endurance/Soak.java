package dev.slipway.bench.endurance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * All protocols at once for a long time, with rude clients among them, while a model is replaced every 5 s: every answer must be
 * right, none may be 5xx, and what the process holds may not grow.
 */
public final class Soak {
    private static final long RELOAD_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MAX_BODY = 1 << 20;

    /** Sockets of clients that come and go are counted, too. */
    private static final long FILES_GROWTH = 48;

    private static final double RESIDENT_GROWTH_MIB = 64;

    /** Of a model: whoever asks whether a server is ready while it starts is told 503. */
    private static final Pattern FAILED = Pattern.compile("slipway_requests_total\\{code=\"5..\",model=\"[^\"]");

    private final Tally tally = new Tally();
    private final long endNanos;

    private Soak(int seconds) {
        this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /**
     * Runs, and ends with status 1 if something was wrong.
     *
     * @param args the seconds that it takes, and an empty folder for models and the log
     * @throws IOException if the server cannot be started or reached
     * @throws InterruptedException if this is to end early
     * @throws ExecutionException if a client breaks
     */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        int seconds = Integer.parseInt(args[0]);
        Path folder = Path.of(args[1]);
        Path directory = Files.createDirectories(folder.resolve("models"));
        KnownModels models = new KnownModels(directory);
        models.putLine("line", 1, 3);
        models.putIdentity("wide", 1, Clients.WIDTH, 4);
        boolean right;
        try (RunningServer server = RunningServer.start(
                        directory,
                        folder.resolve("server.log").toFile(),
                        Map.of(),
                        "--no-request-log",
                        "--max-body",
                        MAX_BODY / 1024 + "KiB",
                        "--models-settle",
                        "100ms")
                .awaitReady()) {
            right = new Soak(seconds).run(server, models, seconds);
        }
        System.exit(right ? 0 : 1);
    }

    private boolean run(RunningServer server, KnownModels models, int seconds)
            throws IOException, InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Clients clients = new Clients(server, MAX_BODY)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                running.add(threads.submit(() -> repeat("typed", clients::typed)));
                running.add(threads.submit(() -> repeat("TensorFlow Serving", clients::tensorFlowServing)));
                running.add(threads.submit(() -> repeat("OIP JSON", clients::openInference)));
                running.add(threads.submit(() -> repeat("OIP binary", clients::openInferenceInBinary)));
                running.add(threads.submit(() -> repeat("gRPC", clients::grpc)));
                running.add(threads.submit(() -> repeat("slow", clients::slowly)));
            }
            running.add(threads.submit(() -> repeat("wide", clients::wide)));
            running.add(threads.submit(() -> repeat("at the limit", clients::atTheLimit)));
            running.add(threads.submit(() -> repeat("leaving", clients::leaving)));
            running.add(threads.submit(() -> replace(models)));
            System.out.printf("%-8s %12s %12s %12s%n", "", "RSS MiB", "heap MiB", "open files");
            long half = TimeUnit.SECONDS.toMillis(seconds) / 2;
            Thread.sleep(Math.min(half / 2, 10_000));
            show("start", server.vitals());
            Thread.sleep(half - Math.min(half / 2, 10_000));
            RunningServer.Vitals middle = show("middle", server.vitals());
            Thread.sleep(Math.max(0, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()) - 500));
            RunningServer.Vitals end = show("end", server.vitals());
            for (Future<?> each : running) {
                each.get();
            }
            System.out.print(tally.report());
            return judge(server, middle, end);
        } finally {
            threads.shutdownNow();
        }
    }

    private static RunningServer.Vitals show(String when, RunningServer.Vitals vitals) {
        System.out.printf(
                Locale.ROOT, "%-8s %12.0f %12.0f %12d%n", when, vitals.residentMib(), vitals.heapMib(), vitals.files());
        return vitals;
    }

    private boolean judge(RunningServer server, RunningServer.Vitals middle, RunningServer.Vitals end)
            throws IOException, InterruptedException {
        boolean right = claim(tally.isFlawless(), "every answer was right");
        String metrics = server.get("/metrics").body();
        boolean failed = FAILED.matcher(metrics).find();
        right &= claim(!failed, "no answer was 5xx");
        right &= claim(end.files() - middle.files() <= FILES_GROWTH, "open files do not grow");
        right &= claim(end.residentMib() - middle.residentMib() <= RESIDENT_GROWTH_MIB, "memory does not grow");
        return right;
    }

    private static boolean claim(boolean holds, String what) {
        System.out.println((holds ? "ok      " : "FAILED  ") + what);
        return holds;
    }

    /** Asks until the time is over. */
    private void repeat(String client, Callable<String> asks) {
        while (System.nanoTime() - endNanos < 0) {
            String problem;
            try {
                problem = asks.call();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) {
                // Whatever a client meets instead of an answer is wrong.
                problem = e.toString();
            }
            if (problem.isEmpty()) {
                tally.right(client);
            } else {
                tally.wrong(client, problem);
            }
        }
    }

    private int replace(KnownModels models) throws IOException {
        int version = 1;
        long next = System.nanoTime() + RELOAD_NANOS;
        while (next - endNanos < 0) {
            LockSupport.parkNanos(next - System.nanoTime());
            version++;
            models.putLine("line", version, 3);
            if (version > 2) {
                models.remove("line", version - 2);
            }
            tally.right("replaced models");
            next += RELOAD_NANOS;
        }
        return version;
    }
}
