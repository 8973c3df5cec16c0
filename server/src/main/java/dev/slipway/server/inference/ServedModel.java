package dev.slipway.server.inference;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Call;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.RefusedInputException;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A version of a model under a name, measured once so that the server knows what a prediction costs.
 *
 * <p>Safe for use by several threads. Owns its predictor, and frees it when it is closed and no {@link Lease} is left.
 */
public final class ServedModel implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final int WARM_UP_RUNS = 9;

    private final String name;
    private final String version;
    private final Predictor predictor;
    private final ModelBatching batching;
    private final boolean rowsAreIndependent;
    private final long rowNanos;
    private final Map<Class<?>, Object> companions = new ConcurrentHashMap<>();
    private final Statistics statistics = new Statistics();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile boolean freed;

    /** Who may still predict: the owner and every lease. */
    private final AtomicInteger users = new AtomicInteger(1);

    private ServedModel(String name, String version, Predictor predictor, ModelBatching batching) {
        this.name = name;
        this.version = version;
        this.predictor = predictor;
        this.batching = batching;
        this.rowsAreIndependent = hasOnlyTheBatchUnknown();
        batching.requireFits(this);
        this.rowNanos = warmUp();
    }

    /**
     * Makes the only version of a model, {@code 1}, ready to be served.
     *
     * @param name its name in addresses: letters, digits, {@code . _ -}
     * @param predictor the model; closed with the result
     * @return the model
     * @throws IllegalArgumentException for a name that does not fit into an address
     * @throws dev.slipway.runtime.EngineException if the model cannot predict at all
     */
    public static ServedModel of(String name, Predictor predictor) {
        return of(name, "1", predictor);
    }

    /**
     * Makes a model ready to be served: predicts some times for inputs of zeros and empty texts.
     *
     * @param name its name in addresses: letters, digits, {@code . _ -}
     * @param version its version in addresses: the same letters
     * @param predictor the model; closed with the result
     * @return the model
     * @throws IllegalArgumentException for a name or a version that does not fit into an address
     * @throws dev.slipway.runtime.EngineException if the model cannot predict at all
     */
    public static ServedModel of(String name, String version, Predictor predictor) {
        return of(name, version, predictor, ModelBatching.AS_ALL);
    }

    /**
     * Makes a model ready to be served whose rows go together in a way of its own.
     *
     * @param name its name in addresses: letters, digits, {@code . _ -}
     * @param version its version in addresses: the same letters
     * @param predictor the model; closed with the result
     * @param batching how its rows go together
     * @return the model
     * @throws IllegalArgumentException for a name or a version that does not fit into an address, or a model whose rows cannot
     *     go together although they must
     * @throws dev.slipway.runtime.EngineException if the model cannot predict at all
     */
    public static ServedModel of(String name, String version, Predictor predictor, ModelBatching batching) {
        requireName("name", name);
        requireName("version", version);
        return new ServedModel(name, version, predictor, batching);
    }

    private static void requireName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "model " + what + ": '" + name + "' (expected: letters, digits, '.', '_' and '-', at most 128)");
        }
    }

    /** Whether axis 0 of every input and output has the same symbol, and there is no other unknown length. */
    private boolean hasOnlyTheBatchUnknown() {
        List<TensorSpec> all = new ArrayList<>(predictor.inputs());
        all.addAll(predictor.outputs());
        Dimension batch = null;
        for (TensorSpec spec : all) {
            Shape shape = spec.shape();
            boolean fits = shape.rank() > 0
                    && !shape.dimension(0).isKnown()
                    && shape.slice(1, shape.rank()).isKnown()
                    && (batch == null || batch.equals(shape.dimension(0)));
            if (!fits) {
                return false;
            }
            batch = shape.dimension(0);
        }
        return batch != null;
    }

    /** The median time of one row, after the engine's own lazy work is done. */
    private long warmUp() {
        long[] nanos = new long[WARM_UP_RUNS];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            try (Call call = predictor.call(smallestShapes())) {
                call.run();
            } catch (RefusedInputException e) {
                // A model may have no answer for empty texts; what counts is the time, and that takes about as long.
            }
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[nanos.length / 2];
    }

    /**
     * The smallest inputs the model takes: every unknown length is 1.
     *
     * @return the known shape of each input, in the model's order
     */
    public List<Shape> smallestShapes() {
        List<Shape> shapes = new ArrayList<>();
        for (TensorSpec input : inputs()) {
            Shape shape = input.shape();
            for (int axis = 0; axis < shape.rank(); axis++) {
                if (!shape.dimension(axis).isKnown()) {
                    shape = shape.with(axis, Dimension.of(1));
                }
            }
            shapes.add(shape);
        }
        return shapes;
    }

    /** How its rows go together. */
    ModelBatching batching() {
        return batching;
    }

    /**
     * Its name in addresses.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Its version in addresses.
     *
     * @return the version, such as {@code "1"}
     */
    public String version() {
        return version;
    }

    /**
     * What a protocol needs for this model, such as readers made for its inputs: made once, gone with the model.
     *
     * @param kind what is needed; safe for use by several threads
     * @param maker makes it from the model
     * @param <T> what is needed
     * @return the one of this model
     */
    public <T> T companion(Class<T> kind, Function<ServedModel, T> maker) {
        Object known = companions.get(kind);
        return kind.cast(known != null ? known : companions.computeIfAbsent(kind, any -> maker.apply(this)));
    }

    /**
     * What a prediction needs.
     *
     * @return the inputs in order
     */
    public List<TensorSpec> inputs() {
        return predictor.inputs();
    }

    /**
     * What a prediction gives.
     *
     * @return the outputs in order
     */
    public List<TensorSpec> outputs() {
        return predictor.outputs();
    }

    /**
     * Whether rows of several requests may go through the engine together: the batch is the only unknown length, and the first
     * axis of every input and output.
     *
     * @return true if rows can be put together and taken apart
     */
    public boolean rowsAreIndependent() {
        return rowsAreIndependent;
    }

    /**
     * What a prediction of one row costs.
     *
     * @return nanoseconds, measured when the model was made ready
     */
    public long rowNanos() {
        return rowNanos;
    }

    /**
     * What it has done since it was made ready.
     *
     * @return numbers and times
     */
    public Statistics statistics() {
        return statistics;
    }

    /**
     * Requests that wait for worker threads or are with them.
     *
     * @return their number now
     */
    public int waiting() {
        return waiting.get();
    }

    /**
     * Requests that have it now.
     *
     * @return their number
     */
    public int inFlight() {
        return Math.max(0, users.get() - (isClosed() ? 0 : 1));
    }

    /** One more request for worker threads, unless there are so many already. */
    boolean enter(int most) {
        boolean room = waiting.incrementAndGet() <= most;
        if (!room) {
            leave();
        }
        return room;
    }

    void leave() {
        waiting.decrementAndGet();
    }

    /**
     * A call for inputs of given shapes.
     *
     * @param shapes the known shape of each input, in the model's order
     * @return a call to write, run, read and close
     */
    public Call call(List<Shape> shapes) {
        return predictor.call(shapes);
    }

    /** One more user, unless there is none left. */
    boolean retain() {
        int now = users.get();
        while (now > 0 && !users.compareAndSet(now, now + 1)) {
            now = users.get();
        }
        return now > 0;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            free();
        }
    }

    /**
     * Whether anybody but its owner uses it now.
     *
     * @return false if there is no lease
     */
    public boolean isIdle() {
        return users.get() <= 1;
    }

    /**
     * Closes the model if nobody uses it, without freeing it: no lease can be taken any more. What it says of itself stays.
     *
     * @return whether it is closed by this call, and {@link #free} is to follow
     */
    public boolean retire() {
        boolean retired = !closed.get() && users.compareAndSet(1, 0);
        if (retired) {
            closed.set(true);
        }
        return retired;
    }

    /** Frees the memory of a model that has been {@linkplain #retire retired}. */
    public void free() {
        predictor.close();
        freed = true;
    }

    /**
     * Whether its memory has been given back.
     *
     * @return true after the last lease of a closed model
     */
    public boolean isFreed() {
        return freed;
    }

    /**
     * Whether it is about to be freed.
     *
     * @return true after {@link #close}
     */
    public boolean isClosed() {
        return closed.get();
    }

    /** Frees the model when the last lease is given back. Closing again does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }
}
