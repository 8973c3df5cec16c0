package dev.slipway.server.models;

import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.ServedModel;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The models of a server, each in one or more versions, with labels for versions. A request that names no version gets the
 * newest one that is ready.
 *
 * <p>Models come and go while requests are answered: a request takes a {@link Lease}, and a version that has been replaced is
 * freed when its last lease is given back. Reading takes no lock: all that can be asked lies in one immutable map, which a
 * change replaces. Safe for use by several threads. Owns its models.
 */
public final class ModelRepository implements AutoCloseable {
    /** Written under the lock of this object. */
    private volatile Map<String, ModelEntry> entries = Map.of();

    private volatile Optional<ModelSource> source = Optional.empty();

    private final Map<Class<?>, Object> companions = new ConcurrentHashMap<>();

    /** Makes an empty repository. */
    public ModelRepository() {
        // Models are published one by one.
    }

    /**
     * Lets models come from somewhere; returns when all that is there has been tried once.
     *
     * @param models where they come from; closed with this repository
     */
    public void follow(ModelSource models) {
        source = Optional.of(models);
        models.begin();
    }

    /**
     * Where the models come from.
     *
     * @param name the model that is to come or go
     * @return who can load and unload it
     * @throws FixedModelsException if the models are a fixed list
     */
    public ModelSource source(String name) {
        return source.orElseThrow(() -> new FixedModelsException(name));
    }

    /**
     * Whether models come and go.
     *
     * @return false if they are a fixed list
     */
    public boolean comeAndGo() {
        return source.isPresent();
    }

    /**
     * What is kept about these models elsewhere: made once.
     *
     * @param kind what is kept; safe for use by several threads
     * @param maker makes it
     * @param <T> what is kept
     * @return the one of this repository
     */
    public <T> T companion(Class<T> kind, Function<ModelRepository, T> maker) {
        return kind.cast(companions.computeIfAbsent(kind, any -> maker.apply(this)));
    }

    /**
     * Takes a model for a request.
     *
     * @param address which model
     * @return the model, kept until the lease is closed
     * @throws ModelNotFoundException if there is none
     * @throws ModelUnavailableException if it is known and not ready
     * @throws ModelOnDemandException if it has to be loaded before
     */
    public Lease lease(ModelAddress address) {
        while (true) {
            Optional<Lease> lease = Lease.on(require(address));
            if (lease.isPresent()) {
                return lease.get();
            }
            // It has been replaced at this very moment, and the next look finds another, or none; or it has been
            // unloaded.
            ModelEntry.Version version = entry(address.name()).requireAnswering(address);
            if (version.isOnDemand()) {
                throw new ModelOnDemandException(
                        address.name(), version.status().version());
            }
        }
    }

    /**
     * Finds a model to be described; to predict, {@link #lease take it}.
     *
     * @param address which model
     * @return the model, which may be freed at any time, or has been
     * @throws ModelNotFoundException if there is none
     * @throws ModelUnavailableException if it is known and not ready
     * @throws ModelOnDemandException if it has never been loaded yet
     */
    public ServedModel require(ModelAddress address) {
        Map<String, ModelEntry> now = entries;
        ModelEntry entry = now.get(address.name());
        if (entry == null) {
            throw ModelNotFoundException.model(address.name(), List.copyOf(now.keySet()));
        }
        return entry.require(address);
    }

    /**
     * Refuses what does not answer.
     *
     * @param address which model
     * @throws ModelNotFoundException if there is none
     * @throws ModelUnavailableException if it is known and not ready, nor to be loaded on demand
     */
    public void requireAnswering(ModelAddress address) {
        entry(address.name()).requireAnswering(address);
    }

    /**
     * Whether a model answers, at once or after it has been loaded.
     *
     * @param address which model
     * @return false if there is none, or it is not ready
     */
    public boolean answers(ModelAddress address) {
        try {
            requireAnswering(address);
            return true;
        } catch (ModelNotFoundException | ModelUnavailableException e) {
            return false;
        }
    }

    /**
     * Finds a model, if it is ready.
     *
     * @param address which model
     * @return the model, which may be freed at any time; empty if there is none or it is not ready
     */
    public Optional<ServedModel> find(ModelAddress address) {
        try {
            return Optional.of(require(address));
        } catch (ModelNotFoundException | ModelUnavailableException | ModelOnDemandException e) {
            return Optional.empty();
        }
    }

    /**
     * Refuses what is not there.
     *
     * @param address which model
     * @throws ModelNotFoundException if there is no such model, version or label, ready or not
     */
    public void requireKnown(ModelAddress address) {
        ModelEntry entry = entry(address.name());
        if (address.version().isPresent() || address.label().isPresent()) {
            entry.resolve(address);
        }
    }

    /**
     * Finds out which version is meant, ready or not.
     *
     * @param address which model, with a version or a label
     * @return a version that is known
     * @throws ModelNotFoundException if there is none
     */
    public String resolve(ModelAddress address) {
        return entry(address.name()).resolve(address).status().version();
    }

    /**
     * The models that answer requests which name no version, as far as they are known: what is on demand and has never been
     * loaded is missing, what has been may be freed.
     *
     * @return the newest ready version of each model, by names
     */
    public List<ServedModel> latest() {
        return entries.values().stream()
                .flatMap(entry -> entry.latest().stream())
                .flatMap(version -> version.model().stream())
                .toList();
    }

    /**
     * The names of the models that answer requests which name no version, loaded or on demand.
     *
     * @return the names in order
     */
    public List<String> names() {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().latest().isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * The state of every version.
     *
     * @return by names, the oldest version of each first
     */
    public List<VersionStatus> index() {
        return entries.values().stream()
                .flatMap(entry -> entry.statuses().stream())
                .toList();
    }

    /**
     * The state of the versions of one model.
     *
     * @param name the model's name
     * @return the oldest first
     * @throws ModelNotFoundException if there is no such model
     */
    public List<VersionStatus> versions(String name) {
        return entry(name).statuses();
    }

    /**
     * Whether there is a model, ready or not.
     *
     * @param name the model's name
     * @return true if it has a version
     */
    public boolean knows(String name) {
        return entries.containsKey(name);
    }

    /**
     * The labels of one model.
     *
     * @param name the model's name
     * @return the version of each label
     * @throws ModelNotFoundException if there is no such model
     */
    public Map<String, String> labels(String name) {
        return entry(name).labels();
    }

    private ModelEntry entry(String name) {
        Map<String, ModelEntry> now = entries;
        return Optional.ofNullable(now.get(name))
                .orElseThrow(() -> ModelNotFoundException.model(name, List.copyOf(now.keySet())));
    }

    /**
     * What all answers here depend on.
     *
     * @return an object that is another one after every change
     */
    public Object snapshot() {
        return entries;
    }

    /**
     * Whether all models can be used.
     *
     * @return true if every model has a version that answers, at once or after it has been loaded
     */
    public boolean isReady() {
        return entries.values().stream().allMatch(entry -> entry.latest().isPresent());
    }

    /**
     * Lets a model answer from now on. A model of the same name and version that answered until now is freed after its last
     * request.
     *
     * @param model the model; closed by this repository
     */
    public void publish(ServedModel model) {
        VersionStatus status = new VersionStatus(model.name(), model.version(), ModelState.READY, "");
        ModelEntry.Version version = new ModelEntry.Version(status, Optional.of(model));
        replace(model.name(), model.version(), entry -> entry.with(version));
    }

    /**
     * Notes that a version does not answer, or not yet. A version that answers goes on answering: what fails is to replace it.
     * One that is on demand stays so while it is loaded.
     *
     * @param name the model's name
     * @param version the version
     * @param state what it does
     * @param reason why it does not answer
     */
    public synchronized void report(String name, String version, ModelState state, String reason) {
        if (state == ModelState.LOADING && isOnDemand(name, version)) {
            return;
        }
        Optional<ServedModel> model = model(name, version);
        ModelState shown = model.isPresent() ? ModelState.READY : state;
        VersionStatus status = new VersionStatus(name, version, shown, reason);
        change(name, entry -> entry.with(new ModelEntry.Version(status, model)));
    }

    /**
     * Lets a version answer no more; it stays known. It is freed after its last request.
     *
     * @param name the model's name
     * @param version the version
     * @param reason what whoever asks for it is told
     */
    public void unload(String name, String version, String reason) {
        VersionStatus status = new VersionStatus(name, version, ModelState.UNAVAILABLE, reason);
        replace(name, version, entry -> entry.with(new ModelEntry.Version(status, Optional.empty())));
    }

    /**
     * Lets a version be loaded when a request asks for it; until then it takes no memory.
     *
     * @param name the model's name
     * @param version the version, which is not loaded
     */
    public synchronized void offer(String name, String version) {
        change(name, entry -> entry.with(onDemand(name, version, Optional.empty())));
    }

    private static ModelEntry.Version onDemand(String name, String version, Optional<ServedModel> last) {
        return new ModelEntry.Version(new VersionStatus(name, version, ModelState.ON_DEMAND, ""), last);
    }

    /**
     * Whether a version is to be loaded when a request asks for it.
     *
     * @param name the model's name
     * @param version the version
     * @return false if it is loaded, unavailable or unknown
     */
    public boolean isOnDemand(String name, String version) {
        return Optional.ofNullable(entries.get(name))
                .flatMap(entry -> entry.version(version))
                .filter(ModelEntry.Version::isOnDemand)
                .isPresent();
    }

    /**
     * Frees a model that nobody uses at this moment, and lets it be loaded again on demand.
     *
     * @param model the model
     * @return false if it is used, or answers no more
     */
    public boolean evict(ServedModel model) {
        synchronized (this) {
            boolean answers = model(model.name(), model.version())
                    .filter(found -> found == model)
                    .isPresent();
            if (!answers || !model.retire()) {
                return false;
            }
            change(model.name(), entry -> entry.with(onDemand(model.name(), model.version(), Optional.of(model))));
        }
        model.free();
        return true;
    }

    /** Changes a model; what answered until now for the version is freed after its last request. */
    private void replace(String name, String version, UnaryOperator<ModelEntry> change) {
        Optional<ServedModel> before;
        synchronized (this) {
            before = model(name, version);
            change(name, change);
        }
        before.ifPresent(ServedModel::close);
    }

    private Optional<ServedModel> model(String name, String version) {
        return Optional.ofNullable(entries.get(name))
                .flatMap(entry -> entry.version(version))
                .flatMap(ModelEntry.Version::loaded);
    }

    /**
     * Forgets a version. It is freed after its last request.
     *
     * @param name the model's name
     * @param version the version
     */
    public void remove(String name, String version) {
        replace(name, version, entry -> entry.without(version));
    }

    /**
     * Gives versions labels, instead of those they had.
     *
     * @param name the model's name
     * @param labels the version of each label
     * @throws ModelNotFoundException if there is no such model
     */
    public synchronized void label(String name, Map<String, String> labels) {
        if (!entry(name).labels().equals(labels)) {
            change(name, entry -> entry.withLabels(labels));
        }
    }

    private synchronized void change(String name, UnaryOperator<ModelEntry> change) {
        Map<String, ModelEntry> all = new TreeMap<>(entries);
        ModelEntry changed = change.apply(all.getOrDefault(name, ModelEntry.empty(name)));
        if (changed.isEmpty()) {
            all.remove(name);
        } else {
            all.put(name, changed);
        }
        entries = Collections.unmodifiableMap(all);
    }

    /** Lets no more models come, and frees all of them, each after its last request. */
    @Override
    public void close() {
        source.ifPresent(ModelSource::close);
        for (VersionStatus each : index()) {
            remove(each.name(), each.version());
        }
    }
}
