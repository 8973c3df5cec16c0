package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Serialized;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Another optimizer for training in half precision: the loss is multiplied by a scale that halves whenever a gradient is
 * not finite, in a step that then changes nothing else, and doubles after {@code dynamic_growth_steps} good steps.
 *
 * <p>Source: {@code keras.optimizers.LossScaleOptimizer}.
 */
final class LossScaleOptimizer extends Optimizer {
    private static final String NAME = "loss_scale_optimizer";
    private static final int INITIAL_SCALE = 1 << 15;
    private static final int GROWTH_STEPS = 2000;

    private final Optimizer inner;
    private final double initialScale;
    private final int growthSteps;

    private LossScaleOptimizer(String name, Optimizer inner, double initialScale, int growthSteps) {
        super(inner.options().named(name));
        this.inner = inner;
        this.initialScale = initialScale;
        this.growthSteps = growthSteps;
    }

    /** Keras's defaults. */
    static LossScaleOptimizer around(Optimizer inner) {
        return new LossScaleOptimizer(NAME, inner, INITIAL_SCALE, GROWTH_STEPS);
    }

    static LossScaleOptimizer read(Config config) {
        Serialized found = Serialized.parse(
                config.subject() + ": inner_optimizer",
                config.find("inner_optimizer")
                        .orElseThrow(() -> config.refused("inner_optimizer", "nothing", "an optimizer")));
        if (config.truth("use_ema", false)) {
            throw config.refused("use_ema", "true", "false; set it on the inner optimizer");
        }
        config.ignore("ema_momentum");
        return new LossScaleOptimizer(
                config.text("name", NAME),
                Optimizers.of(found.className(), found.config()),
                config.number("initial_scale", INITIAL_SCALE),
                config.integer("dynamic_growth_steps", GROWTH_STEPS));
    }

    @Override
    public String className() {
        return "LossScaleOptimizer";
    }

    @Override
    public ObjectNode config() {
        ObjectNode config = Config.json().put("name", options().name());
        config.set("inner_optimizer", new Serialized(inner.className(), inner.config()).toJson("keras.optimizers"));
        writeConfig(config);
        return config;
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("initial_scale", initialScale).put("dynamic_growth_steps", growthSteps);
    }

    /** Its own iteration and learning rate, which nothing uses, and what the scale depends on. */
    @Override
    public List<Slot> leadingSlots() {
        return List.of(
                Slot.scalar("outer_iteration", DataType.INT32, 0),
                Slot.scalar("outer_learning_rate", DataType.FLOAT, 0),
                Slot.scalar("step_counter", DataType.INT32, 0),
                Slot.scalar("dynamic_scale", DataType.FLOAT, initialScale));
    }

    @Override
    public List<Slot> sharedSlots() {
        return inner.sharedSlots();
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        return inner.slotGroups(weight);
    }

    @Override
    Rule rule(Step step) {
        return inner.rule(step);
    }

    @Override
    OptionalDouble weightDecay(Trained weight) {
        return inner.weightDecay(weight);
    }

    @Override
    public Value scaledLoss(Ops ops, Value loss, Variables before) {
        return ops.mul(loss, scale(ops, before, loss.type()));
    }

    private static Value scale(Ops ops, Variables before, DataType type) {
        return ops.cast(before.leading().get(3), type);
    }

    @Override
    public Variables apply(
            Ops ops, Value rate, List<Trained> trained, Variables before, List<Optional<Value>> gradients) {
        Value isFinite = isFinite(ops, gradients);
        List<Optional<Value>> unscaled = gradients.stream()
                .map(found -> found.map(gradient -> ops.div(gradient, scale(ops, before, gradient.type()))))
                .toList();
        Variables after = super.apply(ops, rate, trained, before, unscaled);
        return new Variables(
                leading(ops, before.leading(), isFinite),
                chosen(ops, isFinite, List.of(after.iteration()), List.of(before.iteration()))
                        .get(0),
                chosen(ops, isFinite, after.shared(), before.shared()),
                chosen(ops, isFinite, after.weights(), before.weights()),
                IntStream.range(0, trained.size())
                        .mapToObj(i -> chosen(
                                ops,
                                isFinite,
                                after.slots().get(i),
                                before.slots().get(i)))
                        .toList());
    }

    /** A number times zero is not zero if it is not finite, and spoils the sum. */
    private static Value isFinite(Ops ops, List<Optional<Value>> gradients) {
        Value sum = gradients.stream()
                .flatMap(Optional::stream)
                .map(gradient -> ops.reduceSum(ops.mul(gradient, ops.like(gradient, 0)), false))
                .map(zero -> ops.cast(zero, DataType.FLOAT))
                .reduce(ops::add)
                .orElseGet(() -> ops.constant(DataType.FLOAT, 0));
        return ops.equal(sum, ops.constant(DataType.FLOAT, 0));
    }

    private List<Value> leading(Ops ops, List<Value> before, Value isFinite) {
        Value counter = before.get(2);
        Value scale = before.get(3);
        Value zero = ops.constant(DataType.INT32, 0);
        Value isGrowing = ops.equal(counter, ops.constant(DataType.INT32, growthSteps - 1));
        Value counted = ops.where(isGrowing, zero, ops.add(counter, ops.constant(DataType.INT32, 1)));
        Value grown = ops.where(isGrowing, ops.mul(scale, ops.constant(DataType.FLOAT, 2)), scale);
        Value shrunk = ops.div(scale, ops.constant(DataType.FLOAT, 2));
        return List.of(
                before.get(0), before.get(1), ops.where(isFinite, counted, zero), ops.where(isFinite, grown, shrunk));
    }

    private static List<Value> chosen(Ops ops, Value isFinite, List<Value> after, List<Value> before) {
        List<Value> chosen = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            boolean same = after.get(i).equals(before.get(i));
            chosen.add(same ? before.get(i) : ops.where(isFinite, after.get(i), before.get(i)));
        }
        return chosen;
    }
}
