package dev.slipway.keras.data;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Images in folders, a folder for each class. Files are read when their rows are, so that there may be more than memory holds.
 *
 * <p>A row is an image {@code [height, width, channels]} of {@code FLOAT}, from 0 to 255, and its class: {@code [1]}, its number
 * in the order of the names, or {@code [classes]} with a single one.
 *
 * <p>Source: {@code keras.utils.image_dataset_from_directory} of Keras 3.9; the same names, order and division.
 */
public final class ImageFolder implements RowSource {
    private static final List<String> ENDINGS = List.of(".bmp", ".gif", ".jpeg", ".jpg", ".png");

    private final List<String> classes;
    private final List<Labelled> files;
    private final ImageForm form;
    private final Labels labels;
    private final OptionalLong shuffling;

    /** How classes come; the names are Keras's {@code label_mode}. */
    public enum Labels {
        /** Numbers {@code [batch, 1]}. */
        INT,
        /** Vectors {@code [batch, classes]} with a single one. */
        CATEGORICAL,
        /** Numbers 0 and 1, {@code [batch, 1]}; there must be two classes. */
        BINARY
    }

    private record Labelled(Path file, int number) {}

    private ImageFolder(
            List<String> classes, List<Labelled> files, ImageForm form, Labels labels, OptionalLong shuffling) {
        this.classes = List.copyOf(classes);
        this.files = List.copyOf(files);
        this.form = form;
        this.labels = labels;
        this.shuffling = shuffling;
    }

    /**
     * Finds the images of a folder: in its folders, whose names are the classes in alphanumeric order, and the folders in these.
     *
     * @param directory the folder
     * @param form the form into which they are brought
     * @param labels how classes come
     * @return the images, class by class, in the order of their names
     * @throws DataFileException if there are no classes or no images, or not two classes for binary labels
     * @throws UncheckedIOException if a folder cannot be read
     */
    public static ImageFolder of(Path directory, ImageForm form, Labels labels) {
        return of(directory, names(directory), form, labels);
    }

    /**
     * Finds the images of a folder, with classes in an order of one's own.
     *
     * @param directory the folder
     * @param classes the names of its folders, the first one being class 0
     * @param form the form into which they are brought
     * @param labels how classes come
     * @return the images, class by class, in the order of their names
     * @throws DataFileException if the names are not those of the folders, or there are no images
     * @throws UncheckedIOException if a folder cannot be read
     */
    public static ImageFolder of(Path directory, List<String> classes, ImageForm form, Labels labels) {
        List<String> found = names(directory);
        if (!found.equals(classes.stream().sorted().toList())) {
            throw new DataFileException(
                    directory + ": classes " + classes + " (expected: the names of its folders, " + found + ")");
        }
        if (labels == Labels.BINARY && found.size() != 2) {
            throw new DataFileException(directory + ": " + found.size() + " classes " + found
                    + " (expected: 2 for binary labels); use int or categorical labels");
        }
        List<Labelled> files = new ArrayList<>();
        for (String name : found) {
            images(directory.resolve(name)).forEach(file -> files.add(new Labelled(file, classes.indexOf(name))));
        }
        if (files.isEmpty()) {
            throw new DataFileException(
                    directory + ": no images (expected: folders with files ending in " + ENDINGS + ")");
        }
        return new ImageFolder(classes, files, form, labels, OptionalLong.empty());
    }

    private static List<String> names(Path directory) {
        List<String> names = list(directory)
                .filter(Files::isDirectory)
                .map(path -> path.getFileName().toString())
                .filter(name -> !name.startsWith("."))
                .sorted()
                .toList();
        if (names.isEmpty()) {
            throw new DataFileException(directory + ": no folders (expected: one for each class)");
        }
        return names;
    }

    private static Stream<Path> list(Path directory) {
        try (Stream<Path> paths = Files.list(directory)) {
            return List.copyOf(paths.toList()).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Folder by folder, as Keras walks them: the files of one before those of the folders in it. */
    private static List<Path> images(Path folder) {
        try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return paths.filter(Files::isRegularFile)
                    .filter(ImageFolder::isImage)
                    .sorted(Comparator.comparing(
                                    (Path path) -> path.resolveSibling("").toString())
                            .thenComparing(path -> path.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith);
    }

    /**
     * The names of the classes.
     *
     * @return in the order of their numbers
     */
    public List<String> classes() {
        return classes;
    }

    /**
     * Classes of which there is no image.
     *
     * @return their names, in the order of their numbers
     */
    public List<String> emptyClasses() {
        Set<Integer> found = files.stream().map(Labelled::number).collect(Collectors.toSet());
        return IntStream.range(0, classes.size())
                .filter(number -> !found.contains(number))
                .mapToObj(classes::get)
                .toList();
    }

    /**
     * The images to learn from, where a part is kept to be judged by.
     *
     * @param validationSplit the part that is kept, between 0 and 1
     * @param seed what that part is drawn from, as numpy draws it
     * @return those that Keras gives as {@code subset="training"} for the same split and seed
     * @throws IllegalArgumentException if nothing is left to learn from, or to be judged by
     */
    public ImageFolder training(double validationSplit, int seed) {
        return part(0, files.size() - kept(validationSplit), seed);
    }

    /**
     * The images to be judged by.
     *
     * @param validationSplit which part they are, between 0 and 1
     * @param seed what that part is drawn from, as numpy draws it
     * @return those that Keras gives as {@code subset="validation"} for the same split and seed
     * @throws IllegalArgumentException if nothing is left to learn from, or to be judged by
     */
    public ImageFolder validation(double validationSplit, int seed) {
        return part(files.size() - kept(validationSplit), files.size(), seed);
    }

    private int kept(double validationSplit) {
        int kept = (int) (validationSplit * files.size());
        if (!(validationSplit > 0 && validationSplit < 1) || kept == 0) {
            throw new IllegalArgumentException("validation_split: " + validationSplit + " of " + files.size()
                    + " images (expected: between 0 and 1, at least one image on either side)");
        }
        return kept;
    }

    private ImageFolder part(int from, int to, int seed) {
        int[] order = new RandomState(seed).permutation(files.size());
        List<Labelled> part =
                IntStream.range(from, to).mapToObj(i -> files.get(order[i])).toList();
        return new ImageFolder(classes, part, form, labels, shuffling);
    }

    /**
     * The same images, in another order in every pass.
     *
     * @param seed what the orders are drawn from
     * @return the images
     */
    public ImageFolder shuffled(long seed) {
        return new ImageFolder(classes, files, form, labels, OptionalLong.of(seed));
    }

    @Override
    public RowSpec spec() {
        Dimension batch = Dimension.symbol("batch");
        TensorSpec images =
                new TensorSpec("images", DataType.FLOAT, form.shape().prepend(batch));
        Shape label = Shape.of(labels == Labels.CATEGORICAL ? classes.size() : 1);
        return new RowSpec(
                List.of(images), List.of(new TensorSpec("class", DataType.FLOAT, label.prepend(batch))), List.of());
    }

    @Override
    public OptionalLong count() {
        return OptionalLong.of(files.size());
    }

    /** With images of zeros: to find a class no image need be read. */
    @Override
    public RowSource stored() {
        return new Stored(this);
    }

    private record Stored(ImageFolder folder) implements RowSource {
        @Override
        public RowSpec spec() {
            return folder.spec();
        }

        @Override
        public OptionalLong count() {
            return folder.count();
        }

        @Override
        public RowStream open(long pass) {
            return folder.stream(folder.files, file -> new float[0]);
        }

        @Override
        public RowPlaces places() {
            return folder.places();
        }
    }

    @Override
    public RowPlaces places() {
        return (row, target) ->
                Optional.of(files.get(Math.toIntExact(row)).file().toString());
    }

    @Override
    public RowStream open(long pass) {
        return stream(ordered(pass), file -> form.fit(Pixels.read(file, form.channels())));
    }

    private RowStream stream(List<Labelled> order, Function<Path, float[]> pixels) {
        return new RowStream() {
            private int taken;

            @Override
            public int read(List<Tensor> into) {
                int rows = Math.min((int) into.get(0).shape().size(0), order.size() - taken);
                FloatBuffer images = into.get(0).floats();
                FloatBuffer targets = into.get(1).floats();
                for (int row = 0; row < rows; row++) {
                    Labelled next = order.get(taken++);
                    images.put(pixels.apply(next.file()));
                    targets.put(label(next.number()));
                }
                return rows;
            }

            /** There is nothing open between files. */
            @Override
            public void close() {}
        };
    }

    private float[] label(int number) {
        if (labels != Labels.CATEGORICAL) {
            return new float[] {number};
        }
        float[] vector = new float[classes.size()];
        vector[number] = 1;
        return vector;
    }

    private List<Labelled> ordered(long pass) {
        if (shuffling.isEmpty()) {
            return files;
        }
        List<Labelled> order = new ArrayList<>(files);
        SplittableRandom random = ShuffledRows.random(shuffling.getAsLong(), pass);
        for (int i = order.size() - 1; i > 0; i--) {
            order.set(i, order.set(random.nextInt(i + 1), order.get(i)));
        }
        return order;
    }
}
