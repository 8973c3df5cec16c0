package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.data.ImageFolder;
import dev.slipway.keras.data.ImageFolder.Labels;
import dev.slipway.keras.data.ImageForm;
import dev.slipway.keras.data.ImageForm.Aspect;
import dev.slipway.keras.data.ImageForm.Color;
import dev.slipway.keras.data.ImageForm.Resizing;
import dev.slipway.keras.data.PrefetchedRows;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.trainers.FitOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code data:} of a spec with images in folders, a folder for each class. Images are read while the model trains.
 *
 * @param directory the folder
 * @param classes the names of the classes in the order of their numbers; none for alphanumeric order
 * @param form the form into which images are brought
 * @param labels how classes come
 * @param validationSplit which part is kept to be judged by; 0 for none
 * @param splitSeed what that part is drawn from
 */
public record ImageSpec(
        Path directory,
        Optional<List<String>> classes,
        ImageForm form,
        Labels labels,
        double validationSplit,
        int splitSeed)
        implements DataSection {
    /** Keras's {@code image_size}. */
    private static final double[] SIZE = {256, 256};

    private static final int PREFETCHED_BLOCKS = 4;

    static ImageSpec read(ObjectNode section, String subject, Path specFile) {
        Config config = new Config(subject, section);
        String name = config.text("images", "");
        if (name.isEmpty()) {
            throw config.refused("images", "nothing", "a folder that has a folder for each class");
        }
        double split = config.number("validation_split", 0);
        if (!(split >= 0 && split < 1)) {
            throw config.refused("validation_split", Double.toString(split), "0 or between 0 and 1");
        }
        ImageSpec spec = new ImageSpec(
                specFile.resolveSibling(name),
                classes(config),
                form(config),
                choice(config, "label_mode", List.of(Labels.values())),
                split,
                config.integer("split_seed", 0));
        config.refuseOthers();
        return spec;
    }

    private static Optional<List<String>> classes(Config config) {
        return config.find("class_names").map(found -> {
            List<String> names = new ArrayList<>();
            for (JsonNode name : found) {
                names.add(name.asText());
            }
            return names;
        });
    }

    private static ImageForm form(Config config) {
        double[] size = config.numbers("image_size").orElse(SIZE);
        if (size.length != 2 || !(size[0] >= 1 && size[1] >= 1)) {
            throw config.refused("image_size", Arrays.toString(size), "a height and a width, such as [224, 224]");
        }
        boolean crops = config.truth("crop_to_aspect_ratio", false);
        boolean pads = config.truth("pad_to_aspect_ratio", false);
        if (crops && pads) {
            throw config.refused("pad_to_aspect_ratio", "true", "false, as crop_to_aspect_ratio is true");
        }
        return new ImageForm(
                (int) size[0],
                (int) size[1],
                choice(config, "color_mode", List.of(Color.RGB, Color.GRAYSCALE, Color.RGBA)),
                choice(config, "interpolation", List.of(Resizing.values())),
                crops ? Aspect.CROP : pads ? Aspect.PAD : Aspect.STRETCH);
    }

    /** One of some words; the first is the default. */
    private static <E extends Enum<E>> E choice(Config config, String key, List<E> values) {
        String found = config.text(key, word(values.get(0)));
        return values.stream()
                .filter(value -> word(value).equals(found))
                .findFirst()
                .orElseThrow(() -> config.refused(
                        key,
                        found,
                        "one of " + values.stream().map(ImageSpec::word).collect(Collectors.joining(", "))));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Path> files() {
        return List.of(directory);
    }

    private ImageFolder all() {
        return classes.map(names -> ImageFolder.of(directory, names, form, labels))
                .orElseGet(() -> ImageFolder.of(directory, form, labels));
    }

    @Override
    public TrainingData open(FitOptions fit) {
        ImageFolder all = all();
        ImageFolder training = validationSplit == 0 ? all : all.training(validationSplit, splitSeed);
        RowSource ordered = fit.shuffle() ? training.shuffled(fit.seed()) : training;
        Optional<RowSource> judged =
                validationSplit == 0 ? Optional.empty() : Optional.of(all.validation(validationSplit, splitSeed));
        return new TrainingData(
                new PrefetchedRows(ordered, fit.batchSize(), PREFETCHED_BLOCKS), judged, Optional.empty(), said(all));
    }

    /** A class without images, or a single one, is learned without a fault, but hardly meant. */
    private List<String> said(ImageFolder images) {
        List<String> lines = new ArrayList<>();
        lines.add("classes, from 0: " + String.join(", ", images.classes()));
        if (images.classes().size() == 1) {
            lines.add("note: there is one class only, and so nothing to tell apart");
        }
        images.emptyClasses().forEach(name -> lines.add("note: class '" + name + "' has no images"));
        return lines;
    }

    @Override
    public RowSource judged() {
        return validationSplit == 0 ? all() : all().validation(validationSplit, splitSeed);
    }
}
