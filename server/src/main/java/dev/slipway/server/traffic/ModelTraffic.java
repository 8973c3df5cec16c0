package dev.slipway.server.traffic;

import dev.slipway.server.inference.Lease;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelNotFoundException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One rule for one model at work: what it has decided, and what came of it. Begun anew when the rule changes, or the version of
 * a label that it names. Safe for use by several threads.
 */
final class ModelTraffic {
    private static final System.Logger LOG = System.getLogger(Traffic.class.getName());

    private final ModelRepository models;
    private final String name;
    private final TrafficRule rule;
    private final Surroundings surroundings;
    private final Map<String, String> labels;
    private final Split split;
    private final Map<String, Variant> variants = new LinkedHashMap<>();
    private final Variant others = new Variant("", Optional.empty());
    private final Optional<ShadowLane> shadow;
    private final AtomicReference<@Nullable RolledBack> rolledBack = new AtomicReference<>();

    /**
     * A variant that has lost its share.
     *
     * @param variant which one
     * @param reason what it has exceeded
     * @param since when
     */
    record RolledBack(String variant, String reason, Instant since) {}

    ModelTraffic(ModelRepository models, String name, TrafficRule rule, Surroundings surroundings) {
        this.models = models;
        this.name = name;
        this.rule = rule;
        this.surroundings = surroundings;
        this.labels = labelsOf(models, name, rule);
        this.split = new Split(rule.split());
        for (String variant : rule.variants()) {
            Optional<AnswerWindow> window = rule.rollBack()
                    .filter(each -> variant.equals(each.canary()) || variant.equals(each.champion()))
                    .map(each -> new AnswerWindow(
                            each.window(), surroundings.nanoTime().getAsLong()));
            variants.put(variant, new Variant(variant, window));
        }
        this.shadow = rule.shadow().map(each -> new ShadowLane(each, () -> models.lease(address(each.to()))));
    }

    /** The versions of the labels that a rule names. */
    private static Map<String, String> labelsOf(ModelRepository models, String name, TrafficRule rule) {
        Map<String, String> all = models.knows(name) ? new TreeMap<>(models.labels(name)) : new TreeMap<>();
        all.keySet().retainAll(rule.variants());
        return all;
    }

    /** Whether this is what would be made of a rule now. */
    boolean isOf(TrafficRule wanted) {
        return rule.equals(wanted) && labels.equals(labelsOf(models, name, rule));
    }

    String name() {
        return name;
    }

    TrafficRule rule() {
        return rule;
    }

    Map<String, Variant> variants() {
        return variants;
    }

    Variant others() {
        return others;
    }

    Optional<ShadowLane> shadow() {
        return shadow;
    }

    Optional<RolledBack> rolledBack() {
        return Optional.ofNullable(rolledBack.get());
    }

    boolean isRolledBack(String variant) {
        return rolledBack().filter(each -> each.variant().equals(variant)).isPresent();
    }

    /** The weight in force. */
    double weight(String variant) {
        return isRolledBack(variant) ? 0 : rule.split().getOrDefault(variant, 0.0);
    }

    /** The version of a variant, ready or not; empty if there is none. */
    Optional<String> version(String variant) {
        try {
            return Optional.of(models.resolve(address(variant)));
        } catch (ModelNotFoundException e) {
            return Optional.empty();
        }
    }

    boolean isReady(String variant) {
        return models.find(address(variant)).isPresent();
    }

    private ModelAddress address(String variant) {
        return models.labels(name).containsKey(variant)
                ? ModelAddress.label(name, variant)
                : ModelAddress.version(name, variant);
    }

    /** Decides for a request. */
    Route route(Marks marks) {
        for (TrafficRule.Selection each : rule.select()) {
            Optional<String> selected = each.variant(marks);
            if (selected.isPresent()) {
                Lease lease = models.lease(address(selected.get()));
                return to(variants.getOrDefault(selected.get(), others), Chosen.SELECTED, lease, Optional.empty());
            }
        }
        Optional<String> mark = rule.sticky().flatMap(each -> each.mark().in(marks));
        Optional<Route.NewCookie> cookie = mark.isPresent() ? Optional.empty() : newCookie(marks);
        Optional<String> known = mark.or(() -> cookie.map(Route.NewCookie::value));
        long sender = known.map(text -> Split.sender(name, text))
                .orElseGet(() -> surroundings.random().getAsLong());
        return share(sender, known.isPresent() ? Chosen.STICKY : Chosen.SHARE, cookie);
    }

    private Optional<Route.NewCookie> newCookie(Marks marks) {
        return rule.sticky()
                .filter(each -> each.mark().kind() == Mark.Kind.COOKIE && marks.keepsCookies())
                .map(each -> new Route.NewCookie(
                        each.mark().name(),
                        Long.toHexString(surroundings.random().getAsLong()),
                        each.maxAge()));
    }

    private Route share(long sender, Chosen why, Optional<Route.NewCookie> cookie) {
        Chosen chosen = why;
        for (String variant : split.order(sender)) {
            if (isRolledBack(variant)) {
                continue;
            }
            Optional<Lease> lease = take(variant);
            if (lease.isPresent()) {
                return to(variants.getOrDefault(variant, others), chosen, lease.get(), cookie);
            }
            chosen = Chosen.INSTEAD;
        }
        // No variant is ready: what is ready answers rather than nothing.
        return to(others, Chosen.INSTEAD, models.lease(ModelAddress.of(name)), cookie);
    }

    private Optional<Lease> take(String variant) {
        try {
            return Optional.of(models.lease(address(variant)));
        } catch (ModelNotFoundException | ModelUnavailableException e) {
            return Optional.empty();
        }
    }

    private Route to(Variant variant, Chosen why, Lease lease, Optional<Route.NewCookie> cookie) {
        variant.chosen(why);
        return new RuledRoute(this, variant, lease, cookie);
    }

    long nanoTime() {
        return surroundings.nanoTime().getAsLong();
    }

    /** Takes note of an answer, and rolls back the canary if it was one too many. */
    void answered(Variant variant, int status, long begunNanos) {
        if (!variant.isWatched() || (status >= 400 && status < 500)) {
            return;
        }
        long now = nanoTime();
        variant.answered(now, status >= 500, now - begunNanos);
        rule.rollBack()
                .filter(each -> each.canary().equals(variant.name()) && rolledBack.get() == null)
                .flatMap(each -> verdict(each, now))
                .ifPresent(reason -> rollBack(variant.name(), reason));
    }

    private Optional<String> verdict(TrafficRule.RollBack watched, long now) {
        Answers canary = answers(watched.canary(), now);
        Answers champion = answers(watched.champion(), now);
        return watched.limits().entrySet().stream()
                .flatMap(each ->
                        each.getKey().exceededBy(canary, champion, watched.minRequests(), each.getValue()).stream())
                .findFirst();
    }

    private Answers answers(String variant, long now) {
        return Optional.ofNullable(variants.get(variant))
                .map(each -> each.answers(now))
                .orElse(Answers.NONE);
    }

    private void rollBack(String variant, String reason) {
        RolledBack now = new RolledBack(variant, reason, surroundings.clock().instant());
        if (rolledBack.compareAndSet(null, now)) {
            LOG.log(
                    Level.WARNING,
                    "model " + name + " variant " + variant
                            + version(variant).map(each -> " version " + each).orElse("") + " is rolled back: "
                            + reason);
        }
    }

    /** What an index says of a version that is not as it should be. */
    Optional<String> reason(String version) {
        return rolledBack()
                .filter(each -> version(each.variant()).equals(Optional.of(version)))
                .map(each -> "rolled back: " + each.reason());
    }

    /** Whether a copy of the next request is wanted. */
    boolean wantsCopy() {
        return rule.shadow().isPresent()
                && surroundings.percent() < rule.shadow().get().percent()
                && shadow.filter(ShadowLane::hasRoom).isPresent();
    }

    void offer(ShadowCopy copy) {
        shadow.ifPresent(lane -> lane.offer(copy));
    }

    /** Frees what the rule needs; requests on their way are answered. */
    void end() {
        shadow.ifPresent(ShadowLane::close);
    }

    /** All variants that have numbers. */
    List<Variant> counted() {
        return Stream.concat(variants.values().stream(), Stream.of(others)).toList();
    }
}
