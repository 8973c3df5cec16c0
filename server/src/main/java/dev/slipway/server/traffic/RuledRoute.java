package dev.slipway.server.traffic;

import dev.slipway.server.inference.InferenceService.AnswerEncoder;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.json.PredictRequest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The way of a request that a rule has decided. */
final class RuledRoute implements Route {
    private final ModelTraffic traffic;
    private final Variant variant;
    private final Lease lease;
    private final Optional<NewCookie> cookie;
    private final long begunNanos;

    /** Written where the prediction runs, read on the event loop after it. */
    private @Nullable ShadowCopy copy;

    RuledRoute(ModelTraffic traffic, Variant variant, Lease lease, Optional<NewCookie> cookie) {
        this.traffic = traffic;
        this.variant = variant;
        this.lease = lease;
        this.cookie = cookie;
        this.begunNanos = traffic.nanoTime();
    }

    @Override
    public Lease lease() {
        return lease;
    }

    @Override
    public Optional<NewCookie> cookie() {
        return cookie;
    }

    @Override
    public <R, T> AnswerEncoder<R, T> copying(Function<R, PredictRequest> tensors, AnswerEncoder<R, T> encoder) {
        if (!traffic.wantsCopy()) {
            return encoder;
        }
        return (request, results) -> {
            T answer = encoder.encode(request, results);
            copy = ShadowCopy.of(lease.model(), tensors.apply(request), results);
            return answer;
        };
    }

    @Override
    public <T> Future<T> watch(Future<T> answer, ToIntFunction<Throwable> status) {
        return answer.onComplete(done -> {
            traffic.answered(variant, done.succeeded() ? 200 : status.applyAsInt(done.cause()), begunNanos);
            if (copy != null) {
                // After what is done with the answer, which is to send it.
                afterwards(copy);
            }
        });
    }

    private void afterwards(ShadowCopy made) {
        Context loop = Vertx.currentContext();
        if (loop == null) {
            traffic.offer(made);
        } else {
            loop.runOnContext(sent -> traffic.offer(made));
        }
    }
}
