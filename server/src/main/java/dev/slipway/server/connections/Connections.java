package dev.slipway.server.connections;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * Everybody who is connected to a server. One for each server, with a {@link Gate} for each of its ports.
 *
 * <p>Vert.x tells of a connection only when its first bytes are there, which whoever wants to use up a server does not send.
 * So this stands below it, where connections are accepted: in its transport.
 */
public final class Connections {
    private final ConnectionOptions options;
    private final List<Gate> gates = new CopyOnWriteArrayList<>();
    private final LongAdder cutOff = new LongAdder();

    /**
     * Begins with nobody.
     *
     * @param options how many there may be, and how long they may take
     */
    public Connections(ConnectionOptions options) {
        this.options = options;
    }

    /**
     * What Vert.x is to listen with, so that this is asked about each connection.
     *
     * @return the system's own sockets where there is a library for them, else Java's; watched
     */
    public Transport transport() {
        return new WatchedTransport(sockets(), this::watch);
    }

    /** Linux's epoll without Java's selector in between: less work for each request, and the same meaning. */
    private static Transport sockets() {
        Transport epoll = Transport.EPOLL;
        return epoll != null && epoll.available() ? epoll : Transport.NIO;
    }

    private void watch(ServerBootstrap listening) {
        Gate gate = new Gate(options, cutOff);
        gates.add(gate);
        listening.handler(gate);
    }

    /**
     * How many are connected.
     *
     * @return the number, of all ports
     */
    public long open() {
        return gates.stream().mapToLong(Gate::open).sum();
    }

    /**
     * How many were turned away since there were as many as there may be.
     *
     * @return the number since the start
     */
    public long refused() {
        return gates.stream().mapToLong(Gate::refused).sum();
    }

    /**
     * How many were closed since the head of a request did not end.
     *
     * @return the number since the start
     */
    public long cutOff() {
        return cutOff.sum();
    }
}
