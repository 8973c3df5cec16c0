package dev.slipway.server.grpc;

import com.google.protobuf.MessageLite;
import io.vertx.core.Future;
import java.util.function.Function;

/** What a method does with the messages of one call. */
interface GrpcMethod {
    /** So many messages of a stream may wait for their answers, and those that came with the last of them. */
    int MOST_UNANSWERED = 64;

    String NO_MESSAGE = "message: none (expected: one)";
    String SECOND_MESSAGE = "message: a second one (expected: one)";

    /** Takes a call. */
    Handler begin(GrpcCall call);

    /** The messages of one call, as they come. */
    interface Handler {
        /** Takes the next message. */
        void message(byte[] message);

        /** There are no more. */
        void end();
    }

    /** Answers a message with a message. */
    interface Answer {
        Future<? extends MessageLite> to(GrpcCall call, byte[] message);
    }

    /** A method of one message in and one out. */
    static GrpcMethod unary(Answer answer, Function<Throwable, GrpcException> failures) {
        return call -> new Handler() {
            private boolean asked;

            @Override
            public void message(byte[] message) {
                if (asked) {
                    call.close(GrpcStatus.INVALID_ARGUMENT, SECOND_MESSAGE);
                    return;
                }
                asked = true;
                answer.to(call, message)
                        .onSuccess(result -> {
                            call.send(result);
                            call.close();
                        })
                        .onFailure(failure -> call.fail(failures.apply(failure)));
            }

            @Override
            public void end() {
                if (!asked) {
                    call.close(GrpcStatus.INVALID_ARGUMENT, NO_MESSAGE);
                }
            }
        };
    }

    /**
     * A method that answers each message by a message, in the order they came. A client that sends without end is held back, as
     * others wait for the same model. A server that stops ends it behind the answers to what has come.
     */
    static GrpcMethod stream(Answer answer, Function<Throwable, GrpcException> failures, OpenStreams streams) {
        return call -> {
            Stream stream = new Stream(call, answer, failures);
            streams.add(call, stream::stop);
            return stream;
        };
    }
}
