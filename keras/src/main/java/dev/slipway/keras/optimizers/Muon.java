package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * Momentum made orthogonal: {@code m = momentum · m + g}, {@code u = g + momentum · m} with Nesterov's or {@code u = m},
 * {@code w -= rate · rmsRate · sqrt(max(rows, columns)) · O(u)}, where {@code O} brings the singular values of a matrix near 1
 * by Newton-Schulz iterations. Weights that are no matrices, embeddings, and weights whose path has a part that
 * {@code exclude_layers} describes are updated as by {@link Adam} with {@code rate · adam_lr_ratio} and a decay of their own.
 *
 * <p>Source: {@code keras.optimizers.Muon} of the versions of Keras that write {@code rms_rate}; K. Jordan and others, "Muon",
 * 2024; J. Liu and others, "Muon is Scalable for LLM Training", 2025. Earlier ones scaled steps by another rule: their files
 * are refused.
 */
final class Muon extends Optimizer {
    private static final double SHORTEST = 1e-7;

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final OptionalDouble adamDecay;
    private final double adamRatio;
    private final List<Pattern> excluded;
    private final boolean excludesEmbeddings;
    private final double momentum;
    private final boolean nesterov;
    private final OptionalDouble rmsRate;
    private final NewtonSchulz orthogonal;

    /** The iteration {@code x = a · x + (b · A + c · A²) · x} with {@code A = x · xᵀ}. */
    private record NewtonSchulz(double a, double b, double c, int steps) {
        Value of(Step step, Value x) {
            Ops ops = step.ops();
            boolean isTall = x.shape().size(0) > x.shape().size(1);
            Value wide = isTall ? ops.transpose(x, 1, 0) : x;
            Value norm = ops.sqrt(ops.reduceSum(step.square(wide), false));
            Value now = ops.div(wide, ops.add(norm, step.scalar(SHORTEST)));
            for (int i = 0; i < steps; i++) {
                Value products = ops.matMul(now, ops.transpose(now, 1, 0));
                Value squares = ops.matMul(ops.mul(products, step.scalar(c)), products);
                Value factor = ops.add(ops.mul(products, step.scalar(b)), squares);
                now = ops.add(ops.mul(now, step.scalar(a)), ops.matMul(factor, now));
            }
            return isTall ? ops.transpose(now, 1, 0) : now;
        }
    }

    private Muon(Config config, OptimizerOptions options) {
        super(options);
        beta1 = config.number("adam_beta_1", 0.9);
        beta2 = config.number("adam_beta_2", 0.999);
        epsilon = config.number("epsilon", 1e-7);
        adamDecay = numberOrNull(config, "adam_weight_decay", 0.004);
        adamRatio = config.number("adam_lr_ratio", 1);
        excluded = patterns(config, "exclude_layers");
        excludesEmbeddings = config.truth("exclude_embeddings", true);
        momentum = config.number("momentum", 0.95);
        nesterov = config.truth("nesterov", true);
        rmsRate = numberOrNull(config, "rms_rate", 0.2);
        orthogonal = new NewtonSchulz(
                config.number("muon_a", 3.4445),
                config.number("muon_b", -4.775),
                config.number("muon_c", 2.0315),
                config.integer("ns_steps", 5));
    }

    static Muon read(Config config) {
        boolean isWritten = Stream.of("muon_a", "muon_b", "muon_c", "ns_steps", "adam_lr_ratio")
                .allMatch(key -> config.find(key).isPresent());
        if (isWritten && config.find("rms_rate").isEmpty() && !config.isNull("rms_rate")) {
            throw config.refused("rms_rate", "nothing, as early versions of Muon wrote it", "a number, or null");
        }
        OptionalDouble decay = numberOrNull(config, "weight_decay", 0.004);
        return new Muon(config, OptimizerOptions.read(config, "muon", 0.001, decay));
    }

    /** For these keys null means none, not the default. */
    private static OptionalDouble numberOrNull(Config config, String key, double absent) {
        return config.isNull(key) ? OptionalDouble.empty() : OptionalDouble.of(config.number(key, absent));
    }

    private static List<Pattern> patterns(Config config, String key) {
        JsonNode given = config.find(key).orElse(Config.json().arrayNode());
        if (!given.isArray()) {
            throw config.refused(key, given.toString(), "a list of regular expressions");
        }
        List<Pattern> patterns = new ArrayList<>();
        for (JsonNode each : given) {
            try {
                patterns.add(Pattern.compile(each.asText()));
            } catch (PatternSyntaxException e) {
                throw config.refused(key, each.toString(), "a list of regular expressions");
            }
        }
        return List.copyOf(patterns);
    }

    @Override
    public String className() {
        return "Muon";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("adam_beta_1", beta1).put("adam_beta_2", beta2).put("epsilon", epsilon);
        ArrayNode layers = config.putArray("exclude_layers");
        excluded.forEach(pattern -> layers.add(pattern.pattern()));
        config.put("muon_a", orthogonal.a())
                .put("muon_b", orthogonal.b())
                .put("muon_c", orthogonal.c())
                .put("adam_lr_ratio", adamRatio)
                .put("momentum", momentum)
                .put("ns_steps", orthogonal.steps())
                .put("nesterov", nesterov)
                .put("exclude_embeddings", excludesEmbeddings);
        OptimizerOptions.put(config, "adam_weight_decay", adamDecay);
        OptimizerOptions.put(config, "rms_rate", rmsRate);
    }

    private boolean usesAdam(Trained weight) {
        return weight.shape().rank() != 2
                || (excludesEmbeddings && weight.path().toLowerCase(Locale.ROOT).contains("embedding"))
                || excluded.stream()
                        .anyMatch(pattern -> pattern.matcher(weight.path()).find());
    }

    @Override
    OptionalDouble weightDecay(Trained weight) {
        return usesAdam(weight) ? adamDecay : options().weightDecay();
    }

    /** Only Adam has a velocity, by which the rule tells the two. */
    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        Slot first = Slot.like(weight, "momentum");
        return List.of(usesAdam(weight) ? List.of(first, Slot.like(weight, "velocity")) : List.of(first));
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        Value alpha = step.adamRate(ops.mul(step.rate(), step.scalar(adamRatio)), beta1, beta2);
        return (weight, gradient, slots) -> {
            if (slots.size() == 2) {
                Value m = step.towards(slots.get(0), gradient, 1 - beta1);
                Value v = step.towards(slots.get(1), step.square(gradient), 1 - beta2);
                Value scale = ops.add(ops.sqrt(v), step.scalar(epsilon));
                return List.of(ops.sub(weight, ops.div(ops.mul(m, alpha), scale)), m, v);
            }
            Value m = ops.add(ops.mul(slots.get(0), step.scalar(momentum)), gradient);
            Value ahead = nesterov ? ops.add(gradient, ops.mul(m, step.scalar(momentum))) : m;
            Value change = ops.mul(orthogonal.of(step, ahead), step.rate());
            return List.of(ops.sub(weight, ops.mul(change, step.scalar(length(weight)))), m);
        };
    }

    private double length(Value weight) {
        double longest = Math.max(weight.shape().size(0), weight.shape().size(1));
        return rmsRate.isPresent() ? Math.sqrt(longest) * rmsRate.getAsDouble() : 1;
    }
}
