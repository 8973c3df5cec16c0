package dev.slipway.cli;

import static dev.slipway.cli.Run.slipway;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.Shape;
import dev.slipway.keras.data.Npy;
import dev.slipway.keras.data.Npz;
import dev.slipway.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a spec's data may be, and what is said of data that is broken. */
final class TrainingDataTest {
    @TempDir
    private Path directory = Path.of("");

    private Run train(String data) throws IOException {
        return train(data, true);
    }

    private Run train(String data, boolean shuffle) throws IOException {
        return train(data, "{epochs: 3, batch_size: 4, shuffle: " + shuffle + "}");
    }

    private Run train(String data, String fit) throws IOException {
        Path spec = Files.writeString(
                directory.resolve("train.yaml"),
                String.join(
                        "\n",
                        "model: {layers: [Flatten: {}, Dense: {units: 2, activation: softmax}]}",
                        "compile: {optimizer: sgd, loss: sparse_categorical_crossentropy, metrics: [accuracy]}",
                        "data: " + data,
                        "fit: " + fit,
                        "save: trained.keras"));
        return slipway("train", spec, "--quiet");
    }

    private void images() throws IOException {
        for (int i = 0; i < 12; i++) {
            BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
            for (int j = 0; j < 16; j++) {
                image.setRGB(j % 4, j / 4, i % 2 == 0 ? 0x030201 : 0x010203);
            }
            Path folder = Files.createDirectories(directory.resolve("pictures/" + (i % 2 == 0 ? "warm" : "cold")));
            ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
        }
    }

    @Test
    void learnsFromAFolderOfImages() throws IOException {
        images();
        String data = "{images: pictures, image_size: [4, 4], validation_split: 0.25, split_seed: 3}";

        Run run = train(data);

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("classes, from 0: cold, warm")
                .contains("on 9 rows for 3 epochs")
                .contains("best val_loss");
        assertThat(slipway("evaluate", directory.resolve("trained.keras"), "--spec", directory.resolve("train.yaml"))
                        .out())
                .contains("accuracy: ");
        Files.writeString(directory.resolve("pictures/cold/1.png"), "broken");
        assertThat(train(data).err())
                .contains(directory.resolve("pictures/cold/1.png") + ": not an image (expected: a PNG");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{images: none} | none",
                "{images: pictures, color_mode: gray} | color_mode = gray (expected: one of rgb, grayscale, rgba)",
                "{images: pictures, image_size: [4]} | image_size = [4.0] (expected: a height and a width",
                "{images: pictures, crop_to_aspect_ratio: true, pad_to_aspect_ratio: true} | pad_to_aspect_ratio",
                "{images: pictures, interpolation: lanczos3} | (expected: one of bilinear, nearest)",
                "{images: pictures, imagesize: 3} | imagesize",
            })
    void refusesFaultyImageSections(String data, String message) throws IOException {
        images();
        Run run = train(data);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains(message).doesNotContain("\tat ");
    }

    private void arrays(float[] x, float[] y, float[] weight) throws IOException {
        Tensor rows = Tensor.of(Shape.of(y.length, x.length / y.length), x);
        Tensor targets = Tensor.of(Shape.of(y.length), y);
        Tensor weights = Tensor.of(Shape.of(y.length), weight);
        Files.write(directory.resolve("x.npy"), Npy.write(rows));
        Files.write(directory.resolve("y.npy"), Npy.write(targets));
        Files.write(directory.resolve("w.npy"), Npy.write(weights));
        Files.write(directory.resolve("all.npz"), Npz.write(Map.of("x", rows, "y", targets, "w", weights)));
        StringBuilder csv = new StringBuilder("a,b,y,w\n");
        for (int i = 0; i < y.length; i++) {
            csv.append(x[2 * i] + "," + x[2 * i + 1] + "," + y[i] + "," + weight[i] + "\n");
        }
        Files.writeString(directory.resolve("all.csv"), csv);
    }

    private static final float[] X = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 3};
    private static final float[] Y = {0, 1, 1, 0, 1, 0, 0, 1, 1, 0};
    private static final float[] WEIGHTS = {1, 2, 3, 0, 1, 1, 2, 1, 4, 1};

    /** In file order, rows that stay in their files give the very numbers of those in memory, weights and all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{features: x.npy, targets: y.npy, sample_weight: w.npy}",
                "{features: x.npy, targets: y.npy, sample_weight: w.npy, shuffle_buffer: 3}",
                "{file: all.npz, features: x, targets: y, sample_weight: w}",
                "{file: all.npz, features: x, targets: y, sample_weight: w, shuffle_buffer: 3}",
                "{file: all.csv, features: [a, b], targets: [y], sample_weight: w}",
                "{file: all.csv, features: [a, b], targets: [y], sample_weight: w, shuffle_buffer: 3}",
            })
    void readsTheSameRowsFromEveryFile(String data) throws IOException {
        arrays(X, Y, WEIGHTS);
        String inMemory = "{features: x.npy, targets: y.npy, sample_weight: w.npy}";

        Run run = train(data, false);

        assertThat(run.err()).contains("on 10 rows");
        assertThat(run.out())
                .isEqualTo(train(inMemory, false).out())
                .isNotEqualTo(train("{features: x.npy, targets: y.npy}", false).out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{features: x.npy, targets: y.npy} | x.npy, row 7, column 1: NaN (expected: a finite number; rows and columns"
                        + " count from 0)",
                "{features: x.npy, targets: y.npy, shuffle_buffer: 2} | x.npy, row 7, column 1: NaN (expected: a finite",
                "{file: all.npz, features: x, targets: y} | all.npz: x, row 7, column 1: NaN (expected: a finite number",
                "{file: all.csv, features: [a, b], targets: [y]} | all.csv, line 9, column 'b': 'NaN' (expected: a finite",
            })
    void namesFileRowAndColumnOfWhatIsNoNumber(String data, String message) throws IOException {
        float[] x = X.clone();
        x[15] = Float.NaN;
        arrays(x, Y, WEIGHTS);

        Run run = train(data);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains(message);
        assertThat(directory.resolve("trained.keras")).doesNotExist();
    }

    @Test
    void namesTheRowOfALabelOutOfRange() throws IOException {
        float[] y = Y.clone();
        y[6] = 2;
        arrays(X, y, WEIGHTS);

        assertThat(train("{features: x.npy, targets: y.npy}").err())
                .contains("row 6: 2 (expected: a class, a whole number in [0, 2))");
        assertThat(train("{features: x.npy, targets: y.npy, shuffle_buffer: 2}").err())
                .contains(": 2 (expected: a class, a whole number in [0, 2))");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{file: all.csv, features: [a, b], targets: [y], shuffle_buffer: %d}",
                "{features: x.npy, targets: y.npy, shuffle_buffer: %d}"
            })
    void saysHowToSplitRowsThatStayInTheirFiles(String data) throws IOException {
        arrays(X, Y, WEIGHTS);
        String fit = "{validation_split: 0.2}";

        assertThat(train(data.formatted(9), fit).err())
                .isEqualToIgnoringNewLines(
                        "slipway: fit: validation_split = 0.2 (expected: 0, as the rows stay in their"
                                + " files; data: shuffle_buffer = 10 brings all of them into memory; or give validation_data)");
        assertThat(train(data.formatted(10), fit).out()).contains("val_loss");
    }

    @Test
    void namesTheRowAtWhichAFileEnds() throws IOException {
        arrays(X, Y, WEIGHTS);
        Path x = directory.resolve("x.npy");
        byte[] bytes = Files.readAllBytes(x);
        Files.write(x, Arrays.copyOf(bytes, bytes.length - 20));

        assertThat(train("{features: x.npy, targets: y.npy, shuffle_buffer: 2}").err())
                .contains("x.npy, row 7: the file ends (expected: 10 rows)");
    }

    /** Wherever the rows are while it trains, in memory, in files, shuffled or not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{features: x.npy, targets: y.npy} | y.npy, row 7: 4",
                "{features: x.npy, targets: y.npy, shuffle_buffer: 3} | y.npy, row 7: 4",
                "{file: all.npz, features: x, targets: y} | all.npz: y, row 7: 4",
                "{file: all.npz, features: x, targets: y, shuffle_buffer: 3} | all.npz: y, row 7: 4",
                "{file: all.csv, features: [a, b], targets: [y]} | all.csv, line 9, column 'y': 4",
                "{file: all.csv, features: [a, b], targets: [y], shuffle_buffer: 3} | all.csv, line 9, column 'y': 4",
                "{file: all.csv, features: {a: pass}, target: y} | all.csv, line 9, column 'y': 4",
                "{file: all.csv, features: {a: pass}, target: y, shuffle_buffer: 3} | all.csv, line 9, column 'y': 4",
            })
    void saysWhereAClassStandsThatTheModelHasNot(String data, String place) throws IOException {
        float[] y = Y.clone();
        y[7] = 4;
        arrays(X, y, WEIGHTS);

        Run run = train(data);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .contains(directory.resolve(place)
                        + " (expected: a class, a whole number in [0, 2)), as target of 'dense'");
        assertThat(directory.resolve("trained.keras")).doesNotExist();
    }

    @Test
    void saysWhichImageIsOfAClassThatTheModelHasNot() throws IOException {
        images();
        Files.move(directory.resolve("pictures/cold"), directory.resolve("pictures/z"));
        Files.createDirectories(directory.resolve("pictures/a"));

        Run run = train("{images: pictures, image_size: [4, 4]}");

        assertThat(run.err())
                .contains("note: class 'a' has no images")
                .contains(directory.resolve("pictures/z/1.png") + ": 2 (expected: a class");
    }

    @Test
    void refusesWhereNothingCanBeWrittenBeforeItTrains() throws IOException {
        arrays(X, Y, WEIGHTS);
        Files.writeString(directory.resolve("file"), "");
        Path spec = Files.writeString(directory.resolve("train.yaml"), """
                        model: {layers: [Dense: {units: 2}]}
                        compile: {optimizer: sgd, loss: mse}
                        data: {features: x.npy, targets: x.npy}
                        save: trained.keras
                        history: file/history.csv""");

        Run run = slipway("train", spec);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .isEqualToIgnoringNewLines("slipway: " + directory.resolve("file") + " cannot be created: "
                        + directory.resolve("file") + " is there and is no directory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{file: no.parquet, features: [a], targets: [y]} | no.parquet: no such file",
                "{file: empty.parquet, features: [a], targets: [y]} | empty.parquet: empty (expected: a Parquet file)",
                "{file: other.parquet, features: [a], targets: [y]} | other.parquet: broken Parquet: its end is missing, or it"
                        + " is of another format",
                "{features: no.npy, targets: no.npy} | no.npy: no such file",
                "{features: empty.npy, targets: empty.npy} | empty.npy: 0 bytes (expected: a numpy array)",
                "{images: other.parquet} | other.parquet cannot be read: not a directory",
            })
    void saysWhatIsWrongWithAFile(String data, String message) throws IOException {
        Files.writeString(directory.resolve("empty.parquet"), "");
        Files.writeString(directory.resolve("empty.npy"), "");
        Files.writeString(directory.resolve("other.parquet"), "a,b,y\n1,2,3\n");

        assertThat(train(data).err()).isEqualToIgnoringNewLines("slipway: " + directory.resolve(message));
    }
}
