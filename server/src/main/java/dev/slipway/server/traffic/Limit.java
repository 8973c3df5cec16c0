package dev.slipway.server.traffic;

import java.util.Locale;
import java.util.Optional;

/** What a canary may not exceed within the window of its rule. */
public enum Limit {
    /** Answers that are the server's fault, of 100; those that are the client's count for nothing. */
    MAX_ERROR_PERCENT("errors", "%"),
    /** The mean time to an answer that is no error. */
    MAX_MEAN_MILLIS("mean latency", " ms"),
    /** The time within which 99 of 100 answers come that are no errors. */
    MAX_P99_MILLIS("p99 latency", " ms"),
    /** The mean time over that of the champion. */
    MAX_MEAN_RATIO("mean latency", " times the champion's"),
    /** The 99th percentile over that of the champion. */
    MAX_P99_RATIO("p99 latency", " times the champion's");

    private final String subject;
    private final String unit;

    Limit(String subject, String unit) {
        this.subject = subject;
        this.unit = unit;
    }

    private double measure(Answers canary, Answers champion) {
        return switch (this) {
            case MAX_ERROR_PERCENT -> 100.0 * canary.failed() / canary.count();
            case MAX_MEAN_MILLIS -> canary.meanMillis();
            case MAX_P99_MILLIS -> canary.p99Millis();
            case MAX_MEAN_RATIO -> canary.meanMillis() / champion.meanMillis();
            case MAX_P99_RATIO -> canary.p99Millis() / champion.p99Millis();
        };
    }

    /** The field of a rule. */
    String field() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a canary is compared with its champion. */
    boolean isComparison() {
        return this == MAX_MEAN_RATIO || this == MAX_P99_RATIO;
    }

    private boolean canBeJudged(Answers canary, Answers champion, int minRequests) {
        long counted = this == MAX_ERROR_PERCENT ? canary.count() : canary.answered();
        return counted >= minRequests && (!isComparison() || champion.answered() >= minRequests);
    }

    /** Why a canary is over the limit; empty if it is not, or there are too few answers to say so. */
    Optional<String> exceededBy(Answers canary, Answers champion, int minRequests, double limit) {
        if (!canBeJudged(canary, champion, minRequests)) {
            return Optional.empty();
        }
        double measured = measure(canary, champion);
        return measured > limit
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "%s: %.4g%s in %d answers (expected: at most %s%s)",
                        subject,
                        measured,
                        unit,
                        canary.count(),
                        Double.toString(limit),
                        unit))
                : Optional.empty();
    }
}
