package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/**
 * Functions that no operator of ONNX computes, by series and fractions, to the last places of single precision.
 *
 * <p>Source: M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", 7.1.14, 9.8.1 and 9.8.2; S. Winitzki, "A handy
 * approximation for the error function and its inverse", 2008.
 */
final class SpecialFunctions {
    private static final double[] BESSEL_NEAR = {0.0045813, 0.0360768, 0.2659732, 1.2067492, 3.0899424, 3.5156229, 1};
    private static final double[] BESSEL_FAR = {
        0.00392377, -0.01647633, 0.02635537, -0.02057706, 0.00916281, -0.00157565, 0.00225319, 0.01328592, 0.39894228
    };
    private static final double BESSEL_BORDER = 3.75;

    /** From here on the continued fraction is as good as the difference to 1. */
    private static final double FAR = 3;

    private static final int FRACTIONS = 24;
    private static final int CORRECTIONS = 3;

    private SpecialFunctions() {}

    static void addTo(Definitions all) {
        all.from("math");
        all.floating("Erfc", (ops, x) -> inDouble(ops, x, SpecialFunctions::erfc));
        all.floating("Erfinv", (ops, x) -> inDouble(ops, x, SpecialFunctions::erfinv));
        all.from("numpy");
        all.wide("I0", (ops, x) -> inDouble(ops, x, SpecialFunctions::bessel));
        all.floating("Sinc", SpecialFunctions::sinc);
    }

    private static Value inDouble(Ops ops, Value x, Definitions.Unary function) {
        return ops.cast(function.apply(ops, ops.cast(x, DataType.DOUBLE)), x.type());
    }

    private static Value times(Ops ops, Value x, double factor) {
        return ops.mul(x, ops.like(x, factor));
    }

    /** {@code 1 - erf(x)}; far from 0, where nothing of that is left, a continued fraction. */
    private static Value erfc(Ops ops, Value x) {
        Value far = ops.max(x, ops.like(x, FAR));
        Value below = far;
        for (int i = FRACTIONS; i >= 1; i--) {
            below = ops.add(far, ops.div(ops.like(x, i / 2.0), below));
        }
        Value bell = times(ops, ops.exp(ops.neg(ops.mul(far, far))), 1 / Math.sqrt(Math.PI));
        Value near = ops.sub(ops.like(x, 1), ops.erf(x));
        return ops.where(ops.greater(x, ops.like(x, FAR)), ops.div(bell, below), near);
    }

    /** An approximation, corrected by Newton's method; infinite at 1 and -1. */
    private static Value erfinv(Ops ops, Value x) {
        Value one = ops.like(x, 1);
        Value log = ops.log(ops.mul(ops.sub(one, x), ops.add(one, x)));
        Value half = ops.add(times(ops, log, 0.5), ops.like(x, 2 / (Math.PI * 0.147)));
        Value root = ops.sqrt(ops.sub(ops.mul(half, half), times(ops, log, 1 / 0.147)));
        Value guess = ops.mul(ops.sign(x), ops.sqrt(ops.max(ops.sub(root, half), ops.like(x, 0))));
        for (int i = 0; i < CORRECTIONS; i++) {
            Value slope = times(ops, ops.exp(ops.neg(ops.mul(guess, guess))), 2 / Math.sqrt(Math.PI));
            guess = ops.sub(guess, ops.div(ops.sub(ops.erf(guess), x), slope));
        }
        Value isEnd = ops.equal(ops.abs(x), one);
        return ops.where(isEnd, times(ops, x, Double.POSITIVE_INFINITY), guess);
    }

    /** The modified Bessel function of the first kind, of order 0. */
    private static Value bessel(Ops ops, Value x) {
        Value size = ops.abs(x);
        Value border = ops.like(x, BESSEL_BORDER);
        Value near = ops.div(ops.min(size, border), border);
        Value far = ops.max(size, border);
        Value tail = ops.mul(ops.div(ops.exp(far), ops.sqrt(far)), series(ops, ops.div(border, far), BESSEL_FAR));
        return ops.where(ops.less(size, border), series(ops, ops.mul(near, near), BESSEL_NEAR), tail);
    }

    private static Value series(Ops ops, Value x, double... factors) {
        Value sum = ops.like(x, factors[0]);
        for (int i = 1; i < factors.length; i++) {
            sum = ops.add(ops.mul(sum, x), ops.like(x, factors[i]));
        }
        return sum;
    }

    /** {@code sin(πx) / (πx)}, and 1 at 0. */
    private static Value sinc(Ops ops, Value x) {
        Value isZero = ops.equal(x, ops.like(x, 0));
        Value angle = times(ops, ops.where(isZero, ops.like(x, 1), x), Math.PI);
        return ops.where(isZero, ops.like(x, 1), ops.div(ops.sin(angle), angle));
    }
}
