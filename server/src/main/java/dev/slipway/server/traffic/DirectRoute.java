package dev.slipway.server.traffic;

import dev.slipway.server.inference.InferenceService.AnswerEncoder;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.json.PredictRequest;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The way of a request that no rule is for. */
record DirectRoute(Lease lease) implements Route {
    @Override
    public Optional<NewCookie> cookie() {
        return Optional.empty();
    }

    @Override
    public <R, T> AnswerEncoder<R, T> copying(Function<R, PredictRequest> tensors, AnswerEncoder<R, T> encoder) {
        return encoder;
    }

    @Override
    public <T> Future<T> watch(Future<T> answer, ToIntFunction<Throwable> status) {
        return answer;
    }
}
