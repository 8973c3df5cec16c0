package dev.slipway.runtime;

import org.jspecify.annotations.Nullable;

/**
 * One prediction in the making: write the inputs, {@link #run()}, read the outputs, close.
 *
 * <p>Closing gives its tensors back to the predictor, so that the next call of the same shapes allocates no memory for
 * them. For one thread at a time. The tensors are valid until it is closed; every method but {@link #close()} is refused
 * from then on with an {@link IllegalStateException}.
 */
public final class Call implements AutoCloseable {
    private final Predictor owner;

    /** Absent once closed: by then it may be another call's. */
    private @Nullable PreparedCall prepared;

    Call(Predictor owner, PreparedCall prepared) {
        this.owner = owner;
        this.prepared = prepared;
    }

    private PreparedCall open() {
        if (prepared == null) {
            throw new IllegalStateException("call is closed");
        }
        return prepared;
    }

    /**
     * A tensor to write before the run.
     *
     * @param index the input's place in the model's order
     * @return the tensor, which may hold what an earlier call wrote
     */
    public Tensor input(int index) {
        return open().input(index);
    }

    /**
     * Computes the outputs.
     *
     * @throws EngineException if the engine fails
     */
    public void run() {
        open().run();
    }

    /**
     * A tensor to read after the run.
     *
     * @param index the output's place in the model's order
     * @return the tensor, which the next run overwrites
     */
    public Tensor output(int index) {
        return open().output(index);
    }

    /** Gives the tensors back; none of them may be used afterwards. Closing again does nothing. */
    @Override
    public void close() {
        PreparedCall returned = prepared;
        if (returned != null) {
            prepared = null;
            owner.release(returned);
        }
    }
}
