package dev.slipway.keras.saving;

/**
 * How much a model file may ask of the machine that reads it. A file is never believed: what it declares is compared with
 * what its sender had to send, before memory is taken.
 *
 * @param smallBytes what any file may unpack to and declare as weights, however small it is itself
 * @param expansion how many times its own length a longer file may unpack to and declare as weights; weights hardly
 *     compress, so 20 is generous
 * @param configBytes the longest configuration; ResNet-50's has 90 kB
 * @param configDepth the deepest nesting of a configuration
 * @param networkDepth networks in networks, of which an honest model has a handful
 * @param layerCalls the uses of layers, those inside a network counted at each use of it and for each network around
 *     it: a level of nesting could double them
 */
public record ReadLimits(
        long smallBytes, int expansion, int configBytes, int configDepth, int networkDepth, int layerCalls) {
    private static final ReadLimits DEFAULTS = new ReadLimits(64 << 20, 20, 16 << 20, 200, 32, 10_000);

    /**
     * Limits that no honest model is known to reach.
     *
     * @return the limits used where none are given
     */
    public static ReadLimits defaults() {
        return DEFAULTS;
    }

    /** How many bytes a file may unpack to, and how many of weights it may declare. */
    long bytesFrom(long fileBytes) {
        return Math.max(smallBytes, fileBytes * expansion);
    }
}
