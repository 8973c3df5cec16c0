package dev.slipway.server.payload;

import java.io.IOException;

/** Where events go. For one thread. */
interface Sink extends AutoCloseable {
    /** Takes an event, a JSON object on one line without its end. May block. */
    void write(byte[] event) throws IOException, InterruptedException;

    @Override
    void close();
}
