package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule against central finite differences, over random shapes with symbols in them. */
class GradientPropertyTest {
    private static final int TRIALS = 25;

    @ParameterizedTest
    @MethodSource("dev.slipway.graph.OperatorCase#differentiable")
    void gradientIsFiniteDifference(OperatorCase tested) throws OrtException {
        for (long seed = 0; seed < TRIALS; seed++) {
            Trial trial = new Trial(seed, tested.type());
            List<Value> results = tested.build().apply(trial);
            Value loss = seed % 3 == 0 ? plainLoss(trial, results) : weightedLoss(trial, results);
            check(tested, trial, loss, "seed " + seed);
        }
    }

    /** The gradient of this loss is the same in every place of a result. */
    private static Value plainLoss(Trial trial, List<Value> results) {
        Ops ops = trial.ops();
        Value first = results.get(0);
        return trial.random().nextBoolean() ? ops.reduceMean(first, false) : ops.reduceSum(first, false);
    }

    /** The gradient of this loss differs from place to place. */
    private static Value weightedLoss(Trial trial, List<Value> results) {
        Ops ops = trial.ops();
        Value loss = ops.constant(results.get(0).type(), 0.5);
        for (Value result : results) {
            if (result.type().isFloating()) {
                loss = ops.add(ops.reduceSum(ops.mul(ops.sin(place(ops, result)), result), false), loss);
            }
        }
        return loss;
    }

    /** 1, 2, 3, … in the shape of a value. */
    private static Value place(Ops ops, Value like) {
        Value ones = ops.reshape(
                ops.expandLike(ops.like(like, 1), like),
                ops.constant(-1),
                Shape.of(List.of(ops.graph().freshSymbol("count"))));
        return ops.reshapeLike(ops.cumSum(ones, 0, false), like);
    }

    private static void check(OperatorCase tested, Trial trial, Value loss, String where) throws OrtException {
        boolean single = tested.type() == DataType.FLOAT;
        double epsilon = single ? 1e-2 : 1e-5;
        double tolerance = single ? 5e-3 : 1e-7;
        List<Value> gradients = Gradient.of(trial.ops(), loss, trial.inputs());
        trial.graph().output("loss", loss);
        for (int i = 0; i < gradients.size(); i++) {
            trial.graph().output("gradient" + i, gradients.get(i));
        }
        try (Evaluator evaluator = new Evaluator(trial.graph())) {
            Map<String, Array> results = evaluator.run(trial.feeds());
            for (int i = 0; i < gradients.size(); i++) {
                Value input = trial.inputs().get(i);
                Array fed = get(trial.feeds(), input.name());
                Array gradient = get(results, "gradient" + i);
                String subject = tested + " by " + input + ", " + where + "\n" + trial.graph();
                assertThat(gradients.get(i).type()).as(subject).isEqualTo(input.type());
                assertThat(gradient.shape()).as(subject).isEqualTo(fed.shape());
                for (int j = 0; j < fed.count(); j++) {
                    double slope = (lossAt(evaluator, trial, input, fed.with(j, fed.value(j) + epsilon))
                                    - lossAt(evaluator, trial, input, fed.with(j, fed.value(j) - epsilon)))
                            / (2 * epsilon);
                    assertThat(gradient.value(j))
                            .as("element %s of %s", j, subject)
                            .isCloseTo(slope, Offset.offset(tolerance + tolerance * Math.abs(slope)));
                }
            }
        }
    }

    private static double lossAt(Evaluator evaluator, Trial trial, Value input, Array changed) throws OrtException {
        Map<String, Array> feeds = new HashMap<>(trial.feeds());
        feeds.put(input.name(), changed);
        return get(evaluator.run(feeds), "loss").value(0);
    }

    private static Array get(Map<String, Array> arrays, String name) {
        Array found = arrays.get(name);
        assertThat(found).as(name).isNotNull();
        return Objects.requireNonNull(found);
    }
}
