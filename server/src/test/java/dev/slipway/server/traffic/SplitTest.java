package dev.slipway.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who comes to which variant: by hashes, so that the same senders come to the same variants in every run. */
final class SplitTest {
    private static final int SENDERS = 10_000;

    private static Map<String, Double> weights(double champion, double canary, double other) {
        Map<String, Double> weights = new LinkedHashMap<>();
        weights.put("champion", champion);
        weights.put("canary", canary);
        weights.put("other", other);
        return weights;
    }

    private static List<String> order(Map<String, Double> weights, int sender) {
        return new Split(weights).order(Split.sender("prices", "user-" + sender));
    }

    /** The first variant of every sender. */
    private static List<String> firsts(Map<String, Double> weights) {
        return IntStream.range(0, SENDERS)
                .mapToObj(sender -> order(weights, sender).get(0))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"95, 5, 0", "50, 50, 0", "1, 1, 1", "0.9, 0.02, 0.08", "0, 7, 0"})
    void everyVariantGetsItsShareOfTheSenders(double champion, double canary, double other) {
        Map<String, Double> weights = weights(champion, canary, other);
        double sum = champion + canary + other;

        Map<String, Long> counts =
                firsts(weights).stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        weights.forEach((variant, weight) -> assertThat(counts.getOrDefault(variant, 0L) / (double) SENDERS)
                .as(variant)
                .isCloseTo(weight / sum, within(0.01)));
    }

    @Test
    void theSameSenderComesToTheSameVariant() {
        assertThat(firsts(weights(60, 30, 10))).isEqualTo(firsts(weights(60, 30, 10)));
    }

    @Test
    void modelsDoNotAgreeAboutSenders() {
        Split half = new Split(weights(50, 50, 0));
        long same = IntStream.range(0, SENDERS)
                .filter(sender -> half.order(Split.sender("a", "user-" + sender))
                        .equals(half.order(Split.sender("b", "user-" + sender))))
                .count();

        assertThat(same / (double) SENDERS).isCloseTo(0.5, within(0.02));
    }

    @Test
    void aVariantThatGoesAwaySendsOnlyItsOwnSendersElsewhere() {
        List<String> before = firsts(weights(60, 30, 10));
        List<String> after = firsts(weights(60, 0, 10));

        for (int sender = 0; sender < SENDERS; sender++) {
            if (!before.get(sender).equals("canary")) {
                assertThat(after.get(sender)).isEqualTo(before.get(sender));
            }
            assertThat(order(weights(60, 30, 10), sender).stream()
                            .filter(variant -> !variant.equals("canary"))
                            .findFirst())
                    .as("the next in the order takes over")
                    .hasValue(after.get(sender));
        }
    }

    @Test
    void aVariantThatGrowsSendsNobodyAway() {
        List<String> before = firsts(weights(95, 5, 0));
        List<String> after = firsts(weights(80, 20, 0));

        for (int sender = 0; sender < SENDERS; sender++) {
            if (before.get(sender).equals("canary")) {
                assertThat(after.get(sender)).isEqualTo("canary");
            }
        }
    }
}
