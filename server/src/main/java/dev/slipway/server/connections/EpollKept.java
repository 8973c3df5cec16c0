package dev.slipway.server.connections;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll, which never forgets a socket that waits for nothing.
 *
 * <p>Netty 4.2.17 to 4.2.20 take such a socket out of the set and do not put it in again: whoever says that no more is to be sent,
 * and waits for an answer longer than the socket's buffer, would get the beginning of it. A socket that waits for its next error
 * stays in the set, and is told of it once. This class may go when {@code HalfClosedTest} passes without it on a later Netty.
 */
final class EpollKept implements IoHandler {
    private static final EpollIoOps NEXT_ERROR = EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLET);

    private final IoHandler epoll;

    private EpollKept(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory of(IoHandlerFactory epoll) {
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new EpollKept(epoll.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return epoll.isChangingThreadSupported();
            }
        };
    }

    private record Registration(IoRegistration inEpoll) implements IoRegistration {
        @Override
        public long submit(IoOps ops) {
            return inEpoll.submit(ops.equals(EpollIoOps.NONE) ? NEXT_ERROR : ops);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's own signature.
        public <T> T attachment() {
            return inEpoll.attachment();
        }

        @Override
        public boolean isValid() {
            return inEpoll.isValid();
        }

        @Override
        public boolean cancel() {
            return inEpoll.cancel();
        }
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(epoll.register(handle));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return epoll.isCompatible(type);
    }
}
