package dev.slipway.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.traffic.Tolerance.Difference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ToleranceTest {
    private final Tolerance tolerance = new Tolerance(0.01, 0.1);

    private static List<Tensor> numbers(float... values) {
        return List.of(Tensor.of(Shape.of(1, values.length), values));
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10, true",
        "10, 11, true",
        "10, 11.02, false",
        "-10, -11, true",
        "0, 0.01, true",
        "0, 0.011, false",
        "0, -0, true",
        "NaN, NaN, true",
        "NaN, 1, false",
        "1, NaN, false",
        "Infinity, Infinity, true",
        "Infinity, -Infinity, false"
    })
    void allowsAnAbsoluteAndARelativeDifference(float expected, float actual, boolean equal) {
        assertThat(tolerance.compare(numbers(1, expected), numbers(1, actual)).equal())
                .isEqualTo(equal);
    }

    @Test
    void measuresTheLargestFiniteDifference() {
        Difference found = tolerance.compare(numbers(1, 2, 3, 4), numbers(1, 2.5f, Float.NaN, 4.25f));

        assertThat(found.equal()).isFalse();
        assertThat(found.most()).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void comparesShapesTypesNumbersOfOutputsAndTexts() {
        List<Tensor> one = numbers(1, 2);

        assertThat(tolerance.compare(one, numbers(1, 2, 3)).equal()).isFalse();
        assertThat(tolerance
                        .compare(one, List.of(Tensor.of(Shape.of(2), 1f, 2f)))
                        .equal())
                .isFalse();
        assertThat(tolerance
                        .compare(one, List.of(Tensor.of(Shape.of(1, 2), 1.0, 2.0)))
                        .equal())
                .isFalse();
        assertThat(tolerance.compare(one, List.of()).equal()).isFalse();
        assertThat(tolerance.compare(texts("a"), texts("a")).equal()).isTrue();
        assertThat(tolerance.compare(texts("a"), texts("b")).equal()).isFalse();
    }

    private static List<Tensor> texts(String text) {
        return List.of(Tensor.of(Shape.of(1), text));
    }
}
