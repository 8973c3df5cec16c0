package dev.slipway.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.json.InputException;
import dev.slipway.server.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleReaderTest {
    private static TrafficRule read(String json) {
        return RuleReader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsEveryField() {
        TrafficRule rule = read(
                "{'split': {'champion': 95, 'canary': 5},"
                        + "'sticky': {'cookie': 'arm', 'max-age-seconds': 60},"
                        + "'select': [{'header': 'x-variant'}, {'cookie': 'group', 'value': 'staff', 'to': 'canary'}],"
                        + "'shadow': {'to': '7', 'percent': 10, 'queue': 5, 'absolute': 0.1, 'relative': 0},"
                        + "'roll-back': {'window-seconds': 30, 'min-requests': 20, 'max-error-percent': 5, 'max-p99-ratio': 2}}");

        assertThat(rule.split()).containsExactly(Map.entry("champion", 95.0), Map.entry("canary", 5.0));
        assertThat(rule.sticky())
                .contains(new TrafficRule.Sticky(new Mark(Mark.Kind.COOKIE, "arm"), Duration.ofSeconds(60)));
        assertThat(rule.select())
                .containsExactly(
                        new TrafficRule.Selection(
                                new Mark(Mark.Kind.HEADER, "x-variant"), Optional.empty(), Optional.empty()),
                        new TrafficRule.Selection(
                                new Mark(Mark.Kind.COOKIE, "group"), Optional.of("staff"), Optional.of("canary")));
        assertThat(rule.shadow()).contains(new TrafficRule.Shadow("7", 10, 5, 0.1, 0));
        assertThat(rule.rollBack())
                .contains(new TrafficRule.RollBack(
                        "canary",
                        "champion",
                        Duration.ofSeconds(30),
                        20,
                        Map.of(Limit.MAX_ERROR_PERCENT, 5.0, Limit.MAX_P99_RATIO, 2.0)));
        assertThat(rule.variants()).isEqualTo(Set.of("champion", "canary", "7"));
    }

    @Test
    void needsOnlyASplit() {
        assertThat(read("{'split': {'1': 1}}"))
                .isEqualTo(new TrafficRule(
                        Map.of("1", 1.0), Optional.empty(), List.of(), Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            []                                                             | body: [] (expected: an object)
            {}                                                             | body.split: nothing (expected: this field)
            {'split': {}}                                                  | body.split: {} (expected: a version or label with a weight above 0)
            {'split': {'a': 0}}                                            | body.split: {"a":0} (expected: a version or label with a weight above 0)
            {'split': {'a': -1}}                                           | body.split.a: -1 (expected: a number, 0 to 1000000000)
            {'split': {'a': 'b'}}                                          | body.split.a: "b" (expected: a number, 0 to 1000000000)
            {'split': {'a': 1}, 'splits': {}}                              | body.splits: {} (expected: one of the fields [split, sticky, select, shadow, roll-back])
            {'split': {'a': 1}, 'sticky': {}}                              | body.sticky: {} (expected: either 'header' or 'cookie')
            {'split': {'a': 1}, 'sticky': {'header': 'a b'}}               | body.sticky.header: "a b" (expected: a name of letters, digits and '-')
            {'split': {'a': 1}, 'sticky': {'cookie': 'c', 'max-age-seconds': 0}} | body.sticky.max-age-seconds: 0 (expected: a whole number, 1 to 34560000)
            {'split': {'a': 1}, 'select': {}}                              | body.select: {} (expected: a list of objects)
            {'split': {'a': 1}, 'select': [{'header': 'h', 'to': 'a'}]}    | body.select.0: {"header":"h","to":"a"} (expected: both 'value' and 'to', or neither if the value names a version or label)
            {'split': {'a': 1}, 'shadow': {'percent': 1}}                  | body.shadow.to: nothing (expected: this field)
            {'split': {'a': 1}, 'shadow': {'to': 'a'}}                     | body.shadow.to: "a" (expected: a version or label without a weight in split)
            {'split': {'a': 1}, 'shadow': {'to': 'b', 'percent': 101}}     | body.shadow.percent: 101 (expected: a number, 0 to 100)
            {'split': {'a': 1}, 'shadow': {'to': 'b', 'queue': 1.5}}       | body.shadow.queue: 1.5 (expected: a whole number, 1 to 10000)
            {'split': {'a': 1}, 'shadow': {'to': 'b', 'absolute': -1}}     | body.shadow.absolute: -1 (expected: a number, not below 0)
            {'split': {'a': 1}, 'roll-back': {'canary': 'a'}}              | body.roll-back: {"canary":"a"} (expected: at least one limit of [max-error-percent, max-mean-millis, max-p99-millis, max-mean-ratio, max-p99-ratio])
            {'split': {'a': 1}, 'roll-back': {'max-p99-millis': 1}}        | body.roll-back.canary: canary (expected: one of split with a weight above 0, [a])
            {'split': {'canary': 1}, 'roll-back': {'max-p99-millis': 1}}   | body.roll-back.canary: canary (expected: another variant in split with a weight, to take over)
            {'split': {'canary': 1, 'a': 1}, 'roll-back': {'max-p99-ratio': 1}} | body.roll-back.champion: champion (expected: one of split with a weight above 0, [canary, a])
            {'split': {'canary': 1, 'a': 1}, 'roll-back': {'max-error-percent': 101}} | body.roll-back.max-error-percent: 101 (expected: a number, 0 to 100)
            """)
    void refusesByTheFieldsName(String json, String message) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(InputException.class).hasMessage(message);
    }

    @Test
    void refusesWhatIsNotJsonOrSaysAFieldTwice() {
        assertThatThrownBy(() -> read("{")).isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> read("{'split': {'a': 1, 'a': 2}}")).isInstanceOf(MalformedJsonException.class);
    }
}
