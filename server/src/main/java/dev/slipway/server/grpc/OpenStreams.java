package dev.slipway.server.grpc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls that go on for as long as their clients like, for whose end a server that stops does not wait. For one event loop. */
final class OpenStreams {
    private final Map<GrpcCall, Runnable> open = new LinkedHashMap<>();
    private boolean ended;

    /** Lets a call be ended in a way of its own; at once if the others have been. */
    void add(GrpcCall call, Runnable end) {
        if (ended) {
            end.run();
            return;
        }
        open.put(call, end);
        call.onEnd(() -> open.remove(call));
    }

    /** Ends them all, and those that begin from now on. */
    void end() {
        ended = true;
        List.copyOf(open.values()).forEach(Runnable::run);
    }
}
