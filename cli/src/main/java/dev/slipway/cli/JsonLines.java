package dev.slipway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.server.logging.RequestContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Log records as JSON objects, one a line; {@code docs/operate/logs.md} says what their members mean. */
final class JsonLines extends Formatter {
    @Override
    public String format(LogRecord record) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("time", Instant.ofEpochMilli(record.getMillis()).toString())
                .put("level", level(record.getLevel()))
                .put("logger", record.getLoggerName())
                .put("message", formatMessage(record));
        RequestContext.current().forEach(line::put);
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            line.put("exception_type", thrown.getClass().getName())
                    .put("exception_message", thrown.getMessage())
                    .put("exception_stack", stack(thrown));
        }
        return line + "\n";
    }

    /** The levels' usual names. */
    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN";
        }
        if (value >= Level.INFO.intValue()) {
            return "INFO";
        }
        return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    private static String stack(Throwable thrown) {
        StringWriter stack = new StringWriter();
        try (PrintWriter writer = new PrintWriter(stack)) {
            thrown.printStackTrace(writer);
        }
        return stack.toString();
    }
}
