package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Keras2Masks;

/**
 * How a recurrent layer goes through its sequences and what it gives.
 *
 * <p>Source: the constructor of {@code keras.layers.RNN}.
 *
 * @param returnSequences whether the outputs of all steps are given, and not only the last
 * @param returnState whether the last states are given too
 * @param goBackwards whether the last step comes first; outputs are then in that order too
 * @param unroll what Keras is to do with its loop; says to Slipway only which outputs a mask makes zero
 * @param zeroOutputForMask whether the output of a masked step is zero, and not that of the step before
 * @param stateful whether the last states are kept for the next batch of training or evaluation. Every prediction takes its
 *     rows as one batch and begins with states of zero, as Keras does after loading and after {@code reset_state}.
 * @param masksBesideStates whether the mask of the sequences counts where initial states are given too, as in Keras 2; Keras 3 does
 *     not see it then
 */
public record SequenceOptions(
        boolean returnSequences,
        boolean returnState,
        boolean goBackwards,
        boolean unroll,
        boolean zeroOutputForMask,
        boolean stateful,
        boolean masksBesideStates) {
    /**
     * Options of a layer that keeps no states.
     *
     * @param returnSequences whether the outputs of all steps are given, and not only the last
     * @param returnState whether the last states are given too
     * @param goBackwards whether the last step comes first; outputs are then in that order too
     * @param unroll what Keras is to do with its loop; says nothing to Slipway
     * @param zeroOutputForMask whether the output of a masked step is zero, and not that of the step before
     */
    public SequenceOptions(
            boolean returnSequences,
            boolean returnState,
            boolean goBackwards,
            boolean unroll,
            boolean zeroOutputForMask) {
        this(returnSequences, returnState, goBackwards, unroll, zeroOutputForMask, false);
    }

    /**
     * Options of a layer of Keras 3.
     *
     * @param returnSequences whether the outputs of all steps are given, and not only the last
     * @param returnState whether the last states are given too
     * @param goBackwards whether the last step comes first; outputs are then in that order too
     * @param unroll what Keras is to do with its loop; says nothing to Slipway
     * @param zeroOutputForMask whether the output of a masked step is zero, and not that of the step before
     * @param stateful whether the last states are kept for the next batch of training or evaluation
     */
    public SequenceOptions(
            boolean returnSequences,
            boolean returnState,
            boolean goBackwards,
            boolean unroll,
            boolean zeroOutputForMask,
            boolean stateful) {
        this(returnSequences, returnState, goBackwards, unroll, zeroOutputForMask, stateful, false);
    }

    /**
     * Keras's defaults: the last output only.
     *
     * @return the options
     */
    public static SequenceOptions lastOutput() {
        return new SequenceOptions(false, false, false, false, false);
    }

    /**
     * The outputs of all steps.
     *
     * @return the options
     */
    public static SequenceOptions allOutputs() {
        return new SequenceOptions(true, false, false, false, false);
    }

    /**
     * The last states are given too.
     *
     * @return changed options
     */
    public SequenceOptions withState() {
        return new SequenceOptions(
                returnSequences, true, goBackwards, unroll, zeroOutputForMask, stateful, masksBesideStates);
    }

    /**
     * The last step comes first.
     *
     * @return changed options
     */
    public SequenceOptions backwards() {
        return new SequenceOptions(
                returnSequences, returnState, true, unroll, zeroOutputForMask, stateful, masksBesideStates);
    }

    /**
     * Whether outputs are made zero by the mask of other steps: an unrolled loop of Keras goes backwards through input and mask, and
     * then lays the mask as it came over the outputs in the order in which they were computed.
     */
    boolean zeroesOtherSteps() {
        return unroll && goBackwards && returnSequences;
    }

    /** The other direction. */
    SequenceOptions reversed() {
        return new SequenceOptions(
                returnSequences, returnState, !goBackwards, unroll, zeroOutputForMask, stateful, masksBesideStates);
    }

    static SequenceOptions read(Config config) {
        if (config.truth("time_major", false)) {
            throw config.refused("time_major", "true", "false, as Slipway does not support it");
        }
        return new SequenceOptions(
                config.truth("return_sequences", false),
                config.truth("return_state", false),
                config.truth("go_backwards", false),
                config.truth("unroll", false),
                config.truth("zero_output_for_mask", false),
                config.truth("stateful", false),
                config.truth(Keras2Masks.BESIDE_STATES, false));
    }

    void write(ObjectNode config) {
        config.put("return_sequences", returnSequences).put("return_state", returnState);
        config.put("go_backwards", goBackwards).put("stateful", stateful).put("unroll", unroll);
        config.put("zero_output_for_mask", zeroOutputForMask);
        if (masksBesideStates) {
            config.put(Keras2Masks.BESIDE_STATES, true);
        }
    }
}
