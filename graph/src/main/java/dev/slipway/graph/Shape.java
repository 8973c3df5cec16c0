package dev.slipway.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The lengths of a tensor's axes, outermost first; a scalar has none. Axes may be counted from the end: -1 is the last. */
public final class Shape {
    private static final Shape SCALAR = new Shape(List.of());

    private final List<Dimension> dimensions;

    private Shape(List<Dimension> dimensions) {
        this.dimensions = dimensions;
    }

    /**
     * The shape without axes.
     *
     * @return the scalar's shape
     */
    public static Shape scalar() {
        return SCALAR;
    }

    /**
     * A shape of known lengths.
     *
     * @param sizes the lengths, each at least 0
     * @return the shape
     */
    public static Shape of(long... sizes) {
        Dimension[] dimensions = new Dimension[sizes.length];
        for (int axis = 0; axis < sizes.length; axis++) {
            dimensions[axis] = Dimension.of(sizes[axis]);
        }
        return new Shape(List.of(dimensions));
    }

    /**
     * A shape of dimensions, some of which may be symbols.
     *
     * @param dimensions the axes
     * @return the shape
     */
    public static Shape of(List<Dimension> dimensions) {
        return new Shape(List.copyOf(dimensions));
    }

    /**
     * This shape with one more axis in front.
     *
     * @param dimension the new axis 0
     * @return a shape of one rank more
     */
    public Shape prepend(Dimension dimension) {
        List<Dimension> longer = new ArrayList<>(rank() + 1);
        longer.add(dimension);
        longer.addAll(dimensions);
        return of(longer);
    }

    /**
     * This shape with one axis replaced.
     *
     * @param axis the axis, negative from the end
     * @param dimension its new length
     * @return the changed shape
     */
    public Shape with(int axis, Dimension dimension) {
        List<Dimension> changed = new ArrayList<>(dimensions);
        changed.set(axis(axis), dimension);
        return of(changed);
    }

    /**
     * Some consecutive axes of this shape.
     *
     * @param from the first axis
     * @param to one past the last axis
     * @return their shape
     */
    public Shape slice(int from, int to) {
        return of(dimensions.subList(from, to));
    }

    /**
     * The number of axes.
     *
     * @return 0 for a scalar
     */
    public int rank() {
        return dimensions.size();
    }

    /**
     * The axes.
     *
     * @return an unmodifiable list, outermost first
     */
    public List<Dimension> dimensions() {
        return dimensions;
    }

    /**
     * One axis.
     *
     * @param axis its number, negative from the end
     * @return its length
     * @throws IllegalArgumentException if there is no such axis
     */
    public Dimension dimension(int axis) {
        return dimensions.get(axis(axis));
    }

    /**
     * The known length of one axis.
     *
     * @param axis its number, negative from the end
     * @return the number of elements along it
     * @throws IllegalStateException if that length is a symbol
     */
    public long size(int axis) {
        return dimension(axis).size();
    }

    /**
     * An axis counted from the front.
     *
     * @param axis a number from {@code -rank} to {@code rank - 1}
     * @return the number from 0 to {@code rank - 1}
     * @throws IllegalArgumentException if there is no such axis
     */
    public int axis(int axis) {
        if (axis < -rank() || axis >= rank()) {
            throw new IllegalArgumentException(
                    "axis: " + axis + " of shape " + this + " (expected: " + -rank() + " to " + (rank() - 1) + ")");
        }
        return axis < 0 ? axis + rank() : axis;
    }

    /**
     * Whether every length is a number.
     *
     * @return false if some axis is a symbol
     */
    public boolean isKnown() {
        for (Dimension dimension : dimensions) {
            if (!dimension.isKnown()) {
                return false;
            }
        }
        return true;
    }

    /**
     * The number of axes whose length is a symbol.
     *
     * @return 0 if the shape is known
     */
    public int symbolCount() {
        return (int) dimensions.stream().filter(d -> !d.isKnown()).count();
    }

    /**
     * The lengths as numbers.
     *
     * @return a new array, outermost first
     * @throws IllegalStateException if some length is a symbol
     */
    public long[] toArray() {
        return dimensions.stream().mapToLong(Dimension::size).toArray();
    }

    /**
     * The number of elements: the product of the lengths.
     *
     * @return 1 for a scalar
     * @throws IllegalStateException if some length is a symbol
     * @throws ArithmeticException if the product is over {@link Long#MAX_VALUE}
     */
    public long elementCount() {
        long count = 1;
        for (Dimension dimension : dimensions) {
            count = Math.multiplyExact(count, dimension.size());
        }
        return count;
    }

    /**
     * This shape with its symbols replaced by numbers, as far as they are given.
     *
     * @param sizes the length of each symbol
     * @return a shape in which only symbols without a given length remain
     */
    public Shape bind(Map<String, Long> sizes) {
        return of(dimensions.stream()
                .map(d -> d.symbol().map(sizes::get).map(Dimension::of).orElse(d))
                .toList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && dimensions.equals(that.dimensions);
    }

    @Override
    public int hashCode() {
        return dimensions.hashCode();
    }

    /** The lengths in square brackets, such as {@code [batch, 28, 28]}. */
    @Override
    public String toString() {
        return dimensions.stream().map(Dimension::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
