package dev.slipway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real browser without a screen, Chromium, with one page; told what to do as its own developer tools do. Needs no driver
 * beside the browser.
 *
 * <p>Source: Chrome DevTools Protocol, stable version 1.3.
 */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LISTENING = "DevTools listening on ";
    private static final int SECONDS = 40;
    private static final Set<String> CONTROLS =
            Set.of("button", "checkbox", "combobox", "image", "link", "radio", "spinbutton", "tab", "textbox");

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> addresses = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();
    private String session = "";

    private Browser(Process process, Path profile, String address) {
        this.profile = profile;
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address), new Messages())
                .join();
        String target = send("Target.createTarget", "url", "about:blank")
                .path("targetId")
                .textValue();
        session = send("Target.attachToTarget", "targetId", target, "flatten", true)
                .path("sessionId")
                .textValue();
        for (String domain : List.of("Page", "Runtime", "Log", "Network", "DOM")) {
            send(domain + ".enable");
        }
    }

    /** Where Chromium is installed, if it is. */
    static Optional<Path> find() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts one that knows nothing and asks nobody but the page. */
    static Browser start(Path program) throws IOException {
        Path profile = Files.createTempDirectory("browser");
        List<String> command = List.of(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-extensions",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank");
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader errors = process.errorReader();
        List<String> said = new ArrayList<>();
        for (String line = errors.readLine(); line != null; line = errors.readLine()) {
            said.add(line);
            if (line.startsWith(LISTENING)) {
                drain(errors);
                return new Browser(
                        process, profile, line.substring(LISTENING.length()).strip());
            }
        }
        throw new IOException(program + " does not start: " + said);
    }

    /** A pipe that nobody reads would stop the browser when it is full. */
    private static void drain(BufferedReader errors) {
        Thread thread = new Thread(() -> errors.lines().forEach(line -> {}), "browser-errors");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes answers and events, which come in pieces. */
    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void take(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        CompletableFuture<JsonNode> call = calls.remove(message.path("id").intValue());
        if (call == null) {
            note(message.path("method").asText(), message.path("params"));
        } else if (message.has("error")) {
            call.completeExceptionally(new AssertionError(message.path("error").toString()));
        } else {
            call.complete(message.path("result"));
        }
    }

    private void note(String event, JsonNode params) {
        switch (event) {
            case "Runtime.exceptionThrown" ->
                complaints.add(params.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert")
                        .contains(params.path("type").textValue())) {
                    complaints.add(params.path("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                JsonNode entry = params.path("entry");
                if (List.of("error", "warning").contains(entry.path("level").textValue())) {
                    complaints.add(entry.path("text").asText() + " "
                            + entry.path("url").asText());
                }
            }
            case "Page.loadEventFired" -> loaded.complete(null);
            case "Network.requestWillBeSent" ->
                addresses.add(params.at("/request/url").textValue());
            default -> {
                // Of no interest here.
            }
        }
    }

    /** Tells the browser what to do, with the names of parameters each before its value. */
    private JsonNode send(String method, Object... params) {
        int id = ids.incrementAndGet();
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("id", id).put("method", method);
        ObjectNode named = message.putObject("params");
        for (int i = 0; i < params.length; i += 2) {
            named.set((String) params[i], JSON.valueToTree(params[i + 1]));
        }
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        calls.put(id, answer);
        socket.sendText(message.toString(), true).join();
        return answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    /** What the page complained of: errors, warnings, violations of its policy. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    void forgetComplaints() {
        complaints.clear();
    }

    /** Every address that was asked. */
    List<String> addresses() {
        return List.copyOf(addresses);
    }

    /** Controls that say nothing to those who do not see them. */
    List<String> unnamedControls() {
        List<String> unnamed = new ArrayList<>();
        for (JsonNode node : send("Accessibility.getFullAXTree").path("nodes")) {
            String role = node.at("/role/value").asText();
            if (CONTROLS.contains(role) && node.at("/name/value").asText().isBlank()) {
                unnamed.add(role + " " + node.path("properties"));
            }
        }
        return unnamed;
    }

    /** Gives the page the size of a window, in CSS pixels. */
    void resize(int width, int height) {
        send(
                "Emulation.setDeviceMetricsOverride",
                "width",
                width,
                "height",
                height,
                "deviceScaleFactor",
                1,
                "mobile",
                width < 600);
    }

    /** Lets the person at the screen prefer {@code light} or {@code dark}, and nothing that moves. */
    void prefer(String colours) {
        send(
                "Emulation.setEmulatedMedia",
                "features",
                List.of(
                        Map.of("name", "prefers-color-scheme", "value", colours),
                        Map.of("name", "prefers-reduced-motion", "value", "reduce")));
    }

    /** Leaves the page that is there, and goes to another. */
    void open(String address) {
        // The same page at another place of its own would not be left.
        for (String next : List.of("about:blank", address)) {
            loaded = new CompletableFuture<>();
            send("Page.navigate", "url", next);
            loaded.orTimeout(SECONDS, TimeUnit.SECONDS).join();
        }
    }

    /** What an expression of the page's own language is, once it is there. */
    JsonNode evaluate(String script) {
        JsonNode answer = send("Runtime.evaluate", "expression", script, "awaitPromise", true, "returnByValue", true);
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(
                    answer.at("/exceptionDetails/exception/description") + "; complaints: " + complaints);
        }
        return answer.at("/result/value");
    }

    /** Waits until a condition of the page holds. */
    void await(String condition) {
        evaluate("""
                new Promise((done, fail) => {
                    const end = Date.now() + 30000;
                    const holds = () => {
                        try {
                            return %1$s;
                        } catch {
                            return false; // What it is about is not there yet.
                        }
                    };
                    const look = () => {
                        if (holds()) {
                            done();
                        } else if (Date.now() > end) {
                            fail(new Error("not true after 30 s; the page says: " + document.body.innerText));
                        } else {
                            setTimeout(look, 10);
                        }
                    };
                    look();
                })""".formatted(condition));
    }

    /** The text of an element as it is seen, once it is there. */
    String text(String selector) {
        await("document.querySelector(" + quoted(selector) + ")");
        return evaluate("document.querySelector(" + quoted(selector) + ").innerText")
                .textValue();
    }

    /** Presses the mouse's button in the middle of an element. */
    void click(String selector) {
        JsonNode middle = middle(selector);
        for (String type : List.of("mousePressed", "mouseReleased")) {
            point("Input.dispatchMouseEvent", type, middle, "button", "left", "clickCount", 1);
        }
    }

    private void point(String method, String type, JsonNode middle, Object... more) {
        List<Object> params = new ArrayList<>(List.of("type", type, "x", middle.path("x"), "y", middle.path("y")));
        params.addAll(List.of(more));
        send(method, params.toArray());
    }

    /** Where an element is, once it is there and in sight. */
    private JsonNode middle(String selector) {
        await("document.querySelector(" + quoted(selector) + ")");
        return evaluate("""
                (() => {
                    const element = document.querySelector(%s);
                    element.scrollIntoView({block: "center"});
                    const box = element.getBoundingClientRect();
                    return {x: box.x + box.width / 2, y: box.y + box.height / 2};
                })()""".formatted(quoted(selector)));
    }

    /** Replaces what stands in a field by what is typed. */
    void type(String selector, String text) {
        click(selector);
        evaluate("document.querySelector(" + quoted(selector) + ").select()");
        send("Input.insertText", "text", text);
    }

    /** Presses the key that sends a form. */
    void pressEnter() {
        for (String type : List.of("keyDown", "keyUp")) {
            send("Input.dispatchKeyEvent", "type", type, "key", "Enter", "text", "\r", "windowsVirtualKeyCode", 13);
        }
    }

    /** Drags a file from elsewhere into the middle of an element, and drops it there. */
    void drop(String selector, Path file) {
        JsonNode middle = middle(selector);
        ObjectNode data = JSON.createObjectNode().put("dragOperationsMask", 1);
        data.putArray("items");
        data.putArray("files").add(file.toString());
        for (String type : List.of("dragEnter", "dragOver", "drop")) {
            point("Input.dispatchDragEvent", type, middle, "data", data);
        }
    }

    /** Chooses a file, as the window would that the browser opens for it. */
    void choose(String selector, Path file) {
        await("document.querySelector(" + quoted(selector) + ")");
        JsonNode root = send("DOM.getDocument").path("root");
        JsonNode node = send("DOM.querySelector", "nodeId", root.path("nodeId").intValue(), "selector", selector);
        send("DOM.setFileInputFiles", "nodeId", node.path("nodeId").intValue(), "files", List.of(file.toString()));
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }

    @Override
    public void close() throws IOException {
        // Asked to, it ends its helpers first: until then they write into the profile, which is about to be removed.
        socket.sendText("{\"id\": 0, \"method\": \"Browser.close\"}", true).join();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.abort();
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
