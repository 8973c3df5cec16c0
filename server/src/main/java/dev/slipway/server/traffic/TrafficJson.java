package dev.slipway.server.traffic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a rule says and what came of it, in JSON; the rule as {@link RuleReader} reads it, with all that it leaves out. */
final class TrafficJson {
    private TrafficJson() {}

    /** A model without a rule. */
    static ObjectNode describe(String model) {
        return JsonNodeFactory.instance.objectNode().put("model", model).put("source", "none");
    }

    static ObjectNode describe(ModelTraffic traffic, String source) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("model", traffic.name()).put("source", source);
        answer.set("rule", rule(traffic.rule()));
        ArrayNode variants = answer.putArray("variants");
        traffic.variants().values().forEach(each -> variant(variants.addObject(), traffic, each));
        answer.put("other-requests", traffic.others().requests());
        traffic.rolledBack()
                .ifPresent(each -> answer.putObject("rolled-back")
                        .put("variant", each.variant())
                        .put("reason", each.reason())
                        .put("since", each.since().toString()));
        traffic.shadow().ifPresent(each -> shadow(answer.putObject("shadow"), each));
        return answer;
    }

    static ObjectNode rule(TrafficRule rule) {
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        rule.split().forEach(written.putObject("split")::put);
        rule.sticky().ifPresent(each -> {
            ObjectNode sticky = mark(written.putObject("sticky"), each.mark());
            if (each.mark().kind() == Mark.Kind.COOKIE) {
                sticky.put("max-age-seconds", each.maxAge().toSeconds());
            }
        });
        if (!rule.select().isEmpty()) {
            ArrayNode select = written.putArray("select");
            for (TrafficRule.Selection each : rule.select()) {
                ObjectNode selection = mark(select.addObject(), each.mark());
                each.value().ifPresent(value -> selection.put("value", value));
                each.to().ifPresent(to -> selection.put("to", to));
            }
        }
        rule.shadow()
                .ifPresent(each -> written.putObject("shadow")
                        .put("to", each.to())
                        .put("percent", each.percent())
                        .put("queue", each.queue())
                        .put("absolute", each.absolute())
                        .put("relative", each.relative()));
        rule.rollBack().ifPresent(each -> {
            ObjectNode rollBack = written.putObject("roll-back").put("canary", each.canary());
            if (each.limits().keySet().stream().anyMatch(Limit::isComparison)) {
                rollBack.put("champion", each.champion());
            }
            rollBack.put("window-seconds", each.window().toSeconds()).put("min-requests", each.minRequests());
            each.limits().forEach((limit, value) -> rollBack.put(limit.field(), value));
        });
        return written;
    }

    private static ObjectNode mark(ObjectNode into, Mark mark) {
        return into.put(mark.kind().field(), mark.name());
    }

    private static void variant(ObjectNode into, ModelTraffic traffic, Variant variant) {
        into.put("variant", variant.name());
        traffic.version(variant.name()).ifPresent(version -> into.put("version", version));
        into.put("ready", traffic.isReady(variant.name()))
                .put("weight", traffic.weight(variant.name()))
                .put("requests", variant.requests());
        if (variant.isWatched()) {
            Answers answers = variant.answers(traffic.nanoTime());
            into.putObject("window")
                    .put("answers", answers.count())
                    .put("errors", answers.failed())
                    .put("mean-millis", answers.meanMillis())
                    .put("p99-millis", answers.p99Millis());
        }
    }

    private static void shadow(ObjectNode into, ShadowLane lane) {
        for (ShadowLane.Result each : ShadowLane.Result.values()) {
            into.put(each.label(), lane.counted(each));
        }
        into.put("max-difference", lane.most());
        if (!lane.lastFailure().isEmpty()) {
            into.put("last-failure", lane.lastFailure());
        }
    }
}
