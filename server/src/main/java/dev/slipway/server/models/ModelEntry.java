package dev.slipway.server.models;

import dev.slipway.server.inference.ServedModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** One model at one time: its versions, oldest first, and its labels. Immutable, so that a request reads it without a lock. */
final class ModelEntry {
    private final String name;
    private final NavigableMap<String, Version> versions;
    private final Map<String, String> labels;
    private final Optional<Version> latest;

    /**
     * A version, with its model if it is loaded. One that is on demand keeps the model as it was loaded last, for what it says
     * of itself.
     */
    record Version(VersionStatus status, Optional<ServedModel> model) {
        boolean answers() {
            return status.state().answers();
        }

        boolean isOnDemand() {
            return status.state() == ModelState.ON_DEMAND;
        }

        /** The model, if it is loaded. */
        Optional<ServedModel> loaded() {
            return isOnDemand() ? Optional.empty() : model;
        }
    }

    private ModelEntry(String name, NavigableMap<String, Version> versions, Map<String, String> labels) {
        this.name = name;
        this.versions = Collections.unmodifiableNavigableMap(versions);
        this.labels = Map.copyOf(labels);
        this.latest = versions.descendingMap().values().stream()
                .filter(Version::answers)
                .findFirst();
    }

    static ModelEntry empty(String name) {
        return new ModelEntry(name, new TreeMap<>(VersionOrder.OLDEST_FIRST), Map.of());
    }

    ModelEntry with(Version changed) {
        NavigableMap<String, Version> all = new TreeMap<>(versions);
        all.put(changed.status().version(), changed);
        return new ModelEntry(name, all, labels);
    }

    ModelEntry without(String version) {
        NavigableMap<String, Version> all = new TreeMap<>(versions);
        all.remove(version);
        Map<String, String> left = new TreeMap<>(labels);
        left.values().removeIf(version::equals);
        return new ModelEntry(name, all, left);
    }

    ModelEntry withLabels(Map<String, String> changed) {
        return new ModelEntry(name, new TreeMap<>(versions), changed);
    }

    boolean isEmpty() {
        return versions.isEmpty();
    }

    /** The newest version that answers. */
    Optional<Version> latest() {
        return latest;
    }

    Optional<Version> version(String version) {
        return Optional.ofNullable(versions.get(version));
    }

    Map<String, String> labels() {
        return labels;
    }

    List<VersionStatus> statuses() {
        List<VersionStatus> all = new ArrayList<>();
        versions.values().forEach(version -> all.add(version.status()));
        return all;
    }

    /** The model that is meant; of a version that is on demand, the one that was loaded last. */
    ServedModel require(ModelAddress address) {
        Version version = requireAnswering(address);
        return version.model()
                .orElseThrow(
                        () -> new ModelOnDemandException(name, version.status().version()));
    }

    /** The version that is meant, loaded or on demand. */
    Version requireAnswering(ModelAddress address) {
        if (address.version().isEmpty() && address.label().isEmpty()) {
            return latest.orElseThrow(() -> unavailable(address));
        }
        Version version = resolve(address);
        if (!version.answers()) {
            throw new ModelUnavailableException(address, version.status().version(), describe(version.status()));
        }
        return version;
    }

    /** The version that is named, or that has the label. */
    Version resolve(ModelAddress address) {
        String wanted =
                address.version().orElseGet(() -> labelled(address.label().orElseThrow()));
        return version(wanted)
                .orElseThrow(() -> ModelNotFoundException.version(wanted, List.copyOf(versions.keySet())));
    }

    private String labelled(String label) {
        String version = labels.get(label);
        if (version == null) {
            throw ModelNotFoundException.label(
                    label, labels.keySet().stream().sorted().toList());
        }
        return version;
    }

    private ModelUnavailableException unavailable(ModelAddress address) {
        if (versions.isEmpty()) {
            return new ModelUnavailableException(address, "", "no version");
        }
        VersionStatus newest = versions.lastEntry().getValue().status();
        return new ModelUnavailableException(address, newest.version(), describe(newest));
    }

    private static String describe(VersionStatus status) {
        return "version " + status.version() + " is " + status.state()
                + (status.reason().isEmpty() ? "" : ": " + status.reason());
    }
}
