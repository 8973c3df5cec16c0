package dev.slipway.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts what the elements of a window hold back to where they saw it, along one axis of known length: element {@code e} at
 * place {@code p} saw {@code p · stride + e · dilation}; what meets is added up.
 *
 * <p>Places are sorted by what is left when they are divided by the stride: those of one remainder are a stretch without
 * gaps, so elements are shifted by zeros and added, and the remainders are joined alternately.
 *
 * @param ops where nodes are added
 * @param axis the axis
 * @param length how long it was
 * @param places how many places the window has along it
 * @param stride how far the window moves
 * @param dilation the distance of its elements
 * @param before how many elements were thought before the first
 */
record Unslide(Ops ops, int axis, long length, long places, long stride, long dilation, long before) {
    /** The axis of a window over {@code [batch, …, channels]}, the first being 0. */
    static Unslide of(Ops ops, Window window, int axis, long length, long places) {
        return new Unslide(
                ops,
                axis + 1,
                length,
                places,
                window.strides().get(axis),
                window.dilations().get(axis),
                window.before().get(axis));
    }

    /** The sum of the elements, each of which holds one number for each place. */
    Value of(List<Value> elements) {
        long shifts = (elements.size() - 1) * dilation / stride;
        List<Value> remainders = new ArrayList<>();
        for (long remainder = 0; remainder < stride; remainder++) {
            List<Value> parts = new ArrayList<>();
            for (int e = 0; e < elements.size(); e++) {
                long offset = e * dilation;
                if (offset % stride == remainder) {
                    parts.add(ops.padAxis(elements.get(e), axis, offset / stride, shifts - offset / stride));
                }
            }
            remainders.add(parts.stream().reduce(ops::add).orElseGet(() -> zeros(elements.get(0), shifts)));
        }
        return cut(alternately(remainders), (places + shifts) * stride);
    }

    private Value zeros(Value like, long more) {
        Value longer = ops.padAxis(like, axis, 0, more);
        return ops.expandLike(ops.like(like, 0), longer);
    }

    /** One element of each in turn. */
    private Value alternately(List<Value> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        Value joined = ops.concat(
                parts.stream().map(part -> ops.unsqueeze(part, axis + 1)).toList(), axis + 1);
        Shape shape = parts.get(0).shape();
        return ops.reshape(joined, shape.with(axis, Dimension.of(shape.size(axis) * parts.size())));
    }

    /** What lies where the axis was; places that no window saw get zeros. */
    private Value cut(Value whole, long reach) {
        long end = Math.min(reach, before + length);
        Value inside = before == 0 && end == reach ? whole : ops.slice(whole, axis, before, end);
        return ops.padAxis(inside, axis, 0, before + length - end);
    }
}
