package dev.slipway.server.logging;

import java.util.Map;

/**
 * Which request the messages are about that a thread logs at this moment. Whoever prints the log on the same thread can say so,
 * though loggers have no parameter for it beside an exception.
 */
public final class RequestContext {
    private static final ThreadLocal<Map<String, String>> CURRENT = ThreadLocal.withInitial(Map::of);

    private RequestContext() {}

    /**
     * Logs something about a request.
     *
     * @param fields what is known of it, by the names of the log's fields
     * @param logging logs
     */
    public static void during(Map<String, String> fields, Runnable logging) {
        CURRENT.set(Map.copyOf(fields));
        try {
            logging.run();
        } finally {
            CURRENT.remove();
        }
    }

    /**
     * What is known of the request.
     *
     * @return values by names of fields; empty if the message is about no request
     */
    public static Map<String, String> current() {
        return CURRENT.get();
    }
}
