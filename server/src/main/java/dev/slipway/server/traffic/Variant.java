package dev.slipway.server.traffic;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** What a variant of one rule has been given, and what it made of it. Safe for use by several threads. */
final class Variant {
    private final String name;
    private final Map<Chosen, LongAdder> requests = new EnumMap<>(Chosen.class);

    /** Only where a rule looks at it. */
    private final Optional<AnswerWindow> window;

    Variant(String name, Optional<AnswerWindow> window) {
        this.name = name;
        this.window = window;
        for (Chosen each : Chosen.values()) {
            requests.put(each, new LongAdder());
        }
    }

    /** Its version or label; empty for all that a rule does not name. */
    String name() {
        return name;
    }

    void chosen(Chosen why) {
        Objects.requireNonNull(requests.get(why)).increment();
    }

    long requests(Chosen why) {
        return Objects.requireNonNull(requests.get(why)).sum();
    }

    long requests() {
        return requests.values().stream().mapToLong(LongAdder::sum).sum();
    }

    void answered(long nowNanos, boolean failed, long tookNanos) {
        window.ifPresent(answers -> answers.add(nowNanos, failed, tookNanos));
    }

    Answers answers(long nowNanos) {
        return window.map(answers -> answers.at(nowNanos)).orElse(Answers.NONE);
    }

    boolean isWatched() {
        return window.isPresent();
    }
}
