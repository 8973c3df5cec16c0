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
import java.util.regex.Pattern;

/**
 * A model under a name, measured once so that the server knows what a prediction costs.
 *
 * <p>Safe for use by several threads. Owns its predictor and closes it.
 */
public final class ServedModel implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final int WARM_UP_RUNS = 9;

    private final String name;
    private final Predictor predictor;
    private final boolean rowsAreIndependent;
    private final long rowNanos;

    private ServedModel(String name, Predictor predictor) {
        this.name = name;
        this.predictor = predictor;
        this.rowsAreIndependent = hasOnlyTheBatchUnknown();
        this.rowNanos = warmUp();
    }

    /**
     * Makes a model ready to be served: predicts some times for inputs of zeros and empty texts.
     *
     * @param name its name in addresses: letters, digits, {@code . _ -}
     * @param predictor the model; closed with the result
     * @return the model
     * @throws IllegalArgumentException for a name that does not fit into an address
     * @throws dev.slipway.runtime.EngineException if the model cannot predict at all
     */
    public static ServedModel of(String name, Predictor predictor) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "model name: '" + name + "' (expected: letters, digits, '.', '_' and '-', at most 128)");
        }
        return new ServedModel(name, predictor);
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

    /**
     * Its name in addresses.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Its version: there is one.
     *
     * @return {@code "1"}
     */
    public String version() {
        return "1";
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
     * A call for inputs of given shapes.
     *
     * @param shapes the known shape of each input, in the model's order
     * @return a call to write, run, read and close
     */
    public Call call(List<Shape> shapes) {
        return predictor.call(shapes);
    }

    @Override
    public void close() {
        predictor.close();
    }
}
