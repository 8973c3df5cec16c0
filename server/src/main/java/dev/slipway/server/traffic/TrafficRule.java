package dev.slipway.server.traffic;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is to happen to requests for a model that name no version. A <em>variant</em> is a version by its number or by one of the
 * model's labels; a label that is moved takes its share with it.
 *
 * @param split the weight of each variant, in the order written; at least one is above 0
 * @param sticky what keeps a sender with a variant; empty for every request by itself
 * @param select whom the split does not bind, the first that fits
 * @param shadow who gets copies; empty for nobody
 * @param rollBack when a variant loses its share; empty for never
 */
public record TrafficRule(
        Map<String, Double> split,
        Optional<Sticky> sticky,
        List<Selection> select,
        Optional<Shadow> shadow,
        Optional<RollBack> rollBack) {
    /**
     * Copies the collections.
     *
     * @param split the weight of each variant
     * @param sticky what keeps a sender with a variant
     * @param select whom the split does not bind
     * @param shadow who gets copies
     * @param rollBack when a variant loses its share
     */
    public TrafficRule {
        split = Collections.unmodifiableMap(new LinkedHashMap<>(split));
        select = List.copyOf(select);
    }

    /**
     * What keeps a sender with a variant: equal values get equal variants.
     *
     * @param mark whose value counts; a cookie that is missing is set with the answer
     * @param maxAge how long a client is to keep the cookie
     */
    public record Sticky(Mark mark, Duration maxAge) {
        /** How long a client keeps a cookie where a rule does not say. */
        static final Duration MONTH = Duration.ofDays(30);
    }

    /**
     * A request that says where it goes.
     *
     * @param mark what is looked at
     * @param value the value that is meant; empty if the value itself names a variant
     * @param to where requests with the value go; empty as the value is
     */
    public record Selection(Mark mark, Optional<String> value, Optional<String> to) {
        /** The variant of a request; empty if it does not say. */
        Optional<String> variant(Marks marks) {
            Optional<String> found = mark.in(marks);
            return value.isEmpty() ? found : to.filter(any -> found.equals(value));
        }
    }

    /**
     * Who gets copies of requests. Their answers are compared, counted, and thrown away.
     *
     * @param to the variant
     * @param percent how many of the requests, of 100
     * @param queue how many copies may wait; more are dropped
     * @param absolute two numbers are equal if they differ by no more than this ...
     * @param relative ... and this times the size of the one that was sent
     */
    public record Shadow(String to, double percent, int queue, double absolute, double relative) {
        static final int QUEUE = 100;
        static final double ABSOLUTE = 1e-5;
        static final double RELATIVE = 1e-4;
    }

    /**
     * When a variant loses its share.
     *
     * @param canary which one
     * @param champion with which one it is compared
     * @param window the time that is looked at, up to now
     * @param minRequests how many answers there must be in that time; for a comparison, of both
     * @param limits what it may not exceed, at least one
     */
    public record RollBack(
            String canary, String champion, Duration window, int minRequests, Map<Limit, Double> limits) {
        static final Duration WINDOW = Duration.ofMinutes(1);
        static final int MIN_REQUESTS = 100;

        /**
         * Copies the map, in the limits' order.
         *
         * @param canary which one
         * @param champion with which one it is compared
         * @param window the time that is looked at
         * @param minRequests how many answers there must be in that time
         * @param limits what it may not exceed
         */
        public RollBack {
            limits = Collections.unmodifiableMap(new TreeMap<>(limits));
        }
    }

    /**
     * Every variant that is named, except by requests.
     *
     * @return versions and labels, each once
     */
    public Set<String> variants() {
        Set<String> all = new LinkedHashSet<>(split.keySet());
        select.forEach(each -> each.to().ifPresent(all::add));
        shadow.ifPresent(each -> all.add(each.to()));
        return all;
    }

    /** Where a variant is named first, for messages. */
    List<Object> placeOf(String variant) {
        if (split.containsKey(variant)) {
            return List.of("body", "split", variant);
        }
        for (int i = 0; i < select.size(); i++) {
            if (select.get(i).to().equals(Optional.of(variant))) {
                return List.of("body", "select", i, "to");
            }
        }
        return List.of("body", "shadow", "to");
    }
}
