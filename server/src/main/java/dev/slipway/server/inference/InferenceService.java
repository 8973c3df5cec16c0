package dev.slipway.server.inference;

import dev.slipway.runtime.Call;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.metrics.Stage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Predicts for the requests of one event loop: single rows of small models together at the end of the loop's turn, other
 * small work in place, and what would hold up the loop on a worker thread.
 *
 * <p>For one event loop; every event loop has its own.
 */
public final class InferenceService {
    /** The longest a prediction may hold up an event loop. */
    private static final long IN_PLACE_NANOS = 500_000;

    /** A longer text takes so long to parse that a worker does it. */
    private static final int IN_PLACE_BYTES = 32 * 1024;

    private final Context loop;
    private final LoadOptions options;
    private final Map<ServedModel, Optional<Turn>> turns = new HashMap<>();

    /**
     * The service of an event loop.
     *
     * @param loop the event loop's context
     * @param options how much is taken on; the same for every event loop
     */
    public InferenceService(Context loop, LoadOptions options) {
        this.loop = loop;
        this.options = options;
    }

    /**
     * Whether a model is so small that its predictions run on the event loop.
     *
     * @param model the model
     * @param rows how many rows
     * @return false if a worker should do it
     */
    public boolean runsInPlace(ServedModel model, long rows) {
        return model.rowNanos() * rows <= IN_PLACE_NANOS;
    }

    /**
     * Decodes a request and predicts: in place what is small, on a worker what would hold up the event loop.
     *
     * @param lease the model; given back when the prediction is done or has failed
     * @param parsedBytes the length of what has to be parsed
     * @param decoder makes tensors of the request; may run on a worker thread
     * @param tensors the tensors of what was decoded
     * @param encoder what to make of the results; runs where the prediction ran
     * @param <R> what the protocol knows of a request besides its tensors
     * @param <T> what is sent
     * @return what is sent, or the failure, on the event loop
     */
    public <R, T> Future<T> predict(
            Lease lease,
            long parsedBytes,
            Supplier<R> decoder,
            Function<R, PredictRequest> tensors,
            AnswerEncoder<R, T> encoder) {
        long start = System.nanoTime();
        return decodeAndPredict(lease, parsedBytes, decoder, tensors, encoder, start)
                .onComplete(done -> lease.model().statistics().answered(done.succeeded(), System.nanoTime() - start));
    }

    private <R, T> Future<T> decodeAndPredict(
            Lease lease,
            long parsedBytes,
            Supplier<R> decoder,
            Function<R, PredictRequest> tensors,
            AnswerEncoder<R, T> encoder,
            long startNanos) {
        ServedModel model = lease.model();
        boolean decodesInPlace = parsedBytes <= IN_PLACE_BYTES;
        if (!decodesInPlace || !runsInPlace(model, 1)) {
            return queued(
                    lease,
                    queue -> decode(lease, decodesInPlace, decoder, tensors)
                            .compose(request -> queue.add(
                                    loop, lease, tensors.apply(request), results -> encoder.encode(request, results))));
        }
        R request;
        try {
            request = decode(lease, decoder, tensors, startNanos);
        } catch (RuntimeException | Error e) {
            // Whatever it is: an answer must come.
            lease.close();
            return Future.failedFuture(e);
        }
        return predict(lease, tensors.apply(request), results -> encoder.encode(request, results));
    }

    /**
     * Refuses a request that would find no room in the queue of its model, before it is read.
     *
     * @param model the model
     * @throws OverloadedException if it would have to wait for a worker, and too many do already
     */
    public void requireRoom(ServedModel model) {
        if (!runsInPlace(model, 1)) {
            queue(model).requireRoom();
        }
    }

    private WorkQueue queue(ServedModel model) {
        return model.companion(WorkQueue.class, any -> new WorkQueue(any, options));
    }

    /** Lets a request into the queue of its model, and out of it when it is answered. */
    private <T> Future<T> queued(Lease lease, Function<WorkQueue, Future<T>> work) {
        WorkQueue queue = queue(lease.model());
        try {
            queue.enter();
        } catch (OverloadedException e) {
            lease.close();
            return Future.failedFuture(e);
        }
        if (!options.timeout().isZero()) {
            lease.untilUnlessSaid(System.nanoTime() + options.timeout().toNanos());
        }
        return work.apply(queue).onComplete(done -> {
            queue.leave();
            lease.close();
        });
    }

    private <R> Future<R> decode(
            Lease lease, boolean inPlace, Supplier<R> decoder, Function<R, PredictRequest> tensors) {
        if (!inPlace) {
            return loop.executeBlocking(() -> decode(lease, decoder, tensors, System.nanoTime()), false);
        }
        try {
            return Future.succeededFuture(decode(lease, decoder, tensors, System.nanoTime()));
        } catch (RuntimeException | Error e) {
            return Future.failedFuture(e);
        }
    }

    private <R> R decode(Lease lease, Supplier<R> decoder, Function<R, PredictRequest> tensors, long start) {
        R request = decoder.get();
        long end = System.nanoTime();
        lease.stages().add(Stage.DECODE, start, end);
        lease.model().statistics().decoded(end - start);
        long rows = tensors.apply(request).rows();
        if (rows > options.maxRows()) {
            String expected = "expected: at most " + options.maxRows() + ", from load.max-rows";
            throw new InputException("too_many_rows", List.of("body"), expected, rows + " rows");
        }
        return request;
    }

    /** Turns the results of a prediction into the answer of its request. */
    @FunctionalInterface
    public interface AnswerEncoder<R, T> {
        /**
         * Encodes results.
         *
         * @param request what was asked for
         * @param results the tensor of each output in the model's order; valid during the call only
         * @return what is sent
         */
        T encode(R request, List<Tensor> results);
    }

    private <T> Future<T> predict(Lease lease, PredictRequest request, Encoder<T> encoder) {
        ServedModel model = lease.model();
        long rows = request.rows();
        if (!runsInPlace(model, rows)) {
            return queued(lease, queue -> queue.add(loop, lease, request, encoder));
        }
        Optional<Turn> shared = rows == 1 ? turn(model) : Optional.empty();
        if (shared.isPresent()) {
            Turn turn = shared.get();
            for (int i = 0; i < request.contents().size(); i++) {
                turn.row(i).put(request.contents().get(i).bytes().duplicate());
            }
            return join(lease, turn, turn.asRows(encoder), lease.stages().endedNanos(Stage.DECODE));
        }
        try (lease) {
            return Future.succeededFuture(run(lease, request, encoder));
        } catch (RuntimeException | Error e) {
            return Future.failedFuture(e);
        }
    }

    /** Turns the number that a model gives for a number into what is sent. */
    @FunctionalInterface
    public interface NumberEncoder<T> {
        /**
         * Encodes a result.
         *
         * @param number the only element of the only output
         * @return what is sent
         */
        T encode(float number);
    }

    /**
     * Predicts for one number.
     *
     * @param lease a model with one input and one output of one float32 number a row; given back when the prediction is done
     * @param number the number
     * @param encoder what to make of the result
     * @param <T> what is sent
     * @return what is sent, or the failure, on the event loop
     */
    public <T> Future<T> predict(Lease lease, float number, NumberEncoder<T> encoder) {
        Turn turn = turn(lease.model()).orElseThrow();
        turn.row(0).putFloat(number);
        long start = System.nanoTime();
        return join(
                        lease,
                        turn,
                        (call, row) -> encoder.encode((float) call.output(0).element(row)),
                        start)
                .onComplete(done -> lease.model().statistics().answered(done.succeeded(), System.nanoTime() - start));
    }

    /**
     * Predicts at once, on the calling thread, and counts nothing: for examples.
     *
     * @param model the model
     * @param request what for
     * @param encoder what to make of the results
     * @param <T> what is sent
     * @return what is sent
     */
    public static <T> T tryOut(ServedModel model, PredictRequest request, Encoder<T> encoder) {
        try (Call call = model.call(request.shapes())) {
            request.feed(call);
            call.run();
            return encoder.encode(results(model, call));
        }
    }

    private static <T> T run(Lease lease, PredictRequest request, Encoder<T> encoder) {
        ServedModel model = lease.model();
        try (Call call = model.call(request.shapes())) {
            request.feed(call);
            long start = System.nanoTime();
            call.run();
            long ran = System.nanoTime();
            lease.stages().ran(start, ran, request.rows());
            model.statistics().ran(request.rows(), ran - start);
            T answer = encoder.encode(results(model, call));
            long encoded = System.nanoTime();
            lease.stages().add(Stage.ENCODE, ran, encoded);
            model.statistics().encoded(encoded - ran);
            return answer;
        }
    }

    private static List<Tensor> results(ServedModel model, Call call) {
        List<Tensor> results = new ArrayList<>();
        for (int i = 0; i < model.outputs().size(); i++) {
            results.add(call.output(i));
        }
        return results;
    }

    /** Found out once for each model: empty if its rows go through the engine alone. */
    private Optional<Turn> turn(ServedModel model) {
        Optional<Turn> known = turns.get(model);
        if (known != null) {
            return known;
        }
        turns.keySet().removeIf(ServedModel::isClosed);
        return turns.computeIfAbsent(model, any -> Turn.of(any, options.rowsTogether(any)));
    }

    private <T> Future<T> join(Lease lease, Turn turn, Turn.RowEncoder<T> encoder, long sinceNanos) {
        Promise<T> answer = Promise.promise();
        if (turn.isEmpty()) {
            loop.runOnContext(ignored -> endUnlessEmpty(turn));
        }
        turn.add(lease, encoder, answer, sinceNanos);
        if (turn.isFull()) {
            turn.end();
        }
        return answer.future();
    }

    /** A full turn has ended already, and another may have begun since: then that one ends a little early. */
    private static void endUnlessEmpty(Turn turn) {
        if (!turn.isEmpty()) {
            turn.end();
        }
    }
}
