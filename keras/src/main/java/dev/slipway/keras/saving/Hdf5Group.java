package dev.slipway.keras.saving;

import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A group to be written: attributes that are text or lists of text, datasets, and groups below it, all sorted by name. */
final class Hdf5Group {
    private final Map<String, List<String>> lists = new TreeMap<>();
    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, String> encodedTexts = new TreeMap<>();
    private final Map<String, Hdf5Group> groups = new TreeMap<>();
    private final Map<String, Tensor> datasets = new TreeMap<>();

    Hdf5Group text(String name, String value) {
        texts.put(name, value);
        return this;
    }

    /** A text that Keras encodes itself: HDF5 is told that it is ASCII, and old readers give it back as bytes. */
    Hdf5Group encodedText(String name, String value) {
        encodedTexts.put(name, value);
        return this;
    }

    /** A list of texts that Keras encodes itself. */
    Hdf5Group list(String name, List<String> values) {
        lists.put(name, List.copyOf(values));
        return this;
    }

    /** The group at a path below this one, made if it is not there. */
    Hdf5Group group(String path) {
        Hdf5Group found = this;
        for (String part : path.split("/", -1)) {
            found = found.groups.computeIfAbsent(part, k -> new Hdf5Group());
        }
        return found;
    }

    void dataset(String path, Tensor content) {
        int slash = path.lastIndexOf('/');
        Hdf5Group parent = slash < 0 ? this : group(path.substring(0, slash));
        if (parent.datasets.put(path.substring(slash + 1), content) != null) {
            throw new IllegalArgumentException("dataset " + path + " (expected: each name once)");
        }
    }

    Map<String, List<String>> lists() {
        return lists;
    }

    Map<String, String> texts() {
        return texts;
    }

    Map<String, String> encodedTexts() {
        return encodedTexts;
    }

    Map<String, Hdf5Group> groups() {
        return groups;
    }

    Map<String, Tensor> datasets() {
        return datasets;
    }
}
