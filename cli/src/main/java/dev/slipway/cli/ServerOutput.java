package dev.slipway.cli;

import java.io.Writer;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says, up to its address or its end. What it says behind its address is let go: its threads never wait for a
 * reader.
 */
final class ServerOutput extends Writer {
    private static final Pattern ADDRESS = Pattern.compile("^documentation: (.*)/\\w+\\R", Pattern.MULTILINE);

    private final StringBuilder before = new StringBuilder();

    /** All that was said until then. */
    private final CompletableFuture<String> heard = new CompletableFuture<>();

    /**
     * Waits for the address.
     *
     * @return the address, without a slash at its end
     * @throws IllegalStateException with what the server said, if it ended before
     */
    String address() {
        String text = heard.join();
        Matcher found = ADDRESS.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("slipway serve ended: " + text);
        }
        return found.group(1);
    }

    @Override
    public void write(char[] text, int from, int length) {
        synchronized (lock) {
            if (heard.isDone()) {
                return;
            }
            before.append(text, from, length);
            if (ADDRESS.matcher(before).find()) {
                heard.complete(before.toString());
            }
        }
    }

    @Override
    public void flush() {
        // Nothing is kept back.
    }

    @Override
    public void close() {
        synchronized (lock) {
            heard.complete(before.toString());
        }
    }
}
