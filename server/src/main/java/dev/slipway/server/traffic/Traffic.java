package dev.slipway.server.traffic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelNotFoundException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.VersionStatus;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rules of a server's models: which version answers a request that names none. Without a rule for the model that is the newest
 * one that is ready.
 *
 * <p>A model has a rule of its directory, and one that was set by request, which comes first. Requests take no lock: all rules lie
 * in one immutable map, which a change replaces. Safe for use by several threads.
 */
public final class Traffic {
    private static final System.Logger LOG = System.getLogger(Traffic.class.getName());

    private final ModelRepository models;
    private final Surroundings surroundings;

    /** Guarded by this object. */
    private final Map<String, TrafficRule> ofDirectories = new TreeMap<>();

    /** Guarded by this object. */
    private Map<String, TrafficRule> ofRequests = new TreeMap<>();

    /** Guarded by this object. */
    private Optional<RuleFile> kept = Optional.empty();

    /** Written under the lock of this object. */
    private volatile Map<String, ModelTraffic> inForce = Map.of();

    Traffic(ModelRepository models, Surroundings surroundings) {
        this.models = models;
        this.surroundings = surroundings;
    }

    /**
     * The rules for the models of a repository.
     *
     * @param models the models
     * @return the one of this repository; without rules at first
     */
    public static Traffic of(ModelRepository models) {
        return models.companion(Traffic.class, each -> new Traffic(each, Surroundings.REAL));
    }

    /**
     * Whether a rule decides about a request. Costs one read of what other threads may write if there are no rules at all.
     *
     * @param address what is asked for
     * @return true if it names no version and its model has a rule
     */
    public boolean decides(ModelAddress address) {
        return find(address).isPresent();
    }

    private Optional<ModelTraffic> find(ModelAddress address) {
        Map<String, ModelTraffic> now = inForce;
        return now.isEmpty() || address.version().isPresent() || address.label().isPresent()
                ? Optional.empty()
                : Optional.ofNullable(now.get(address.name()));
    }

    /**
     * Takes a version for a request.
     *
     * @param address what is asked for
     * @param marks what else the request says
     * @return the version
     * @throws ModelNotFoundException if there is no such model, or no such version or label
     * @throws dev.slipway.server.models.ModelUnavailableException if it is known and not ready
     */
    public Route route(ModelAddress address, Marks marks) {
        Optional<ModelTraffic> rule = find(address);
        return rule.isPresent() ? rule.get().route(marks) : new DirectRoute(models.lease(address));
    }

    /**
     * Lets rules that are set by request outlast this server. Those that a file has kept are in force as soon as their models are
     * there.
     *
     * @param file the file, which need not be there yet
     * @throws IllegalArgumentException if the file is broken or cannot be read, or its folder is not there
     */
    public synchronized void keepIn(Path file) {
        ofRequests.putAll(RuleFile.read(file));
        kept = Optional.of(RuleFile.at(file));
    }

    /** Sets or removes a rule of a request; all stays as it is if that cannot be kept. */
    private void change(String name, Optional<TrafficRule> rule) {
        Map<String, TrafficRule> changed = new TreeMap<>(ofRequests);
        rule.ifPresentOrElse(given -> changed.put(name, given), () -> changed.remove(name));
        if (!changed.equals(ofRequests)) {
            kept.ifPresent(file -> file.write(changed));
        }
        ofRequests = changed;
    }

    /**
     * Follows what a model's directory says; does nothing if that is what it said before.
     *
     * @param name the model's name
     * @param rule the rule; empty for none
     */
    public synchronized void follow(String name, Optional<TrafficRule> rule) {
        rule.ifPresentOrElse(given -> ofDirectories.put(name, given), () -> ofDirectories.remove(name));
        update(name);
    }

    /**
     * Forgets all rules of a model.
     *
     * @param name the name of a model that is no longer there
     */
    public synchronized void forget(String name) {
        ofDirectories.remove(name);
        try {
            change(name, Optional.empty());
        } catch (UncheckedIOException e) {
            LOG.log(Level.WARNING, "the rule of model " + name + ", which is gone, is still kept: " + e.getMessage());
            ofRequests.remove(name);
        }
        update(name);
    }

    /**
     * Sets a rule, which comes before the one of the model's directory until it is {@link #remove removed}, or the server stops
     * and does not {@link #keepIn keep} it. Begins anew if the model has the rule already.
     *
     * @param name the model's name
     * @param rule the rule
     * @throws ModelNotFoundException if there is no such model
     * @throws InputException if the rule names what is no version and no label of the model
     * @throws UncheckedIOException if the change cannot be kept; then all stays as it was
     */
    public synchronized void put(String name, TrafficRule rule) {
        requireVariants(name, rule);
        change(name, Optional.of(rule));
        replace(name, Optional.of(rule));
    }

    /**
     * Removes the rule that was set by request; that of the model's directory is in force again, if there is one.
     *
     * @param name the model's name
     * @throws ModelNotFoundException if there is no such model
     * @throws NoTrafficRuleException if no rule was set
     * @throws UncheckedIOException if the change cannot be kept; then all stays as it was
     */
    public synchronized void remove(String name) {
        models.versions(name);
        if (!ofRequests.containsKey(name)) {
            throw new NoTrafficRuleException(name, "one that was set by PUT; that of serving.json is changed there");
        }
        change(name, Optional.empty());
        update(name);
    }

    /**
     * Begins a rule anew: a variant that was rolled back has its share again, and all numbers are 0.
     *
     * @param name the model's name
     * @throws ModelNotFoundException if there is no such model
     * @throws NoTrafficRuleException if it has no rule
     */
    public synchronized void reset(String name) {
        ModelTraffic now =
                find(name).orElseThrow(() -> new NoTrafficRuleException(name, "one in serving.json, or set by PUT"));
        replace(name, Optional.of(now.rule()));
    }

    /**
     * What is in force, and what came of it.
     *
     * @param name the model's name
     * @return a JSON object, whose {@code source} is {@code none} if the model has no rule
     * @throws ModelNotFoundException if there is no such model
     */
    public synchronized ObjectNode describe(String name) {
        String source = ofRequests.containsKey(name) ? "request" : "serving.json";
        return find(name).map(found -> TrafficJson.describe(found, source)).orElseGet(() -> TrafficJson.describe(name));
    }

    /** The rule of a model that is there. */
    private Optional<ModelTraffic> find(String name) {
        models.versions(name);
        return Optional.ofNullable(inForce.get(name));
    }

    /**
     * What an index says of a version besides its state.
     *
     * @param status the version
     * @return why it does not answer, or has lost its share; empty if all is well
     */
    public String reason(VersionStatus status) {
        return status.reason().isEmpty()
                ? Optional.ofNullable(inForce.get(status.name()))
                        .flatMap(each -> each.reason(status.version()))
                        .orElse("")
                : status.reason();
    }

    /** All rules in force, by names of models. */
    Collection<ModelTraffic> all() {
        return inForce.values();
    }

    private void update(String name) {
        Optional<TrafficRule> wanted =
                Optional.ofNullable(ofRequests.get(name)).or(() -> Optional.ofNullable(ofDirectories.get(name)));
        Optional<ModelTraffic> now = Optional.ofNullable(inForce.get(name));
        boolean stays = wanted.isEmpty()
                ? now.isEmpty()
                : now.filter(each -> each.isOf(wanted.get())).isPresent();
        if (!stays) {
            replace(name, wanted);
        }
    }

    private void replace(String name, Optional<TrafficRule> rule) {
        Map<String, ModelTraffic> all = new TreeMap<>(inForce);
        Optional<ModelTraffic> before = Optional.ofNullable(all.remove(name));
        rule.ifPresent(given -> all.put(name, new ModelTraffic(models, name, given, surroundings)));
        inForce = Collections.unmodifiableMap(all);
        before.ifPresent(ModelTraffic::end);
    }

    private void requireVariants(String name, TrafficRule rule) {
        Set<String> known = new TreeSet<>(models.labels(name).keySet());
        models.versions(name).forEach(each -> known.add(each.version()));
        List<InputProblem> problems = rule.variants().stream()
                .filter(each -> !known.contains(each))
                .map(each -> new InputProblem(
                        "unknown_variant",
                        rule.placeOf(each),
                        "expected: a version or a label of '" + name + "', one of " + known,
                        InputProblem.cut(each)))
                .toList();
        if (!problems.isEmpty()) {
            throw new InputException(problems);
        }
    }
}
