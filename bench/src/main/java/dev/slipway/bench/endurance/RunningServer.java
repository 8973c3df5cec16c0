package dev.slipway.bench.endurance;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code slipway serve} in a process of its own, on a port of this machine. The command is {@code ./slipway}, or what the variable
 * {@code SLIPWAY} says, words apart by spaces.
 */
final class RunningServer implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final double MEBIBYTE = 1 << 20;
    private static final Pattern HEAP = Pattern.compile("jvm_memory_used_bytes\\{area=\"heap\"} (\\S+)");

    static {
        // Java's client keeps a connection for 20 minutes, the server for 75 s: it would send into one that is just
        // being closed.
        System.setProperty("jdk.httpclient.keepalive.timeout", "30");
    }

    private final Process process;
    private final int port;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private RunningServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a server of a directory; it may not answer yet. */
    static RunningServer start(Path models, File log, Map<String, String> environment, String... options)
            throws IOException {
        int port;
        try (ServerSocket any = new ServerSocket(0)) {
            port = any.getLocalPort();
        }
        String launcher = System.getenv().getOrDefault("SLIPWAY", "./slipway");
        List<String> command = new ArrayList<>(Arrays.asList(launcher.split(" ", -1)));
        command.addAll(List.of("serve", models.toString(), "--port", Integer.toString(port)));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putIfAbsent("JAVA_OPTS", "-Xmx256m");
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        return new RunningServer(builder.start(), port);
    }

    RunningServer awaitReady() throws IOException, InterruptedException {
        await("ready", () -> status("/health/ready") == 200);
        return this;
    }

    /** What may not hold yet. */
    @FunctionalInterface
    interface Claim {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Waits until something holds. */
    void await(String what, Claim claim) throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (!claim.holds()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IOException(
                        "not " + what + " after " + START.toSeconds() + " s, or the server has ended; see its log");
            }
            Thread.sleep(20);
        }
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    private int status(String path) throws InterruptedException {
        try {
            return get(path).statusCode();
        } catch (IOException e) {
            // It does not listen yet.
            return 0;
        }
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<byte[]> post(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).POST(BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.build(), BodyHandlers.ofByteArray());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            return client.send(request, handler);
        } catch (IOException e) {
            if (hasClosedItself(e)) {
                return client.send(request, handler);
            }
            throw e;
        }
    }

    /**
     * Whether the client itself has closed the connection, which is not the server's fault. Java's takes an answer now and then
     * for bytes that came while the connection was in its pool, up to Java 25 (JDK-8338569, JDK-8357639). A server that closes
     * shows as an end or a reset. The client of the server's tests, {@code Http}, asks again likewise.
     */
    private static boolean hasClosedItself(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(each -> "connection closed locally".equals(each.getMessage()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60));
    }

    /** What a line model answers for a number; the status and the body if that is no number. */
    String predict(String model, int number) throws IOException, InterruptedException {
        byte[] body = ("{\"instances\": [[" + number + "]]}").getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> answer =
                post("/v1/models/" + model + ":predict", body, "content-type", "application/json");
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        return answer.statusCode() == 200 ? text.replaceAll("[^0-9.\\-E]", "") : answer.statusCode() + " " + text;
    }

    /**
     * What the process takes.
     *
     * @param residentMib resident memory
     * @param heapMib of which Java's heap is in use
     * @param files open files and sockets
     */
    record Vitals(double residentMib, double heapMib, long files) {}

    Vitals vitals() throws IOException, InterruptedException {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        double resident;
        try (Stream<String> lines = Files.lines(proc.resolve("status"))) {
            resident = lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        }
        long files;
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            files = open.count();
        }
        Matcher heap = HEAP.matcher(get("/metrics").body());
        double used = heap.find() ? Double.parseDouble(heap.group(1)) : 0;
        return new Vitals(resident / 1024, used / MEBIBYTE, files);
    }

    /** Kills it as a system does that runs out of memory. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Stops it as an operator does. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
