package dev.slipway.server.http;

import dev.slipway.graph.SlipwayException;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.InferenceService.AnswerEncoder;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.OverloadedException;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.models.Leases;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelOnDemandException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.traffic.Route;
import dev.slipway.server.traffic.Traffic;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every protocol needs to predict. For one event loop.
 *
 * @param models the served models
 * @param traffic which version answers requests that name none
 * @param leases takes models that have to be loaded before
 * @param service the event loop's predictions
 * @param maxBodyBytes the longest body read
 */
public record Predictions(
        ModelRepository models, Traffic traffic, Leases leases, InferenceService service, long maxBodyBytes) {
    /**
     * Predictions of all models by the rules of a repository.
     *
     * @param models the served models
     * @param leases takes models that have to be loaded before
     * @param service the event loop's predictions
     * @param maxBodyBytes the longest body read
     */
    public Predictions(ModelRepository models, Leases leases, InferenceService service, long maxBodyBytes) {
        this(models, Traffic.of(models), leases, service, maxBodyBytes);
    }

    /**
     * A request on its way through a model.
     *
     * @param parsedBytes how much of it has to be parsed
     * @param decoder reads it
     * @param tensors the tensors of what was read
     * @param timeout how long what was read may wait, from its arrival on; empty if it does not say
     * @param encoder writes the answer
     * @param <R> what the protocol knows of a request
     * @param <A> what is sent
     */
    record Coding<R, A>(
            long parsedBytes,
            Supplier<R> decoder,
            Function<R, PredictRequest> tensors,
            Function<R, Optional<Duration>> timeout,
            AnswerEncoder<R, A> encoder) {
        /** For a request that says nothing of its time. */
        Coding(
                long parsedBytes,
                Supplier<R> decoder,
                Function<R, PredictRequest> tensors,
                AnswerEncoder<R, A> encoder) {
            this(parsedBytes, decoder, tensors, request -> Optional.empty(), encoder);
        }

        /** For a request that is nothing but tensors. */
        static Coding<PredictRequest, Buffer> of(
                byte[] body, Supplier<PredictRequest> decoder, AnswerEncoder<PredictRequest, byte[]> encoder) {
            return new Coding<>(
                    body.length,
                    decoder,
                    Function.identity(),
                    (request, results) -> Buffer.buffer(encoder.encode(request, results)));
        }
    }

    /**
     * Refuses a request before its body is read: whoever asks for what is not there, or for what has no room, need not send it.
     * Where a rule decides about the version, or bodies are written down, it is read first.
     *
     * @throws SlipwayException if there is no such model, or it does not answer, or too many wait for it
     */
    void requireRoom(Exchange exchange, String protocol, ModelAddress address) {
        exchange.speaks(protocol);
        Optional<ServedModel> model = models.find(address);
        if (model.isEmpty()) {
            models.requireAnswering(address);
        }
        if (traffic.decides(address) || exchange.isRecorded()) {
            return;
        }
        try {
            model.ifPresent(service::requireRoom);
        } catch (OverloadedException full) {
            model.flatMap(Lease::on).ifPresent(lease -> {
                exchange.about(lease, protocol);
                lease.close();
            });
            throw full;
        }
    }

    /** Predicts with the model that is meant, and counts the request among its; fails if there is none. */
    <R, A> Future<A> predict(
            Exchange exchange,
            String protocol,
            ModelAddress address,
            byte[] body,
            Function<ServedModel, Coding<R, A>> coding) {
        Route route;
        try {
            route = exchange.route(traffic, address);
        } catch (ModelOnDemandException asleep) {
            return leases.whileLoaded(
                    asleep, exchange.deadlineNanos(), () -> predict(exchange, protocol, address, body, coding));
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
        Lease lease = route.lease();
        exchange.about(lease, protocol);
        exchange.record(body);
        Coding<R, A> of;
        try {
            of = coding.apply(lease.model());
        } catch (RuntimeException e) {
            lease.close();
            return Future.failedFuture(e);
        }
        AnswerEncoder<R, A> encoder = route.copying(of.tensors(), of.encoder());
        Supplier<R> decoder = () -> {
            R request = of.decoder().get();
            of.timeout().apply(request).map(exchange::nanosAfter).ifPresent(lease::until);
            return request;
        };
        return route.watch(
                service.predict(lease, of.parsedBytes(), decoder, of.tensors(), encoder),
                failure -> Refusal.of(failure).status());
    }
}
