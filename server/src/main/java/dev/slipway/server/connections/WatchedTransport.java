package dev.slipway.server.connections;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.TcpConfig;
import java.util.function.Consumer;

/** A transport as another one, but for a look at each socket that is about to listen. */
final class WatchedTransport implements io.vertx.core.transport.Transport, io.vertx.core.spi.transport.Transport {
    private final io.vertx.core.transport.Transport other;
    private final io.vertx.core.spi.transport.Transport sockets;
    private final IoHandlerFactory handlers;
    private final Consumer<ServerBootstrap> watch;

    WatchedTransport(io.vertx.core.transport.Transport other, Consumer<ServerBootstrap> watch) {
        this.other = other;
        this.sockets = other.implementation();
        this.handlers = other.equals(EPOLL) ? EpollKept.of(sockets.ioHandlerFactory()) : sockets.ioHandlerFactory();
        this.watch = watch;
    }

    @Override
    public void configure(TcpConfig tcp, boolean domainSocket, ServerBootstrap listening) {
        sockets.configure(tcp, domainSocket, listening);
        watch.accept(listening);
    }

    @Override
    public String name() {
        return other.name();
    }

    @Override
    public boolean available() {
        return other.available();
    }

    @Override
    public boolean isAvailable() {
        return sockets.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return other.unavailabilityCause();
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return this;
    }

    @Override
    public boolean supportsDomainSockets() {
        return sockets.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return sockets.supportFileRegion();
    }

    @Override
    public java.net.SocketAddress convert(io.vertx.core.net.SocketAddress address) {
        return sockets.convert(address);
    }

    @Override
    public io.vertx.core.net.SocketAddress convert(java.net.SocketAddress address) {
        return sockets.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return handlers;
    }

    @Override
    @SuppressWarnings("deprecation") // Vert.x's own signature.
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return sockets.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return sockets.datagramChannelFactory();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return sockets.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return sockets.serverChannelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        sockets.configure(channel, options);
    }

    @Override
    public void configure(TcpConfig tcp, boolean domainSocket, Bootstrap connecting) {
        sockets.configure(tcp, domainSocket, connecting);
    }
}
