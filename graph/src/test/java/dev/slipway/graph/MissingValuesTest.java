package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Which inputs may miss: those that are asked for NaN, and taken only where they are not. */
final class MissingValuesTest {
    private static final Shape ROW = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(1)));

    private static boolean mayMiss(BiFunction<Ops, Value, Value> use) {
        Graph graph = new Graph("m");
        Value x = graph.input("x", DataType.FLOAT, ROW);
        graph.output("y", use.apply(new Ops(graph), x));
        return graph.inputsThatMayMiss().contains(x);
    }

    private static Value filled(Ops ops, Value x) {
        return ops.where(ops.isNaN(x), ops.like(x, 4), x);
    }

    @Test
    void aNumberWithSomethingInItsPlaceMayMiss() {
        assertThat(mayMiss(MissingValuesTest::filled)).isTrue();
        assertThat(mayMiss((ops, x) -> ops.where(ops.not(ops.isNaN(x)), x, ops.like(x, 4))))
                .isTrue();
        assertThat(mayMiss((ops, x) -> ops.isNaN(x)))
                .as("as a feature of its own")
                .isTrue();
        assertThat(mayMiss((ops, x) -> ops.add(filled(ops, x), ops.cast(ops.isNaN(x), DataType.FLOAT))))
                .isTrue();
    }

    @Test
    void aNumberThatIsTakenOtherwiseMayNot() {
        assertThat(mayMiss((ops, x) -> x)).isFalse();
        assertThat(mayMiss((ops, x) -> ops.neg(x))).isFalse();
        assertThat(mayMiss((ops, x) -> ops.add(filled(ops, x), x))).isFalse();
        assertThat(mayMiss((ops, x) -> ops.where(ops.isNaN(x), x, ops.like(x, 4))))
                .as("taken where it is missing")
                .isFalse();
        assertThat(mayMiss((ops, x) -> ops.where(ops.not(ops.isNaN(x)), ops.like(x, 4), x)))
                .isFalse();
        assertThat(mayMiss((ops, x) -> ops.where(ops.isNaN(x), x, x))).isFalse();
        assertThat(mayMiss((ops, x) -> ops.where(ops.isNaN(ops.neg(x)), ops.like(x, 4), x)))
                .as("asked for another number")
                .isFalse();
    }

    /** What no output needs is not computed. */
    @Test
    void anInputThatIsNotUsedDoesNotCount() {
        assertThat(mayMiss((ops, x) -> ops.constant(DataType.FLOAT, 1))).isFalse();
    }

    @Test
    void aTextMayMissWhereTheFunctionThatIsGivenItKnowsTheEmptyOne() {
        assertThat(textMayMiss(true)).isTrue();
        assertThat(textMayMiss(false)).isFalse();
    }

    private static boolean textMayMiss(boolean known) {
        HostFunction lookup = new HostFunction() {
            @Override
            public String name() {
                return "Lookup";
            }

            @Override
            public boolean knowsMissing() {
                return known;
            }
        };
        Graph graph = new Graph("m");
        Value x = graph.input("x", DataType.STRING, ROW);
        graph.output("y", new Ops(graph).host(lookup, List.of(x), DataType.INT64, ROW));
        return graph.inputsThatMayMiss().contains(x);
    }
}
