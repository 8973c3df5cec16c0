package dev.slipway.server.oip;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.json.InputException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The classification extension: the highest elements of each row with their places, as texts {@code value:index}, best first.
 *
 * <p>Source: Triton, classification extension.
 */
public final class Classes {
    private Classes() {}

    /**
     * Keeps the highest elements.
     *
     * @param scores {@code [batch, classes]} or {@code [classes]}
     * @param count how many are kept; all where there are not as many
     * @return texts, {@code [batch, count]} or {@code [count]}
     * @throws InputException if it has another rank, or is of texts
     */
    public static Tensor highest(Tensor scores, int count) {
        Shape shape = scores.shape();
        if (scores.type() == DataType.STRING || shape.rank() == 0 || shape.rank() > 2) {
            throw new InputException(
                    "classification",
                    List.of("outputs"),
                    "expected: an output of numbers of one row each",
                    scores.type() + " " + shape);
        }
        int classes = (int) shape.size(shape.rank() - 1);
        int rows = shape.rank() == 1 ? 1 : (int) shape.size(0);
        int kept = Math.min(count, classes);
        String[] texts = IntStream.range(0, rows)
                .boxed()
                .flatMap(row -> IntStream.range(0, classes)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer index) -> -scores.element(row * classes + index)))
                        .limit(kept)
                        .map(index -> text(scores, row * classes + index) + ":" + index))
                .toArray(String[]::new);
        return Tensor.of(shape.rank() == 1 ? Shape.of(kept) : Shape.of(rows, kept), texts);
    }

    private static String text(Tensor scores, int index) {
        double value = scores.element(index);
        return scores.type().isInteger()
                ? Long.toString((long) value)
                : scores.type() == DataType.DOUBLE ? Double.toString(value) : Float.toString((float) value);
    }
}
