package dev.slipway.server.grpc;

import com.google.protobuf.MessageLite;
import dev.slipway.server.grpc.GrpcMethod.Answer;
import io.vertx.core.Future;
import java.util.function.Function;

/** The messages of a call and their answers, which come in the same order. */
final class Stream implements GrpcMethod.Handler {
    private final GrpcCall call;
    private final Answer answer;
    private final Function<Throwable, GrpcException> failures;
    private Future<?> last = Future.succeededFuture();
    private int unanswered;

    Stream(GrpcCall call, Answer answer, Function<Throwable, GrpcException> failures) {
        this.call = call;
        this.answer = answer;
        this.failures = failures;
    }

    @Override
    public void message(byte[] message) {
        unanswered++;
        if (unanswered == GrpcMethod.MOST_UNANSWERED) {
            call.pause();
        }
        Future<? extends MessageLite> result = answer.to(call, message);
        last = last.compose(before -> result).compose(call::send);
        last.onComplete(done -> answered()).onFailure(failure -> call.fail(failures.apply(failure)));
    }

    private void answered() {
        if (unanswered == GrpcMethod.MOST_UNANSWERED) {
            call.resume();
        }
        unanswered--;
    }

    @Override
    public void end() {
        last.onSuccess(done -> call.close());
    }

    /** Ends the call when what has come is answered; what comes later is for another server. */
    void stop() {
        last.onSuccess(done -> call.close(GrpcStatus.UNAVAILABLE, "the server stops"));
    }
}
