package dev.slipway.server.traffic;

import dev.slipway.graph.DataType;
import dev.slipway.runtime.Tensor;
import java.util.List;

/**
 * When two answers are the same: equal types and shapes, equal texts, and for every number e of the one and a of the other
 * {@code |a - e| <= absolute + relative * |e|}. What is not finite must be the same.
 *
 * @param absolute not negative
 * @param relative not negative
 */
record Tolerance(double absolute, double relative) {
    /**
     * What a comparison has found.
     *
     * @param equal whether all is within the tolerance
     * @param most the largest difference of two finite numbers; 0 if there is none
     */
    record Difference(boolean equal, double most) {
        private static final Difference NOT_COMPARABLE = new Difference(false, 0);

        private Difference and(Difference other) {
            return new Difference(equal && other.equal, Math.max(most, other.most));
        }
    }

    Difference compare(List<Tensor> expected, List<Tensor> actual) {
        if (expected.size() != actual.size()) {
            return Difference.NOT_COMPARABLE;
        }
        Difference all = new Difference(true, 0);
        for (int i = 0; i < expected.size(); i++) {
            all = all.and(compare(expected.get(i), actual.get(i)));
        }
        return all;
    }

    private Difference compare(Tensor expected, Tensor actual) {
        if (expected.type() != actual.type() || !expected.shape().equals(actual.shape())) {
            return Difference.NOT_COMPARABLE;
        }
        if (expected.type() == DataType.STRING) {
            return new Difference(expected.texts().equals(actual.texts()), 0);
        }
        if (expected.bytes().rewind().equals(actual.bytes().rewind())) {
            return new Difference(true, 0);
        }
        return compareNumbers(expected, actual);
    }

    private Difference compareNumbers(Tensor expected, Tensor actual) {
        int count = Math.toIntExact(expected.shape().elementCount());
        boolean equal = true;
        double most = 0;
        for (int i = 0; i < count; i++) {
            double e = expected.element(i);
            double a = actual.element(i);
            if (Double.isFinite(e) && Double.isFinite(a)) {
                double difference = Math.abs(a - e);
                most = Math.max(most, difference);
                equal &= difference <= absolute + relative * Math.abs(e);
            } else {
                equal &= Double.compare(e, a) == 0;
            }
        }
        return new Difference(equal, most);
    }
}
