package dev.slipway.cli;

import dev.slipway.server.logging.LogFormat;
import java.io.PrintWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** What a server says of itself on stderr, in the form that the settings want. */
final class ServerLog {
    private final PrintWriter err;
    private final LogFormat format;

    private ServerLog(PrintWriter err, LogFormat format) {
        this.err = err;
        this.format = format;
    }

    /** Lets all logs of the process have a form from now on. */
    static ServerLog begin(LogFormat format, PrintWriter err) {
        // By one thread: SLF4J, through which libraries log, complains on stderr in no form if two threads wake it at
        // once.
        LoggerFactory.getILoggerFactory();
        if (format == LogFormat.JSON) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                handler.setFormatter(new JsonLines());
            }
        }
        return new ServerLog(err, format);
    }

    /** Says something that is no problem. */
    void say(String message) {
        switch (format) {
            case TEXT -> err.println(message);
            case JSON -> {
                LogRecord line = new LogRecord(Level.INFO, message);
                line.setLoggerName("slipway");
                err.print(new JsonLines().format(line));
            }
        }
        err.flush();
    }
}
