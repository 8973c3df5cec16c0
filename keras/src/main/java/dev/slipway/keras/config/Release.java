package dev.slipway.keras.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From which release of Keras a model is, as far as releases of Keras 3 compute different numbers. */
public enum Release {
    /** Keras before 3.10. */
    FIRST("3.9.2"),
    /** Keras 3.10 to 3.14: {@code Softmax} gives 0 where its mask hides all of an axis, as attention does that uses it. */
    KERAS_3_10("3.10.0"),
    /** Keras from 3.15 on: transposed convolutions are the same on all backends, those of TensorFlow. */
    KERAS_3_15("3.15.1");

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    private final String version;

    Release(String version) {
        this.version = version;
    }

    /**
     * The release of a version of Keras.
     *
     * @param version the version, such as {@code 3.9.2}; empty if nothing tells
     * @return the release; the newest if nothing tells
     */
    public static Release of(String version) {
        Matcher numbers = NUMBERS.matcher(version);
        if (!numbers.matches()) {
            return newest();
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        if (major < 3 || (major == 3 && minor < 10)) {
            return FIRST;
        }
        return major == 3 && minor < 15 ? KERAS_3_10 : KERAS_3_15;
    }

    /**
     * What models are that come from no file.
     *
     * @return the last release that computes other numbers than those before it
     */
    public static Release newest() {
        return KERAS_3_15;
    }

    /**
     * What a file says in which a model of this release is written.
     *
     * @return a version of Keras
     */
    public String version() {
        return version;
    }

    /**
     * Whether what came with a release is in this one.
     *
     * @param other the release
     * @return true if this is that one or a later one
     */
    public boolean isSince(Release other) {
        return compareTo(other) >= 0;
    }
}
