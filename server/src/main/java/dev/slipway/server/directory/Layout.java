package dev.slipway.server.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What may lie where in a directory of models:
 *
 * <pre>
 * churn.keras              the model churn, version 1
 * prices/3/model.onnx      the model prices, version 3: the only file of a model in a folder whose name is a whole number
 * prices/4/MLmodel         version 4, as MLflow writes it: data/model.keras or data/model.h5 beside it
 * prices/serving.json      which versions are served, and labels
 * prices/4/warmup.json     requests to warm up with
 * reviews/MLmodel          the model reviews, version 1
 * 4f2ac1/model/any.keras   the model 4f2ac1, version 1, as SageMaker unpacks what it is to serve
 * </pre>
 *
 * <p>What begins with a dot, and what is none of these, is passed over.
 */
final class Layout {
    private static final String ONLY_VERSION = "1";
    private static final List<String> ML_MODEL_FILES = List.of("data/model.keras", "data/model.h5");

    private final ModelLoader loader;

    Layout(ModelLoader loader) {
        this.loader = loader;
    }

    /** The models in a directory by their names; empty if the directory cannot be read. */
    Optional<Map<String, FoundModel>> look(Path directory) {
        Map<String, FoundModel> found = new TreeMap<>();
        try {
            for (Path entry : list(directory)) {
                model(entry).ifPresent(model -> found.merge(model.name(), model, Layout::both));
            }
            return Optional.of(found);
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** The folders in which something may change. */
    List<Path> folders(Path directory) {
        List<Path> folders = new ArrayList<>(List.of(directory));
        for (Path model : listOrNothing(directory)) {
            if (Files.isDirectory(model)) {
                folders.add(model);
                listOrNothing(model).stream().filter(Files::isDirectory).forEach(folders::add);
            }
        }
        return folders;
    }

    private Optional<FoundModel> model(Path entry) {
        if (!Files.isDirectory(entry)) {
            return loader.reads(entry)
                    ? Optional.of(onlyVersion(withoutEnding(entry), new FoundModel.Version(entry, "")))
                    : Optional.empty();
        }
        String name = nameOf(entry);
        if (Files.isRegularFile(entry.resolve("MLmodel"))) {
            return Optional.of(onlyVersion(name, mlModel(entry)));
        }
        Map<String, FoundModel.Version> versions = new TreeMap<>();
        for (Path folder : listOrNothing(entry)) {
            if (Files.isDirectory(folder) && nameOf(folder).matches("[0-9]{1,18}")) {
                versions.put(nameOf(folder), version(folder));
            }
        }
        Path unpacked = entry.resolve("model");
        if (versions.isEmpty() && holdsModel(unpacked)) {
            return Optional.of(onlyVersion(name, version(unpacked)));
        }
        Path serving = entry.resolve("serving.json");
        return versions.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new FoundModel(name, versions, Optional.of(serving).filter(Files::isRegularFile)));
    }

    private static FoundModel onlyVersion(String name, FoundModel.Version version) {
        return new FoundModel(name, Map.of(ONLY_VERSION, version), Optional.empty());
    }

    private FoundModel.Version version(Path folder) {
        if (Files.isRegularFile(folder.resolve("MLmodel"))) {
            return mlModel(folder);
        }
        List<Path> files = files(folder);
        if (files.size() == 1) {
            return new FoundModel.Version(files.get(0), "");
        }
        return new FoundModel.Version(folder, files.size() + " files of models in its folder (expected: one)");
    }

    /** The files of models in a folder. */
    private List<Path> files(Path folder) {
        return listOrNothing(folder).stream()
                .filter(file -> Files.isRegularFile(file) && loader.reads(file))
                .toList();
    }

    private boolean holdsModel(Path folder) {
        return Files.isDirectory(folder)
                && (Files.isRegularFile(folder.resolve("MLmodel"))
                        || !files(folder).isEmpty());
    }

    private static FoundModel.Version mlModel(Path folder) {
        return ML_MODEL_FILES.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .map(file -> new FoundModel.Version(file, ""))
                .orElseGet(() -> new FoundModel.Version(
                        folder, "MLmodel without a file of a model (expected: one of " + ML_MODEL_FILES + ")"));
    }

    /** A file and a folder, or two files, of one name: which of them is meant nobody knows. */
    private static FoundModel both(FoundModel one, FoundModel other) {
        Map<String, FoundModel.Version> versions = new TreeMap<>(one.versions());
        other.versions().forEach((version, file) -> versions.merge(version, file, Layout::twice));
        return new FoundModel(one.name(), versions, one.serving().or(other::serving));
    }

    private static FoundModel.Version twice(FoundModel.Version one, FoundModel.Version other) {
        String problem = one.file().getFileName() + " and " + other.file().getFileName()
                + " are both this version (expected: one file)";
        return new FoundModel.Version(one.file(), problem);
    }

    private static List<Path> listOrNothing(Path folder) {
        try {
            return list(folder);
        } catch (UncheckedIOException e) {
            // It has gone since it was seen.
            return List.of();
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !nameOf(entry).startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutEnding(Path file) {
        String name = nameOf(file);
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static String nameOf(Path entry) {
        return String.valueOf(entry.getFileName());
    }
}
