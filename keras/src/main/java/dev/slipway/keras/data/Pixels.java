package dev.slipway.keras.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** An image, or a part of one; what lies outside of it is 0. */
final class Pixels {
    /** What a file declares is not believed: an image of so many pixels needs half a gigabyte. */
    private static final long MOST = 1L << 27;

    private final byte[] numbers;
    private final Shape shape;
    private final Part part;

    /** {@code [rows, columns, channels]}. */
    private record Shape(int rows, int columns, int channels) {}

    private record Part(int top, int left, int height, int width) {}

    private Pixels(byte[] numbers, Shape shape, Part part) {
        this.numbers = numbers;
        this.shape = shape;
        this.part = part;
    }

    /**
     * Reads a file.
     *
     * @throws DataFileException naming the file, if it is no image that can be read
     * @throws UncheckedIOException if there is no such file
     */
    static Pixels read(Path file, int channels) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
        // Decoders meet broken files with exceptions of all kinds.
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            return of(decoded(file, stream), channels);
        } catch (DataFileException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new DataFileException(file + ": broken image: " + e.getMessage()
                    + " (expected: a whole PNG, JPEG, BMP or GIF); remove or replace it");
        }
    }

    private static BufferedImage decoded(Path file, ImageInputStream stream) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
        if (!readers.hasNext()) {
            throw new DataFileException(
                    file + ": not an image (expected: a PNG, JPEG, BMP or GIF); remove or replace it");
        }
        ImageReader reader = readers.next();
        try {
            reader.setInput(stream);
            long count = (long) reader.getWidth(0) * reader.getHeight(0);
            if (count > MOST) {
                throw new DataFileException(file + ": " + count + " pixels (expected: at most " + MOST + ")");
            }
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    private static Pixels of(BufferedImage image, int channels) {
        int rows = image.getHeight();
        int columns = image.getWidth();
        byte[] numbers = new byte[Math.multiplyExact(rows * columns, channels)];
        boolean isGray = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        for (int i = 0; i < rows * columns; i++) {
            int argb = isGray ? gray(image, i % columns, i / columns) : image.getRGB(i % columns, i / columns);
            put(numbers, i * channels, channels, argb);
        }
        return new Pixels(numbers, new Shape(rows, columns, channels), new Part(0, 0, rows, columns));
    }

    /** As it is in the file: {@code getRGB} would take the numbers of gray images for linear light. */
    private static int gray(BufferedImage image, int x, int y) {
        Raster raster = image.getRaster();
        int depth = image.getColorModel().getComponentSize(0);
        int level = depth > 8 ? raster.getSample(x, y, 0) >> (depth - 8) : raster.getSample(x, y, 0);
        int alpha = image.getColorModel().hasAlpha() ? image.getRGB(x, y) >>> 24 : 255;
        return alpha << 24 | level << 16 | level << 8 | level;
    }

    private static void put(byte[] numbers, int at, int channels, int argb) {
        int red = argb >> 16 & 255;
        int green = argb >> 8 & 255;
        int blue = argb & 255;
        if (channels == 1) {
            boolean isGray = red == green && green == blue;
            numbers[at] = (byte) (isGray ? red : Math.round(0.299 * red + 0.587 * green + 0.114 * blue));
            return;
        }
        numbers[at] = (byte) red;
        numbers[at + 1] = (byte) green;
        numbers[at + 2] = (byte) blue;
        if (channels == 4) {
            numbers[at + 3] = (byte) (argb >>> 24);
        }
    }

    int height() {
        return part.height();
    }

    int width() {
        return part.width();
    }

    /** A part of the whole image, which may reach beyond it. */
    Pixels part(int top, int left, int height, int width) {
        return new Pixels(numbers, shape, new Part(top, left, height, width));
    }

    float at(int y, int x, int channel) {
        int row = part.top() + y;
        int column = part.left() + x;
        boolean isInside = row >= 0 && row < shape.rows() && column >= 0 && column < shape.columns();
        return isInside ? numbers[(row * shape.columns() + column) * shape.channels() + channel] & 255 : 0;
    }
}
