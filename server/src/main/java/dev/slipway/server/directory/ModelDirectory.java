package dev.slipway.server.directory;

import dev.slipway.runtime.Predictor;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelLoadException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelSource;
import dev.slipway.server.models.ModelState;
import dev.slipway.server.models.VersionStatus;
import dev.slipway.server.traffic.Traffic;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Serves what lies in a directory, and follows its changes on a thread of its own, where models are loaded one after another.
 *
 * <p>A version answers when it has been loaded and warmed up, and not before; the one that it replaces answers until then. A
 * version that cannot be loaded is reported with the reason, and tried again when its file changes; what answered before
 * answers on. If the directory itself is gone or cannot be read, everything answers on. Safe for use by several threads.
 */
public final class ModelDirectory implements ModelSource {
    private static final System.Logger LOG = System.getLogger(ModelDirectory.class.getName());

    /** A file that is being copied changes all the time: there is no need to look each time. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ModelRepository models;
    private final Path directory;
    private final ModelLoader loader;
    private final Layout layout;
    private final DirectoryOptions options;
    private final FolderWatch watch = new FolderWatch();
    private final Thread follower = new Thread(this::follow, "slipway-models");

    /** What follows is guarded by this object, which is held while a model is loaded: one at a time. */
    private final Map<String, Map<String, VersionFile>> files = new HashMap<>();

    private final Set<String> stopped = new HashSet<>();
    private final Map<String, Long> missingSince = new HashMap<>();
    private boolean isUnsettled;
    private boolean isLost;
    private boolean isClosed;

    /**
     * Makes a source of models.
     *
     * @param models where they are published
     * @param directory the directory
     * @param loader reads files of models
     * @param options how the directory is followed
     * @throws IllegalArgumentException if there is no such directory
     */
    public ModelDirectory(ModelRepository models, Path directory, ModelLoader loader, DirectoryOptions options) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + " (expected: a directory of models)");
        }
        this.models = models;
        this.directory = directory;
        this.loader = loader;
        this.layout = new Layout(loader);
        this.options = options;
        follower.setDaemon(true);
    }

    @Override
    public void begin() {
        look();
        lookAgainIfFresh();
        if (options.watch()) {
            follower.start();
        }
    }

    /** What has just been saved is waited for, once: whoever starts a server on it wants to see it served. */
    private void lookAgainIfFresh() {
        try {
            synchronized (this) {
                if (!isUnsettled) {
                    return;
                }
            }
            Thread.sleep(options.settle().toMillis());
            look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try {
            while (!Thread.interrupted()) {
                watch.await(pause());
                Thread.sleep(PAUSE.toMillis());
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Duration pause() {
        boolean sooner = isUnsettled && options.settle().compareTo(options.poll()) < 0;
        return sooner ? options.settle() : options.poll();
    }

    /** Takes up what has changed. */
    private synchronized void look() {
        watch.follow(layout.folders(directory));
        isUnsettled = false;
        Optional<Map<String, FoundModel>> found = layout.look(directory);
        warnIfLost(found.isEmpty());
        if (found.isPresent()) {
            missingSince.keySet().removeAll(found.get().keySet());
            List.copyOf(files.keySet()).stream()
                    .filter(name -> !found.get().containsKey(name) && isGone(name))
                    .forEach(this::forget);
            found.get().values().forEach(model -> update(model, options.settle()));
        }
    }

    private void warnIfLost(boolean lost) {
        if (lost && !isLost) {
            LOG.log(Level.WARNING, directory + " cannot be read: all models answer on as they are");
        }
        isLost = lost;
    }

    /** Who removes the whole directory removes its entries first: these may be meant to stay. */
    private boolean isGone(String name) {
        long now = System.nanoTime();
        boolean gone = now - missingSince.computeIfAbsent(name, any -> now)
                >= options.settle().toNanos();
        isUnsettled |= !gone;
        return gone;
    }

    private void forget(String name) {
        retain(name, Set.of());
        Traffic.of(models).forget(name);
        files.remove(name);
        stopped.remove(name);
        missingSince.remove(name);
    }

    private void update(FoundModel found, Duration settle) {
        if (stopped.contains(found.name()) || isClosed) {
            return;
        }
        Optional<Serving> serving = serving(found);
        if (serving.isEmpty()) {
            return;
        }
        Set<String> kept = new HashSet<>();
        int newest = serving.get().newest();
        for (String version : newestFirst(found)) {
            if (newest > 0 || serving.get().wants(version)) {
                kept.add(version);
                if (isServed(found, version, settle)) {
                    newest--;
                }
            }
        }
        retain(found.name(), kept);
        if (models.knows(found.name())) {
            models.label(found.name(), serving.get().labels());
            Traffic.of(models).follow(found.name(), serving.get().traffic());
        }
    }

    /** Empty if the file is broken: then all stays as it is. */
    private Optional<Serving> serving(FoundModel found) {
        Serving otherwise = Serving.newest(options.keep());
        try {
            return Optional.of(
                    found.serving().map(file -> Serving.read(file, otherwise)).orElse(otherwise));
        } catch (IllegalArgumentException e) {
            newestFirst(found).stream()
                    .limit(1)
                    .forEach(version -> models.report(
                            found.name(), version, ModelState.UNAVAILABLE, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private static List<String> newestFirst(FoundModel found) {
        return found.versions().keySet().stream()
                .sorted(Comparator.<String>comparingLong(Long::parseLong).reversed())
                .toList();
    }

    /** Whether a version answers, after it has been loaded if it is to be. */
    private boolean isServed(FoundModel model, String version, Duration settle) {
        VersionFile file = files.computeIfAbsent(model.name(), any -> new HashMap<>())
                .computeIfAbsent(version, any -> new VersionFile());
        FoundModel.Version found = Objects.requireNonNull(model.versions().get(version));
        Optional<VersionFile.Content> content = VersionFile.Content.of(found.file());
        if (content.isEmpty()) {
            return file.isLoaded();
        }
        long now = System.nanoTime();
        file.see(content.get(), now);
        if (!file.isDone() && !file.isSettled(settle, System.currentTimeMillis(), now)) {
            isUnsettled = true;
            models.report(model.name(), version, ModelState.LOADING, "its file is still being written");
        } else if (!file.isDone()) {
            load(model.name(), version, found, file);
        }
        return file.isLoaded();
    }

    private void load(String name, String version, FoundModel.Version found, VersionFile file) {
        models.report(name, version, ModelState.LOADING, "");
        try {
            models.publish(open(name, version, found));
            file.load();
            LOG.log(Level.INFO, "model " + name + " version " + version + " is ready");
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // Whatever a file does to its reader: the other models answer on.
            String why = Objects.requireNonNullElse(e.getMessage(), e.toString());
            file.fail(why);
            models.report(name, version, ModelState.UNAVAILABLE, why);
            LOG.log(Level.WARNING, "model " + name + " version " + version + " cannot be loaded: " + why);
        }
    }

    private ServedModel open(String name, String version, FoundModel.Version found) {
        if (!found.problem().isEmpty()) {
            throw new IllegalArgumentException(found.problem());
        }
        Predictor predictor = loader.load(found.file());
        try {
            ServedModel model = ServedModel.of(name, version, predictor);
            WarmUp.run(model, found.file());
            return model;
        } catch (RuntimeException e) {
            predictor.close();
            throw e;
        }
    }

    private void retain(String name, Set<String> kept) {
        Map<String, VersionFile> known = files.getOrDefault(name, Map.of());
        for (String version : List.copyOf(known.keySet())) {
            if (!kept.contains(version)) {
                known.remove(version);
                models.remove(name, version);
            }
        }
    }

    @Override
    public synchronized void load(String name) {
        Optional<FoundModel> found = layout.look(directory).map(all -> all.get(name));
        if (found.isEmpty()) {
            models.versions(name);
            throw new ModelLoadException(name, "no longer in " + directory.getFileName());
        }
        stopped.remove(name);
        files.getOrDefault(name, Map.of()).values().forEach(VersionFile::forgetFailure);
        update(found.get(), Duration.ZERO);
        models.versions(name).stream()
                .filter(version -> !version.reason().isEmpty())
                .reduce((older, newer) -> newer)
                .ifPresent(version -> {
                    throw new ModelLoadException(name, "version " + version.version() + ": " + version.reason());
                });
    }

    @Override
    public synchronized void unload(String name) {
        for (VersionStatus version : models.versions(name)) {
            models.unload(name, version.version(), "unloaded");
        }
        files.getOrDefault(name, new HashMap<>()).replaceAll((version, file) -> new VersionFile());
        stopped.add(name);
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        watch.close();
        follower.interrupt();
        try {
            follower.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
