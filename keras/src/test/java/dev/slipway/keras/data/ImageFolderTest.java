package dev.slipway.keras.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Shape;
import dev.slipway.keras.data.ImageFolder.Labels;
import dev.slipway.keras.data.ImageForm.Aspect;
import dev.slipway.keras.data.ImageForm.Color;
import dev.slipway.keras.data.ImageForm.Resizing;
import dev.slipway.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder for each class, as Keras's {@code image_dataset_from_directory} reads it. */
class ImageFolderTest {
    @TempDir
    private Path directory = Path.of("");

    private static int level(int y, int x) {
        return (70 * y * y + 31 * x) % 256;
    }

    private Path gray(String name) throws IOException {
        BufferedImage image = new BufferedImage(5, 3, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 5; x++) {
                image.getRaster().setSample(x, y, 0, level(y, x));
            }
        }
        return write(image, name);
    }

    private Path flat(int rgb, String name) throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 2, 2, new int[] {rgb, rgb, rgb, rgb}, 0, 2);
        return write(image, name);
    }

    private Path write(BufferedImage image, String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile()))
                .isTrue();
        return file;
    }

    private static List<Tensor> all(ImageFolder images) {
        List<Tensor> rows =
                RowBuffer.of(images.spec(), (int) images.count().orElseThrow()).tensors();
        try (RowStream stream = images.open(0)) {
            assertThat(stream.read(rows)).isEqualTo((int) images.count().orElseThrow());
            assertThat(stream.read(rows)).isZero();
        }
        return rows;
    }

    /** Numbers of PyTorch's bilinear interpolation, which has TensorFlow's places; the nearest ones by hand. */
    @ParameterizedTest
    @CsvSource({
        "4, 4, BILINEAR, STRETCH, 3.875 42.625 81.375 120.125 47.625 86.375 125.125 163.875 56.625 95.375 134.125 172.875"
                + " 27.875 66.625 105.375 144.125",
        "2, 3, BILINEAR, STRETCH, 27.8333 79.5 131.1667 45.8333 97.5 149.1667",
        "4, 4, NEAREST, STRETCH, 0 31 93 124 70 101 163 194 70 101 163 194 24 55 117 148",
        "2, 2, BILINEAR, CROP, 56.25 102.75 74.25 120.75",
        "4, 4, BILINEAR, PAD, 0.4844 5.3281 10.1719 15.0156 30.125 68.875 107.625 146.375 45.125 83.875 122.625 161.375"
                + " 3.4844 8.3281 13.1719 18.0156",
    })
    void resizesAsKeras(int height, int width, Resizing resizing, Aspect aspect, String expected) throws IOException {
        gray("a/one.png");
        ImageForm form = new ImageForm(height, width, Color.GRAYSCALE, resizing, aspect);

        float[] found = all(ImageFolder.of(directory, form, Labels.INT)).get(0).toFloatArray();

        String[] words = expected.split(" ");
        assertThat(found).hasSize(words.length);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(Float.parseFloat(words[i]), within(1e-3f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "jpg"})
    void readsEveryFormat(String format) throws IOException {
        flat(0x405060, "a/x." + format);

        float[] pixels = all(ImageFolder.of(directory, ImageForm.of(2, 2), Labels.INT))
                .get(0)
                .toFloatArray();

        float tolerance = format.equals("jpg") ? 3 : 0;
        for (int i = 0; i < pixels.length; i++) {
            assertThat(pixels[i]).isCloseTo(new float[] {0x40, 0x50, 0x60}[i % 3], within(tolerance));
        }
    }

    @Test
    void bringsImagesIntoTheChannelsAskedFor() throws IOException {
        gray("a/gray.png");
        flat(0x102030, "b/color.png");
        ImageForm rgba = new ImageForm(3, 5, Color.RGBA, Resizing.BILINEAR, Aspect.STRETCH);
        ImageForm gray = new ImageForm(2, 2, Color.GRAYSCALE, Resizing.BILINEAR, Aspect.STRETCH);

        float[] four = all(ImageFolder.of(directory, rgba, Labels.INT)).get(0).toFloatArray();
        float[] one = all(ImageFolder.of(directory, gray, Labels.INT)).get(0).toFloatArray();

        assertThat(Arrays.copyOfRange(four, 4, 8)).containsExactly(31, 31, 31, 255);
        assertThat(one[4]).isEqualTo((float) Math.round(0.299 * 0x10 + 0.587 * 0x20 + 0.114 * 0x30));
    }

    @Test
    void numbersClassesByTheirNamesAndWalksFoldersInOrder() throws IOException {
        flat(3, "b/2.png");
        flat(2, "b/10.PNG");
        flat(4, "b/deep/1.png");
        flat(1, "a/x.png");
        flat(9, ".hidden/x.png");
        Files.writeString(directory.resolve("a/notes.txt"), "no image");

        ImageFolder images = ImageFolder.of(directory, ImageForm.of(2, 2), Labels.CATEGORICAL);
        List<Tensor> rows = all(images);

        assertThat(images.classes()).containsExactly("a", "b");
        assertThat(rows.get(1).toFloatArray()).containsExactly(1, 0, 0, 1, 0, 1, 0, 1);
        List<Float> blues = new ArrayList<>();
        for (int row = 0; row < 4; row++) {
            blues.add(rows.get(0).toFloatArray()[row * 12 + 2]);
        }
        assertThat(blues).containsExactly(1f, 2f, 3f, 4f);
        ImageFolder other = ImageFolder.of(directory, List.of("b", "a"), ImageForm.of(2, 2), Labels.BINARY);
        assertThat(all(other).get(1).shape()).isEqualTo(Shape.of(4, 1));
        assertThat(all(other).get(1).toFloatArray()).containsExactly(1, 0, 0, 0);
    }

    /** The numbers are numpy's: {@code RandomState(7).shuffle(list(range(12)))}. */
    @Test
    void dividesAsKeras() throws IOException {
        for (int i = 0; i < 12; i++) {
            flat(i, String.format("a/%02d.png", i));
        }
        ImageFolder images = ImageFolder.of(directory, ImageForm.of(1, 1), Labels.INT);

        assertThat(blues(images.training(0.25, 7))).containsExactly(7, 10, 2, 5, 0, 1, 11, 8, 3);
        assertThat(blues(images.validation(0.25, 7))).containsExactly(6, 9, 4);
        assertThat(new RandomState(123_456).permutation(1000))
                .startsWith(602, 357, 946, 829, 650, 232)
                .endsWith(171, 568, 49, 498, 746, 65);
        assertThatThrownBy(() -> images.training(0.01, 7))
                .hasMessage(
                        "validation_split: 0.01 of 12 images (expected: between 0 and 1, at least one image on either"
                                + " side)");
    }

    @Test
    void shufflesEveryPassAnewAndAlikeForOneSeed() throws IOException {
        for (int i = 0; i < 20; i++) {
            flat(i, String.format("a/%02d.png", i));
        }
        ImageFolder images = ImageFolder.of(directory, ImageForm.of(1, 1), Labels.INT);

        assertThat(blues(images.shuffled(1)))
                .containsExactlyInAnyOrderElementsOf(blues(images))
                .isNotEqualTo(blues(images))
                .isNotEqualTo(blues(images.shuffled(2)))
                .isEqualTo(blues(images.shuffled(1)));
    }

    private static List<Integer> blues(ImageFolder images) {
        float[] pixels = all(images).get(0).toFloatArray();
        List<Integer> blues = new ArrayList<>();
        for (int i = 2; i < pixels.length; i += 3) {
            blues.add((int) pixels[i]);
        }
        return blues;
    }

    @Test
    void namesABrokenImage() throws IOException {
        Path whole = flat(1, "a/whole.png");
        Path cut = directory.resolve("a/cut.png");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
        ImageFolder images = ImageFolder.of(directory, ImageForm.of(2, 2), Labels.INT);

        assertThatThrownBy(() -> all(images))
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith(cut + ": broken image: ")
                .hasMessageEndingWith("(expected: a whole PNG, JPEG, BMP or GIF); remove or replace it");

        Files.writeString(cut, "text");
        assertThatThrownBy(() -> all(images))
                .hasMessage(cut + ": not an image (expected: a PNG, JPEG, BMP or GIF); remove or replace it");
    }

    /** A PNG of a few bytes may say that it is as large as a town: the checksum is right. */
    @Test
    void unpacksNoImageThatSaysItIsHuge() throws IOException {
        Path bomb = flat(1, "a/bomb.png");
        ByteBuffer png = ByteBuffer.wrap(Files.readAllBytes(bomb));
        int header = 12;
        png.putInt(header + 4, 60_000).putInt(header + 8, 60_000);
        CRC32 checksum = new CRC32();
        checksum.update(png.array(), header, 17);
        Files.write(bomb, png.putInt(header + 17, (int) checksum.getValue()).array());
        ImageFolder images = ImageFolder.of(directory, ImageForm.of(2, 2), Labels.INT);

        assertThatThrownBy(() -> all(images))
                .isInstanceOf(DataFileException.class)
                .hasMessage(bomb + ": 3600000000 pixels (expected: at most 134217728)");
    }

    @Test
    void refusesFoldersWithoutClassesOrImages() throws IOException {
        ImageForm form = ImageForm.of(2, 2);
        assertThatThrownBy(() -> ImageFolder.of(directory, form, Labels.INT))
                .hasMessage(directory + ": no folders (expected: one for each class)");
        Files.createDirectories(directory.resolve("a"));
        assertThatThrownBy(() -> ImageFolder.of(directory, form, Labels.INT))
                .hasMessageStartingWith(directory + ": no images (expected: folders with files ending in [.bmp");
        assertThatThrownBy(() -> ImageFolder.of(directory, form, Labels.BINARY))
                .hasMessage(
                        directory + ": 1 classes [a] (expected: 2 for binary labels); use int or categorical labels");
        assertThatThrownBy(() -> ImageFolder.of(directory, List.of("b"), form, Labels.INT))
                .hasMessage(directory + ": classes [b] (expected: the names of its folders, [a])");
    }
}
