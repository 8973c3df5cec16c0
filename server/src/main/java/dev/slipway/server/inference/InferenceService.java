package dev.slipway.server.inference;

import dev.slipway.runtime.Call;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.json.PredictRequest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Predicts for the requests of one event loop: single rows of small models together at the end of the loop's turn, other
 * small work in place, and what would hold up the loop on a worker thread.
 *
 * <p>For one event loop; every event loop has its own.
 */
public final class InferenceService {
    /** The longest a prediction may hold up an event loop. */
    private static final long IN_PLACE_NANOS = 500_000;

    private final Context loop;
    private final Map<ServedModel, Optional<Turn>> turns = new HashMap<>();

    /**
     * The service of an event loop.
     *
     * @param loop the event loop's context
     */
    public InferenceService(Context loop) {
        this.loop = loop;
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
     * Predicts.
     *
     * @param model the model
     * @param request what for
     * @param encoder what to make of the results; runs where the prediction ran
     * @param <T> what is sent
     * @return what is sent, or the failure, on the event loop
     */
    public <T> Future<T> predict(ServedModel model, PredictRequest request, Encoder<T> encoder) {
        long rows = request.shapes().isEmpty() || request.shapes().get(0).rank() == 0
                ? 1
                : request.shapes().get(0).size(0);
        if (!runsInPlace(model, rows)) {
            return onWorker(() -> run(model, request, encoder));
        }
        Optional<Turn> shared = rows == 1 ? turn(model) : Optional.empty();
        if (shared.isPresent()) {
            Turn turn = shared.get();
            for (int i = 0; i < request.contents().size(); i++) {
                turn.row(i).put(request.contents().get(i).bytes().duplicate());
            }
            return join(turn, turn.asRows(encoder));
        }
        return Future.succeededFuture(run(model, request, encoder));
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
     * @param model a model with one input and one output of one float32 number a row
     * @param number the number
     * @param encoder what to make of the result
     * @param <T> what is sent
     * @return what is sent, or the failure, on the event loop
     */
    public <T> Future<T> predict(ServedModel model, float number, NumberEncoder<T> encoder) {
        Turn turn = turn(model).orElseThrow();
        turn.row(0).putFloat(number);
        return join(turn, (call, row) -> encoder.encode((float) call.output(0).element(row)));
    }

    /**
     * Does on a worker thread what would hold up the event loop.
     *
     * @param work the work
     * @param <T> its result
     * @return the result, on the event loop
     */
    public <T> Future<T> onWorker(Callable<T> work) {
        return loop.executeBlocking(work, false);
    }

    /**
     * Predicts at once, on the calling thread.
     *
     * @param model the model
     * @param request what for
     * @param encoder what to make of the results
     * @param <T> what is sent
     * @return what is sent
     */
    public static <T> T run(ServedModel model, PredictRequest request, Encoder<T> encoder) {
        try (Call call = model.call(request.shapes())) {
            request.feed(call);
            call.run();
            List<Tensor> results = new ArrayList<>();
            for (int i = 0; i < model.outputs().size(); i++) {
                results.add(call.output(i));
            }
            return encoder.encode(results);
        }
    }

    /** Found out once for each model: empty if its rows go through the engine alone. */
    private Optional<Turn> turn(ServedModel model) {
        return turns.computeIfAbsent(model, Turn::of);
    }

    private <T> Future<T> join(Turn turn, Turn.RowEncoder<T> encoder) {
        Promise<T> answer = Promise.promise();
        if (turn.isEmpty()) {
            loop.runOnContext(ignored -> endUnlessEmpty(turn));
        }
        turn.add(encoder, answer);
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
