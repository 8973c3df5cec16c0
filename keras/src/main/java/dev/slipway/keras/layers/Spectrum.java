package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.Optional;

/**
 * Windows over frames of a signal, and the waves that a discrete Fourier transform multiplies them with.
 *
 * <p>Source: {@code scipy.signal.get_window}, for {@code hann} and {@code hamming}.
 */
public final class Spectrum {
    private Spectrum() {}

    /**
     * The window that a configuration names or lists under {@code window}; of ones where it gives none.
     *
     * @param config the configuration
     * @param length how many numbers it has
     * @param isPeriodic whether the number after the last one would be the first
     * @return the numbers
     * @throws dev.slipway.keras.config.ConfigException if there is no such window, or it has another length
     */
    public static double[] window(Config config, int length, boolean isPeriodic) {
        Optional<JsonNode> given = config.find("window");
        if (given.isEmpty() || !given.get().isTextual()) {
            double[] numbers = config.numbers("window").orElseGet(() -> ones(length));
            if (numbers.length != length) {
                throw config.refused("window", numbers.length + " numbers", length + ", as the frame is long");
            }
            return numbers;
        }
        String name = given.get().textValue();
        if (!name.equals("hann") && !name.equals("hamming")) {
            throw config.refused("window", name, "hann, hamming, a list of numbers or null");
        }
        return cosine(length, isPeriodic, name.equals("hann") ? 0.5 : 0.54);
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** {@code middle - (1 - middle) · cos(2πi / period)}. */
    private static double[] cosine(int length, boolean isPeriodic, double middle) {
        int period = isPeriodic || length == 1 ? length : length - 1;
        double[] window = new double[length];
        Arrays.setAll(window, i -> middle - (1 - middle) * Math.cos(2 * Math.PI * i / period));
        return length == 1 ? ones(1) : window;
    }

    /**
     * A number of the matrix that a signal is multiplied with.
     *
     * @param isReal whether the real part is asked for
     * @param time the place in the signal
     * @param bin how many turns the wave makes in it
     * @param length the signal's length
     * @return {@code cos(2π · time · bin / length)}, or as the imaginary part the sine, turned over
     */
    public static double wave(boolean isReal, long time, long bin, long length) {
        // Whole turns say nothing, and would cost precision.
        double angle = 2 * Math.PI * (time * bin % length) / length;
        return isReal ? Math.cos(angle) : -Math.sin(angle);
    }
}
