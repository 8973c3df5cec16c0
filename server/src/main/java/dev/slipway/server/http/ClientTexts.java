package dev.slipway.server.http;

import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Addresses of clients as text, made once for each connection and not for each of its requests. For one event loop. */
final class ClientTexts {
    /** A power of two. More connections take no more memory; some texts are made again. */
    private static final int KEPT = 256;

    private final @Nullable SocketAddress[] addresses = new SocketAddress[KEPT];
    private final String[] texts = new String[KEPT];

    /** As {@link Answered#client} says it. A connection gives the same object for all its requests. */
    @SuppressWarnings("ReferenceEquality")
    String of(@Nullable SocketAddress address) {
        if (address == null) {
            return Answered.client(null);
        }
        int slot = System.identityHashCode(address) & (KEPT - 1);
        if (addresses[slot] != address) {
            addresses[slot] = address;
            texts[slot] = Answered.client(address);
        }
        return texts[slot];
    }
}
