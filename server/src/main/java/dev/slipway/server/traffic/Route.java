package dev.slipway.server.traffic;

import dev.slipway.server.inference.InferenceService.AnswerEncoder;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.json.PredictRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The version that answers a request, and who else wants to know of the answer. For one request, on one event loop. */
public sealed interface Route permits DirectRoute, RuledRoute {
    /**
     * The version.
     *
     * @return a lease, which whoever predicts with it gives back
     */
    Lease lease();

    /**
     * What the client is to keep so that it comes to the same variant again.
     *
     * @return a cookie to be set with the answer; empty if none has to be
     */
    Optional<NewCookie> cookie();

    /**
     * Lets the results be kept besides being sent, if this request is one that is copied.
     *
     * @param tensors the tensors of a request
     * @param encoder makes the answer
     * @param <R> what the protocol knows of a request
     * @param <T> what is sent
     * @return an encoder that makes the same answer
     */
    <R, T> AnswerEncoder<R, T> copying(Function<R, PredictRequest> tensors, AnswerEncoder<R, T> encoder);

    /**
     * Takes note of the answer.
     *
     * @param answer what is sent, or the failure
     * @param status the HTTP status of a failure
     * @param <T> what is sent
     * @return the same
     */
    <T> Future<T> watch(Future<T> answer, ToIntFunction<Throwable> status);

    /**
     * A cookie to be set.
     *
     * @param name its name
     * @param value its value
     * @param maxAge how long it is to be kept
     */
    record NewCookie(String name, String value, Duration maxAge) {}
}
