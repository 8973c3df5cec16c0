package dev.slipway.server.directory;

import dev.slipway.runtime.Predictor;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.ModelBatching;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelLoadException;
import dev.slipway.server.models.ModelMemory;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelSource;
import dev.slipway.server.models.ModelState;
import dev.slipway.server.models.VersionStatus;
import dev.slipway.server.traffic.Traffic;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

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
    private final Optional<MemoryBudget> budget;
    private final Optional<Demands> demands;
    private final FolderWatch watch = new FolderWatch();
    private final Thread follower = new Thread(this::follow, "slipway-models");

    /** How the last look failed, so that it is told once; empty if it did not. Of the follower. */
    private String lookFailure = "";

    /** What follows is guarded by this object, which is held while a model is loaded: one at a time. */
    private final Map<String, Map<String, VersionFile>> files = new HashMap<>();

    private final Set<String> stopped = new HashSet<>();
    private final Map<String, Long> missingSince = new HashMap<>();
    private boolean isBeginning;
    private boolean isUnsettled;

    /** Why a version waits for room; empty if none does. */
    private String obstacle = "";

    private boolean isLost;
    private boolean isClosed;

    /**
     * Makes a source of models.
     *
     * @param models where they are published
     * @param directory the directory
     * @param loader reads files of models
     * @param options how the directory is followed
     * @throws IllegalArgumentException if there is no such directory, or the file of rules of traffic is broken or cannot be
     *     read, or its folder is not there
     */
    public ModelDirectory(ModelRepository models, Path directory, ModelLoader loader, DirectoryOptions options) {
        this(models, directory, loader, options, Optional.empty());
    }

    /**
     * Makes a source of models of which those are loaded that there is memory for.
     *
     * @param models where they are published
     * @param directory the directory
     * @param loader reads files of models
     * @param options how the directory is followed
     * @param budget what they may take of the memory; empty for what they need
     * @throws IllegalArgumentException if there is no such directory, or the file of rules of traffic is broken or cannot be
     *     read, or its folder is not there
     */
    public ModelDirectory(
            ModelRepository models,
            Path directory,
            ModelLoader loader,
            DirectoryOptions options,
            Optional<MemoryBudget> budget) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + " (expected: a directory of models)");
        }
        this.models = models;
        this.directory = directory;
        this.loader = loader;
        this.layout = new Layout(loader);
        this.options = options;
        this.budget = budget;
        options.trafficFile().ifPresent(file -> Traffic.of(models).keepIn(file));
        this.demands = budget.map(any -> new Demands(this::loadOnDemand, options.loadWait()));
        follower.setDaemon(true);
    }

    @Override
    public void begin() {
        setBeginning(true);
        look();
        lookAgainIfFresh();
        setBeginning(false);
        if (options.watch()) {
            follower.start();
        }
    }

    private synchronized void setBeginning(boolean now) {
        isBeginning = now;
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
                lookOrWarn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What changes while it is looked at may fail in many ways: then it is looked at again, and what answers answers on. */
    private void lookOrWarn() {
        try {
            look();
            lookFailure = "";
        } catch (RuntimeException e) {
            if (!lookFailure.equals(e.toString())) {
                LOG.log(Level.WARNING, directory + " is looked at again: it failed", e);
            }
            lookFailure = e.toString();
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
            pinnedFirst(found.get().values()).forEach(model -> update(model, options.settle()));
        }
    }

    /** Those that are to stay in memory must not find it full of others. */
    private List<FoundModel> pinnedFirst(Collection<FoundModel> found) {
        if (budget.isEmpty()) {
            return List.copyOf(found);
        }
        found.forEach(model -> serving(model).ifPresent(serving -> budget.get().pin(model.name(), serving.pinned())));
        return found.stream()
                .sorted(Comparator.comparing(model -> !budget.get().isPinned(model.name())))
                .toList();
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
                if (isServed(found, version, serving.get().batching(), settle)) {
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
    private boolean isServed(FoundModel model, String version, ModelBatching batching, Duration settle) {
        VersionFile file = files.computeIfAbsent(model.name(), any -> new HashMap<>())
                .computeIfAbsent(version, any -> new VersionFile());
        FoundModel.Version found = Objects.requireNonNull(model.versions().get(version));
        file.find(found, batching);
        Optional<VersionFile.Content> content = file.content();
        if (content.isEmpty()) {
            return file.isLoaded();
        }
        long now = System.nanoTime();
        file.see(content.get(), now);
        if (!file.isDone() && !file.isSettled(settle, System.currentTimeMillis(), now)) {
            isUnsettled = true;
            models.report(model.name(), version, ModelState.LOADING, "its file is still being written");
        } else if (!file.isDone()) {
            loadIfThereIsRoom(model.name(), version, found, file);
        } else {
            reportAgain(model.name(), version, file);
        }
        return file.isLoaded();
    }

    /** What was said of a version because of another file, such as a broken serving.json, holds no more. */
    private void reportAgain(String name, String version, VersionFile file) {
        if (!models.knows(name)) {
            return;
        }
        models.versions(name).stream()
                .filter(each -> each.version().equals(version))
                .filter(each ->
                        each.state() == ModelState.READY || !file.problem().isEmpty())
                .filter(each -> !each.reason().equals(file.problem()))
                .findFirst()
                .ifPresent(each -> models.report(name, version, each.state(), file.problem()));
    }

    /**
     * While the server starts, what does not fit waits for a request. Later, what is new is loaded once, to see that it can be,
     * before it takes the place of what answers.
     */
    private void loadIfThereIsRoom(String name, String version, FoundModel.Version found, VersionFile file) {
        if (budget.isPresent() && found.problem().isEmpty() && fitsAlone(name, version, found, file)) {
            MemoryBudget.Need need = budget.get().need(file, found.file());
            boolean mayWait = isBeginning && !budget.get().isPinned(name);
            if (mayWait && !budget.get().fits(need.likely())) {
                models.offer(name, version);
                file.load();
                return;
            }
            if (!budget.get().makeRoom(models, need)) {
                isUnsettled = true;
                obstacle = budget.get().shortage(need);
                models.report(name, version, ModelState.LOADING, obstacle);
                return;
            }
        }
        if (!file.isDone()) {
            models.report(name, version, ModelState.LOADING, "");
            load(name, version, found, file);
        }
    }

    /** Whether a version may be loaded at all; if not, it has failed. */
    private boolean fitsAlone(String name, String version, FoundModel.Version found, VersionFile file) {
        try {
            budget.orElseThrow()
                    .requireFits(budget.get().need(file, found.file()).least());
            return true;
        } catch (IllegalArgumentException | UncheckedIOException e) {
            fail(name, version, file, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void load(String name, String version, FoundModel.Version found, VersionFile file) {
        try {
            models.publish(budget.isPresent() ? openCounted(name, version, found, file) : open(name, version, file));
            file.load();
            // It may take more than it was thought to.
            budget.ifPresent(limit -> limit.shrink(models));
            LOG.log(Level.INFO, "model " + name + " version " + version + " is ready");
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // Whatever a file does to its reader: the other models answer on.
            fail(name, version, file, Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    private void fail(String name, String version, VersionFile file, String why) {
        file.fail(why);
        models.report(name, version, ModelState.UNAVAILABLE, why);
        LOG.log(Level.WARNING, "model " + name + " version " + version + " cannot be loaded: " + why);
    }

    private ServedModel openCounted(String name, String version, FoundModel.Version found, VersionFile file) {
        MemoryBudget limit = budget.orElseThrow();
        long before = limit.measure();
        ServedModel model = open(name, version, file);
        try {
            long bytes = limit.since(before, found.file());
            file.measure(bytes);
            limit.requireFits(bytes);
            limit.add(model, bytes);
            return model;
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    @Override
    public CompletionStage<Void> demand(String name, String version) {
        return demands.map(all -> all.demand(name, version)).orElseGet(() -> ModelSource.super.demand(name, version));
    }

    @Override
    public Optional<ModelMemory> memory() {
        return budget.map(limit -> limit);
    }

    @Override
    public Optional<String> obstacle(String name, String version) {
        return demands.flatMap(all -> all.obstacle(name, version));
    }

    /** Loads a version that is on demand; also if its file has changed since it was looked at. */
    private synchronized Demands.Attempt loadOnDemand(String name, String version) {
        VersionFile file = files.getOrDefault(name, Map.of()).get(version);
        if (isClosed || file == null || !models.isOnDemand(name, version)) {
            return Demands.Attempt.over(Optional.empty());
        }
        FoundModel.Version found = file.found();
        Optional<VersionFile.Content> content = file.content();
        if (content.isEmpty()) {
            return Demands.Attempt.blocked("its file is not there (expected: " + found.file() + ")");
        }
        file.see(content.get(), System.nanoTime());
        if (!file.isDone() && !file.isSettled(options.settle(), System.currentTimeMillis(), System.nanoTime())) {
            return Demands.Attempt.blocked("its file is still being written");
        }
        MemoryBudget limit = budget.orElseThrow();
        if (fitsAlone(name, version, found, file)) {
            if (limit.makeRoom(models, limit.need(file, found.file()))) {
                load(name, version, found, file);
            }
            Optional<Lease> lease =
                    models.find(ModelAddress.version(name, version)).flatMap(Lease::on);
            if (lease.isPresent()) {
                limit.countLoad();
                return Demands.Attempt.over(lease);
            }
            if (models.isOnDemand(name, version)) {
                return Demands.Attempt.blocked(limit.shortage(limit.need(file, found.file())));
            }
        }
        file.forgetLoad();
        serveOlder(name);
        return Demands.Attempt.over(Optional.empty());
    }

    /** Where a version turns out to be broken, the one before it is served, as if that had been seen at once. */
    private void serveOlder(String name) {
        layout.look(directory).map(all -> all.get(name)).ifPresent(model -> update(model, options.settle()));
    }

    private ServedModel open(String name, String version, VersionFile file) {
        FoundModel.Version found = file.found();
        if (!found.problem().isEmpty()) {
            throw new IllegalArgumentException(found.problem());
        }
        Predictor predictor = loader.load(found.file());
        try {
            ServedModel model = ServedModel.of(name, version, predictor, file.batching());
            WarmUp.run(model, found.file());
            return model;
        } catch (RuntimeException | Error e) {
            predictor.close();
            throw e;
        }
    }

    private void retain(String name, Set<String> kept) {
        Map<String, VersionFile> known = files.getOrDefault(name, Map.of());
        // A broken serving.json is reported of a version that need not be one of them.
        Set<String> all = new HashSet<>(known.keySet());
        if (models.knows(name)) {
            models.versions(name).forEach(each -> all.add(each.version()));
        }
        for (String version : all) {
            if (!kept.contains(version)) {
                known.remove(version);
                models.remove(name, version);
            }
        }
    }

    @Override
    public void load(String name) {
        long end = System.nanoTime() + options.loadWait().toNanos();
        String why = loadUnlessBlocked(name);
        while (!why.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(PAUSE.toNanos());
            why = loadUnlessBlocked(name);
        }
        if (!why.isEmpty()) {
            throw ModelLoadException.noMemory(name, why);
        }
    }

    @Override
    public void load(String name, Path place) {
        Path asked = place.toAbsolutePath().normalize();
        Path root = directory.toAbsolutePath().normalize();
        boolean isElsewhere = layout.look(directory)
                .map(all -> all.get(name))
                .filter(found -> found.versions().values().stream()
                        .noneMatch(version ->
                                version.file().toAbsolutePath().normalize().startsWith(asked)))
                .isPresent();
        if (isElsewhere || !asked.startsWith(root) || asked.equals(root)) {
            throw new ModelLoadException(name, place + " (expected: where it lies in the directory of models)");
        }
        load(name);
    }

    /** Why there is no room, which may be another moment's matter; empty if all is loaded. */
    private synchronized String loadUnlessBlocked(String name) {
        Optional<FoundModel> found = layout.look(directory).map(all -> all.get(name));
        if (found.isEmpty()) {
            forgetStopped();
            models.versions(name);
            throw new ModelLoadException(name, "no longer in " + directory.getFileName());
        }
        stopped.remove(name);
        files.getOrDefault(name, Map.of()).values().forEach(VersionFile::forgetFailure);
        obstacle = "";
        update(found.get(), Duration.ZERO);
        loadAllOnDemand(name);
        if (!obstacle.isEmpty()) {
            return obstacle;
        }
        models.versions(name).stream()
                .filter(version -> !version.reason().isEmpty())
                .reduce((older, newer) -> newer)
                .ifPresent(version -> {
                    throw new ModelLoadException(name, "version " + version.version() + ": " + version.reason());
                });
        return "";
    }

    private void loadAllOnDemand(String name) {
        for (VersionStatus version : models.versions(name)) {
            if (version.state() == ModelState.ON_DEMAND) {
                Demands.Attempt attempt = loadOnDemand(name, version.version());
                attempt.lease().ifPresent(Lease::close);
                obstacle = attempt.obstacle().isEmpty() ? obstacle : attempt.obstacle();
            }
        }
    }

    @Override
    public synchronized void unload(String name) {
        for (VersionStatus version : models.versions(name)) {
            models.unload(name, version.version(), "unloaded");
        }
        files.getOrDefault(name, new HashMap<>()).replaceAll((version, file) -> new VersionFile());
        stopped.add(name);
        forgetStopped();
    }

    /** Where nobody looks at the directory, what has been unloaded and taken away would be known for ever. */
    private void forgetStopped() {
        if (!options.watch()) {
            layout.look(directory)
                    .ifPresent(found -> stopped.stream()
                            .filter(name -> !found.containsKey(name))
                            .toList()
                            .forEach(this::forget));
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        demands.ifPresent(Demands::close);
        watch.close();
        follower.interrupt();
        try {
            follower.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
