package dev.slipway.keras.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Keras, and in what the numbers of models differ from one to the next. What a file holds is computed, trained and
 * written again as the Keras that wrote it did; what is made here is of the {@link #latest}.
 *
 * <p>Source: {@code Layer.__call__}, {@code MeanMetricWrapper.update_state}, {@code BaseOptimizer.build}, {@code Softmax} and
 * {@code compute_conv_transpose_padding_args_for_torch} of Keras 3.9.2 and 3.15.1, the pull requests 21569, 22021 and 22903 of Keras;
 * {@code base_layer.py} and {@code training.py} of Keras 2.3.1 and {@code tf.keras}.
 *
 * @param text as a file says it, such as {@code 3.9.2} or {@code 2.2.4-tf}; empty if nothing says so
 * @param major the first number; 0 if nothing says so
 * @param minor the second number
 */
public record KerasVersion(String text, int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})[\\w.+-]{0,40}");
    private static final KerasVersion LATEST = of("3.15.1");

    /** Of Keras 3, what computes as Keras 1 and 2 do, where no layer says what differs. */
    private static final String FIRST = "3.9.2";

    /**
     * The version that a file says.
     *
     * @param text such as {@code 3.9.2} or {@code 2.2.4-tf}; anything else is taken for one that nothing says
     * @return the version
     */
    public static KerasVersion of(String text) {
        Matcher matcher = NUMBERS.matcher(text);
        return matcher.matches()
                ? new KerasVersion(text, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : new KerasVersion("", 0, 0);
    }

    /**
     * The version of what is made here.
     *
     * @return the last that computes other numbers than those before it
     */
    public static KerasVersion latest() {
        return LATEST;
    }

    /**
     * What a file of Keras 3's form says in which a model of this version is written.
     *
     * @return a version of Keras 3
     */
    public String inKeras3() {
        return major >= 3 ? text : FIRST;
    }

    /**
     * Whether {@code Softmax} gives 0 where its mask hides all of an axis, as attention does that uses it.
     *
     * @return true for Keras 3.10 and later
     */
    public boolean hidesWholeAxes() {
        return isFrom(10);
    }

    /**
     * Whether {@code MultiHeadAttention} takes the masks off its inputs, so that what is computed after it finds none.
     *
     * @return true for Keras 3
     */
    public boolean attentionTakesMasks() {
        return isFrom(0);
    }

    /**
     * Whether transposed convolutions are those of TensorFlow on PyTorch too.
     *
     * @return true for Keras 3.15 and later
     */
    public boolean spreadsAlikeEverywhere() {
        return isFrom(15);
    }

    /**
     * Whether images are padded to an aspect ratio with the fill value on all sides on PyTorch too.
     *
     * @return true for Keras 3.15 and later; before, it was 1 on the left
     */
    public boolean fillsAlikeEverywhere() {
        return isFrom(15);
    }

    /**
     * Whether what a layer adds to the loss for the size of its results is divided by the number of rows.
     *
     * @return true for {@code tf.keras} and from Keras 3.14 on
     */
    public boolean sharesActivityAmongRows() {
        return isOfTensorFlow() || isFrom(14);
    }

    /**
     * Whether a mask leaves time steps out of metrics that are means even where nothing else weighs them.
     *
     * @return true for Keras 2, and from Keras 3.12 on
     */
    public boolean masksMetrics() {
        return major == 2 || isFrom(12);
    }

    /**
     * Whether an optimizer stores the moving means of all weights, then all sums of gradients, and last what weights share.
     *
     * @return true for Keras 3.10 and later; before, means and sums stood together weight by weight, and what weights share
     *     before the other slots
     */
    public boolean storesSlotsByKind() {
        return isFrom(10);
    }

    /** Whether it is a {@code tf.keras}, which is all there is of Keras 2 from 2.4 on. */
    private boolean isOfTensorFlow() {
        return major == 2 && (minor > 3 || text.endsWith("-tf"));
    }

    private boolean isFrom(int minorOf3) {
        return major > 3 || (major == 3 && minor >= minorOf3);
    }
}
