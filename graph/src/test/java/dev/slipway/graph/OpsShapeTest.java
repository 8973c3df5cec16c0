package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link Ops} says of a result, against what the engine gives; and that no operator is left out. */
class OpsShapeTest {
    private static final int TRIALS = 40;

    @ParameterizedTest
    @MethodSource("dev.slipway.graph.OperatorCase#all")
    void inferredShapeIsActualShape(OperatorCase tested) throws OrtException {
        for (long seed = 100; seed < 100 + TRIALS; seed++) {
            Trial trial = new Trial(seed, tested.type());
            List<Value> results = tested.build().apply(trial);
            for (int i = 0; i < results.size(); i++) {
                trial.graph().output("result" + i, results.get(i));
            }
            try (Evaluator evaluator = new Evaluator(trial.graph())) {
                Map<String, Array> actual = evaluator.run(trial.feeds());
                for (int i = 0; i < results.size(); i++) {
                    Shape shape =
                            Objects.requireNonNull(actual.get("result" + i)).shape();
                    assertFits(
                            results.get(i).shape().bind(Trial.symbols()), shape, "seed " + seed + "\n" + trial.graph());
                    assertThat(evaluator.type("result" + i))
                            .isEqualTo(results.get(i).type());
                }
            }
        }
    }

    /** A length that is still a symbol is one that only the engine knows. */
    private static void assertFits(Shape inferred, Shape actual, String where) {
        assertThat(actual.rank()).as(where).isEqualTo(inferred.rank());
        for (int axis = 0; axis < actual.rank(); axis++) {
            if (inferred.dimension(axis).isKnown()) {
                assertThat(actual.size(axis))
                        .as("axis %s of %s, %s", axis, inferred, where)
                        .isEqualTo(inferred.size(axis));
            }
        }
    }

    @Test
    void everyOperatorIsDifferentiatedOrSaysWhyNot() {
        Set<String> operators = Arrays.stream(Ops.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && returnsValues(method))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> listed = OperatorCase.differentiable().stream()
                .map(OperatorCase::method)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(OperatorCase.withoutGradient().keySet()).doesNotContainAnyElementsOf(listed);
        listed.addAll(OperatorCase.withoutGradient().keySet());
        // Not the engine's: it is computed in Java, where the module above tests it.
        listed.add("host");
        assertThat(listed).isEqualTo(operators);
    }

    @Test
    void everyOperatorWithoutGradientHasACase() {
        Set<String> tested =
                OperatorCase.others().stream().map(OperatorCase::method).collect(Collectors.toSet());
        assertThat(tested).containsAll(OperatorCase.withoutGradient().keySet());
    }

    private static boolean returnsValues(Method method) {
        return method.getReturnType() == Value.class || method.getReturnType() == List.class;
    }
}
