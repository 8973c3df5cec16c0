package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How a window moves over a tensor {@code [batch, channels, …]}: for each axis behind the channels the window's length, its
 * stride, the distance of its elements (dilation), and how many elements are thought before and after the axis.
 *
 * <p>Source: the attributes that the ONNX operators Conv, ConvTranspose, MaxPool and AveragePool share, opset 18.
 */
public final class Window {
    private final List<Long> lengths;
    private final List<Long> strides;
    private final List<Long> dilations;
    private final List<Long> before;
    private final List<Long> after;
    private final boolean isSame;

    private Window(
            List<Long> lengths,
            List<Long> strides,
            List<Long> dilations,
            List<Long> before,
            List<Long> after,
            boolean isSame) {
        this.lengths = require("length", 1, lengths, lengths);
        this.strides = require("stride", 1, strides, lengths);
        this.dilations = require("dilation", 1, dilations, lengths);
        this.before = require("padding", 0, before, lengths);
        this.after = require("padding", 0, after, lengths);
        this.isSame = isSame;
        if (isSame && dilations.stream().anyMatch(d -> d != 1)) {
            throw new IllegalArgumentException("window: padding to the same length with dilations " + dilations
                    + " (expected: dilations of 1, or padding in numbers)");
        }
    }

    private static List<Long> require(String what, long least, List<Long> numbers, List<Long> lengths) {
        boolean fits = numbers.stream().allMatch(n -> n >= least && n <= Integer.MAX_VALUE);
        if (!fits || numbers.size() != lengths.size()) {
            throw new IllegalArgumentException("window: " + what + " " + numbers + " (expected: a number >= " + least
                    + " for each of " + lengths.size() + " axes)");
        }
        return List.copyOf(numbers);
    }

    /**
     * A window that moves by one place, without padding.
     *
     * @param lengths its length along each axis behind the channels, 1 or more
     * @return the window
     */
    public static Window of(List<Long> lengths) {
        List<Long> ones = Collections.nCopies(lengths.size(), 1L);
        List<Long> zeros = Collections.nCopies(lengths.size(), 0L);
        return new Window(lengths, ones, ones, zeros, zeros, false);
    }

    /**
     * This window with other steps.
     *
     * @param newStrides how far it moves along each axis, 1 or more
     * @return the changed window
     */
    public Window withStrides(List<Long> newStrides) {
        return new Window(lengths, newStrides, dilations, before, after, isSame);
    }

    /**
     * This window with its elements pulled apart.
     *
     * @param newDilations the distance of neighbouring elements along each axis, 1 for none between
     * @return the changed window
     */
    public Window withDilations(List<Long> newDilations) {
        return new Window(lengths, strides, newDilations, before, after, isSame);
    }

    /**
     * This window over padded axes; a transposed convolution takes as much away instead.
     *
     * @param newBefore how many elements come before the first of each axis
     * @param newAfter how many elements come behind the last of each axis
     * @return the changed window
     */
    public Window withPadding(List<Long> newBefore, List<Long> newAfter) {
        return new Window(lengths, strides, dilations, newBefore, newAfter, false);
    }

    /**
     * This window over axes that are padded as they run, so that each gives {@code ceil(length / stride)} places; what
     * cannot be halved is put behind.
     *
     * @return the changed window
     */
    public Window withSamePadding() {
        List<Long> zeros = Collections.nCopies(lengths.size(), 0L);
        return new Window(lengths, strides, dilations, zeros, zeros, true);
    }

    int rank() {
        return lengths.size();
    }

    List<Long> lengths() {
        return lengths;
    }

    List<Long> strides() {
        return strides;
    }

    List<Long> dilations() {
        return dilations;
    }

    /** How many elements are thought before each axis, where that does not depend on its length. */
    List<Long> before() {
        return before;
    }

    /** How many elements are thought behind each axis, where that does not depend on its length. */
    List<Long> after() {
        return after;
    }

    boolean isPadded() {
        return isSame || Stream.concat(before.stream(), after.stream()).anyMatch(n -> n != 0);
    }

    boolean isDilated() {
        return dilations.stream().anyMatch(d -> d != 1);
    }

    Map<String, Attribute> attributes() {
        Map<String, Attribute> attributes = new TreeMap<>();
        attributes.put("kernel_shape", new Attribute.Ints(lengths));
        attributes.put("strides", new Attribute.Ints(strides));
        if (isDilated()) {
            attributes.put("dilations", new Attribute.Ints(dilations));
        }
        if (isSame) {
            attributes.put("auto_pad", new Attribute.Text("SAME_UPPER"));
        } else {
            List<Long> pads = Stream.concat(before.stream(), after.stream()).toList();
            attributes.put("pads", new Attribute.Ints(pads));
        }
        return attributes;
    }

    /**
     * The window of a node, with its padding in numbers.
     *
     * @throws IllegalArgumentException if the padding depends on a length that only the engine knows
     */
    static Window of(Node node) {
        List<Long> dilations = node.intsAttribute("dilations");
        Window window = of(node.intsAttribute("kernel_shape")).withStrides(node.intsAttribute("strides"));
        if (!dilations.isEmpty()) {
            window = window.withDilations(dilations);
        }
        if (node.attributes().containsKey("auto_pad")) {
            String subject = "gradient: '" + node.name() + "' " + node.operator();
            return window.withSamePadding().inNumbers(subject, node.input(0).shape());
        }
        List<Long> pads = node.intsAttribute("pads");
        return window.withPadding(pads.subList(0, window.rank()), pads.subList(window.rank(), pads.size()));
    }

    /**
     * This window with its padding in numbers.
     *
     * @param subject what it moves for, for messages
     * @param operand the shape it moves over
     * @throws IllegalArgumentException if the padding depends on a length that only the engine knows
     */
    Window inNumbers(String subject, Shape operand) {
        if (!isSame) {
            return this;
        }
        List<Long> first = new ArrayList<>();
        List<Long> last = new ArrayList<>();
        for (int axis = 0; axis < rank(); axis++) {
            Dimension length = operand.dimension(axis + 2);
            long stride = strides.get(axis);
            if (!length.isKnown() && stride != 1) {
                throw new IllegalArgumentException(subject + " of " + operand
                        + " padded to the same length with strides " + strides
                        + " (expected: known lengths)");
            }
            long covered = stride == 1 ? 0 : (length.size() - 1) / stride * stride + 1 - length.size();
            long total = Math.max(0, covered + span(axis) - 1);
            first.add(total / 2);
            last.add(total - total / 2);
        }
        return withPadding(first, last);
    }

    /** How many places an axis has for this window. */
    Dimension slide(String operator, Dimension length, int axis, Supplier<Dimension> unknown) {
        long stride = strides.get(axis);
        if (isSame) {
            return stride == 1
                    ? length
                    : length.isKnown() ? Dimension.of((length.size() + stride - 1) / stride) : unknown.get();
        }
        long more = before.get(axis) + after.get(axis);
        if (!length.isKnown()) {
            return stride == 1 && more == span(axis) - 1 ? length : unknown.get();
        }
        long room = length.size() + more - span(axis);
        if (room < 0) {
            throw new IllegalArgumentException(operator + ": a window over " + span(axis) + " elements on an axis of "
                    + length + " and padding of " + more + " (expected: an axis as long as the window)");
        }
        return Dimension.of(room / stride + 1);
    }

    /** How long an axis has to be for this window to have so many places, and some elements more. */
    Dimension unslide(String operator, Dimension places, int axis, long more, Supplier<Dimension> unknown) {
        long added = span(axis) - before.get(axis) - after.get(axis) + more;
        if (!places.isKnown()) {
            return strides.get(axis) == 1 && added == 1 ? places : unknown.get();
        }
        long length = (places.size() - 1) * strides.get(axis) + added;
        if (length < 0) {
            throw new IllegalArgumentException(
                    operator + ": " + places + " places less padding give a length of " + length + " (expected: >= 0)");
        }
        return Dimension.of(length);
    }

    /** From the window's first element to its last. */
    long span(int axis) {
        return (lengths.get(axis) - 1) * dilations.get(axis) + 1;
    }

    @Override
    public String toString() {
        return "window " + lengths + " strides " + strides + " dilations " + dilations + " padding "
                + (isSame ? "same" : before + " " + after);
    }
}
