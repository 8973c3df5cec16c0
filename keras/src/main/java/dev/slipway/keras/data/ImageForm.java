package dev.slipway.keras.data;

import dev.slipway.graph.Shape;

/**
 * The form into which images are brought: {@code [height, width, channels]}, numbers from 0 to 255.
 *
 * <p>Source: {@code keras.utils.image_dataset_from_directory} of Keras 3.9, whose resizing is {@code tf.image.resize} without
 * smoothing against aliasing.
 *
 * @param height rows of pixels
 * @param width columns of pixels
 * @param color which channels
 * @param resizing how pixels between pixels are computed
 * @param aspect what becomes of images of another ratio of sides
 */
public record ImageForm(int height, int width, Color color, Resizing resizing, Aspect aspect) {
    /** Which channels an image has; the names are Keras's {@code color_mode}. */
    public enum Color {
        /** One: {@code 0.299 · red + 0.587 · green + 0.114 · blue}. */
        GRAYSCALE(1),
        /** Red, green, blue. */
        RGB(3),
        /** And opacity. */
        RGBA(4);

        private final int channels;

        Color(int channels) {
            this.channels = channels;
        }
    }

    /** How images are made larger and smaller; the names are Keras's {@code interpolation}. */
    public enum Resizing {
        /** Linearly between the four nearest pixels. */
        BILINEAR,
        /** The nearest pixel. */
        NEAREST
    }

    /** What becomes of images whose sides have another ratio. */
    public enum Aspect {
        /** They are stretched. */
        STRETCH,
        /** Their middle is taken: Keras's {@code crop_to_aspect_ratio}. */
        CROP,
        /** Zeros are put around them: Keras's {@code pad_to_aspect_ratio}. */
        PAD
    }

    /**
     * Checks the lengths.
     *
     * @param height rows of pixels
     * @param width columns of pixels
     * @param color which channels
     * @param resizing how pixels between pixels are computed
     * @param aspect what becomes of images of another ratio of sides
     * @throws IllegalArgumentException if a length is below 1
     */
    public ImageForm {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "image size: [" + height + ", " + width + "] (expected: a height and a width of at least 1)");
        }
    }

    /**
     * Color images, stretched bilinearly: Keras's defaults.
     *
     * @param height rows of pixels
     * @param width columns of pixels
     * @return the form
     */
    public static ImageForm of(int height, int width) {
        return new ImageForm(height, width, Color.RGB, Resizing.BILINEAR, Aspect.STRETCH);
    }

    /**
     * The shape of an image.
     *
     * @return {@code [height, width, channels]}
     */
    public Shape shape() {
        return Shape.of(height, width, color.channels);
    }

    int channels() {
        return color.channels;
    }

    /** An image of {@code [height, width, channels]} in this form. */
    float[] fit(Pixels image) {
        return resized(
                switch (aspect) {
                    case STRETCH -> image;
                    case CROP -> {
                        int tall = between(1, (int) ((double) image.width() * height / width), image.height());
                        int wide = between(1, (int) ((double) image.height() * width / height), image.width());
                        yield image.part((image.height() - tall) / 2, (image.width() - wide) / 2, tall, wide);
                    }
                    case PAD -> {
                        int tall = Math.max((int) ((double) image.width() * height / width), image.height());
                        int wide = Math.max((int) ((double) image.height() * width / height), image.width());
                        yield image.part((image.height() - tall) / 2, (image.width() - wide) / 2, tall, wide);
                    }
                });
    }

    private static int between(int least, int number, int most) {
        return Math.max(Math.min(most, number), least);
    }

    private float[] resized(Pixels image) {
        int channels = channels();
        float[] numbers = new float[height * width * channels];
        Axis rows = Axis.of(image.height(), height, resizing);
        Axis columns = Axis.of(image.width(), width, resizing);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    float top = columns.mixed(
                            x,
                            image.at(rows.lower[y], columns.lower[x], c),
                            image.at(rows.lower[y], columns.upper[x], c));
                    float bottom = columns.mixed(
                            x,
                            image.at(rows.upper[y], columns.lower[x], c),
                            image.at(rows.upper[y], columns.upper[x], c));
                    numbers[(y * width + x) * channels + c] = rows.mixed(y, top, bottom);
                }
            }
        }
        return numbers;
    }

    /** Between which places of an axis the new ones lie; pixels have their numbers in their middle. */
    private static final class Axis {
        private final int[] lower;
        private final int[] upper;
        private final float[] share;

        private Axis(int length) {
            lower = new int[length];
            upper = new int[length];
            share = new float[length];
        }

        static Axis of(int from, int to, Resizing resizing) {
            Axis axis = new Axis(to);
            float scale = (float) from / to;
            for (int i = 0; i < to; i++) {
                float middle = (i + 0.5f) * scale;
                float place = resizing == Resizing.NEAREST ? (float) Math.floor(middle) : middle - 0.5f;
                int below = (int) Math.floor(place);
                axis.lower[i] = between(0, below, from - 1);
                axis.upper[i] = between(0, below + 1, from - 1);
                axis.share[i] = place - below;
            }
            return axis;
        }

        float mixed(int place, float low, float high) {
            return low + (high - low) * share[place];
        }
    }
}
