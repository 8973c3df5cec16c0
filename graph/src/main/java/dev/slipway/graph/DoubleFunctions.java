package dev.slipway.graph;

/**
 * Functions in double precision for which the engine has no kernels, as quotients of polynomials that are right to the last
 * place or two.
 *
 * <p>Source: W. J. Cody, "Rational Chebyshev approximations for the error function", 1969, as in SPECFUN's {@code calerf};
 * {@code atan} of S. Moshier's Cephes library.
 */
final class DoubleFunctions {
    private static final double[] NEAR_OVER = {
        0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694
    };
    private static final double[] NEAR_UNDER = {
        1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171
    };
    private static final double[] FAR_OVER = {
        2.1531153547440383e-08,
        0.5641884969886701,
        8.883149794388377,
        66.11919063714163,
        298.6351381974001,
        881.952221241769,
        1712.0476126340707,
        2051.0783778260716,
        1230.3393547979972
    };
    private static final double[] FAR_UNDER = {
        1,
        15.744926110709835,
        117.6939508913125,
        537.1811018620099,
        1621.3895745666903,
        3290.7992357334597,
        4362.619090143247,
        3439.3676741437216,
        1230.3393548037495
    };
    private static final double NEAR = 0.46875;

    /** Beyond it the function is 1 to the last place. */
    private static final double ONE = 6;

    private static final double[] ANGLE_OVER = {
        -0.8750608600031904, -16.157537187333652, -75.00855792314705, -122.88666844901361, -64.85021904942025
    };
    private static final double[] ANGLE_UNDER = {
        1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614
    };
    private static final double STEEP = 2.414213562373095;
    private static final double FLAT = 0.66;

    private DoubleFunctions() {}

    /** The error function. */
    static Value erf(Ops ops, Value x) {
        Value size = ops.min(ops.abs(x), ops.like(x, ONE));
        Value near = ops.min(size, ops.like(x, NEAR));
        Value nearSquare = ops.mul(near, near);
        Value inner =
                ops.mul(near, ops.div(polynomial(ops, nearSquare, NEAR_OVER), polynomial(ops, nearSquare, NEAR_UNDER)));
        Value bell = ops.exp(ops.neg(ops.mul(size, size)));
        Value tail = ops.mul(bell, ops.div(polynomial(ops, size, FAR_OVER), polynomial(ops, size, FAR_UNDER)));
        Value isNear = ops.lessOrEqual(size, ops.like(x, NEAR));
        return ops.mul(ops.sign(x), ops.where(isNear, inner, ops.sub(ops.like(x, 1), tail)));
    }

    /** The angle that has a tangent. */
    static Value atan(Ops ops, Value x) {
        Value size = ops.abs(x);
        Value isSteep = ops.greater(size, ops.like(x, STEEP));
        Value isFlat = ops.lessOrEqual(size, ops.like(x, FLAT));
        Value one = ops.like(x, 1);
        // Where it is not taken, a quotient must not be 1 / 0 either: its gradient would not be a number.
        Value turned = ops.neg(ops.reciprocal(ops.max(size, one)));
        Value middle = ops.min(size, ops.like(x, STEEP));
        Value tilted = ops.div(ops.sub(middle, one), ops.add(middle, one));
        Value reduced = ops.where(isSteep, turned, ops.where(isFlat, size, tilted));
        Value base = ops.where(
                isSteep, ops.like(x, Math.PI / 2), ops.where(isFlat, ops.like(x, 0), ops.like(x, Math.PI / 4)));
        Value square = ops.mul(reduced, reduced);
        Value quotient = ops.div(polynomial(ops, square, ANGLE_OVER), polynomial(ops, square, ANGLE_UNDER));
        Value angle = ops.add(base, ops.add(reduced, ops.mul(reduced, ops.mul(square, quotient))));
        return ops.mul(ops.sign(x), angle);
    }

    /** By Horner's rule, the highest power first. */
    private static Value polynomial(Ops ops, Value x, double... factors) {
        Value sum = ops.like(x, factors[0]);
        for (int i = 1; i < factors.length; i++) {
            sum = ops.add(ops.mul(sum, x), ops.like(x, factors[i]));
        }
        return sum;
    }
}
