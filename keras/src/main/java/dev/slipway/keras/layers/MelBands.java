package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * Triangles over the bins of a spectrum, whose corners are equally far apart on the mel scale; each is 1 at its top.
 *
 * <p>Source: {@code linear_to_mel_weight_matrix} of {@code keras.layers.MelSpectrogram}.
 *
 * @param count how many
 * @param bins over how many bins from 0 to half the sampling rate
 */
record MelBands(int count, int bins, double samplingRate, double lowest, double highest) {
    static MelBands read(Config config, int bins) {
        double rate = config.number("sampling_rate", 16000);
        double highest = config.number("max_freq", 0);
        int count = config.integer("num_mel_bins", 128);
        if (count < 1 || count > 1 << 12) {
            throw config.refused("num_mel_bins", count + "", "1 to 4096");
        }
        return new MelBands(
                count, bins, rate, config.number("min_freq", 20), highest == 0 ? Math.floor(rate / 2) : highest);
    }

    /** One row of weights of the bins for each band. */
    double[] weights() {
        double[] weights = new double[count * bins];
        double from = mel(lowest);
        double step = (mel(highest) - from) / (count + 1);
        for (int band = 0; band < count; band++) {
            double lower = from + band * step;
            // The bin at 0 hertz is in no band.
            for (int bin = 1; bin < bins; bin++) {
                double place = mel(samplingRate / 2 * bin / (bins - 1));
                double rising = (place - lower) / step;
                double falling = (lower + 2 * step - place) / step;
                weights[band * bins + bin] = Math.max(0, Math.min(rising, falling));
            }
        }
        return weights;
    }

    private static double mel(double hertz) {
        return 1127 * Math.log(1 + hertz / 700);
    }
}
