package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final Graph graph = new Graph("test");
    private final Ops ops = new Ops(graph);
    private final Value image = graph.input("image", DataType.FLOAT, Shape.of(1, 4, 5, 6));
    private final Value kernel = graph.input("kernel", DataType.FLOAT, Shape.of(6, 2, 3, 3));
    private final Value bias = graph.input("bias", DataType.FLOAT, Shape.of(5));
    private final Window window = Window.of(List.of(3L, 3L));

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void keepsASymbolThroughSamePaddingWithoutStride() {
        Dimension width = Dimension.symbol("width");
        Value row = graph.input("row", DataType.FLOAT, Shape.of(List.of(Dimension.of(1), Dimension.of(4), width)));
        Window three = Window.of(List.of(3L));
        assertThat(ops.maxPool(row, three.withSamePadding()).shape().dimension(2))
                .isEqualTo(width);
        assertThat(ops.maxPool(row, three.withPadding(List.of(0L), List.of(2L)))
                        .shape()
                        .dimension(2))
                .isEqualTo(width);
        assertThat(ops.maxPool(row, three).shape().dimension(2)).isNotEqualTo(width);
    }

    @Test
    void refusesNumbersThatAreNoWindow() {
        assertRefused(() -> Window.of(List.of(0L)), "window: length [0] (expected: a number >= 1 for each of 1 axes)");
        assertRefused(() -> window.withStrides(List.of(1L)), "stride [1] (expected: a number >= 1 for each of 2 axes)");
        assertRefused(() -> window.withDilations(List.of(1L, 0L)), "dilation [1, 0]");
        assertRefused(() -> window.withPadding(List.of(0L, -1L), List.of(0L, 0L)), "padding [0, -1]");
        assertRefused(
                () -> window.withDilations(List.of(2L, 1L)).withSamePadding(),
                "(expected: dilations of 1, or padding in numbers)");
    }

    @Test
    void refusesWindowsThatDoNotFit() {
        assertRefused(
                () -> ops.maxPool(image, Window.of(List.of(2L))),
                "MaxPool: [1, 4, 5, 6] and a window [2] strides [1] dilations [1] padding [0] [0]"
                        + " (expected: [batch, channels] and an axis for each of the window's)");
        assertRefused(
                () -> ops.averagePool(image, Window.of(List.of(6L, 2L))),
                "AveragePool: a window over 6 elements on an axis of 5 and padding of 0");
        assertRefused(() -> ops.averagePool(image, window.withDilations(List.of(2L, 2L))), "(expected: no dilation)");
    }

    @Test
    void refusesKernelsThatDoNotFit() {
        assertRefused(
                () -> ops.conv(image, kernel, window, 1),
                "Conv: [1, 4, 5, 6] and kernel [6, 2, 3, 3] in 1 groups"
                        + " (expected: kernel [filters, channels / groups, …] with whole numbers)");
        assertRefused(() -> ops.conv(image, kernel, window, 0), "in 0 groups");
        assertRefused(
                () -> ops.conv(image, kernel, Window.of(List.of(3L, 2L)), 2),
                "(expected: a kernel as long as the window behind its first two axes)");
        assertRefused(
                () -> ops.conv(image, kernel, bias, window, 2),
                "Conv: bias [5] and kernel [6, 2, 3, 3] (expected: a number for each filter)");
        assertRefused(
                () -> ops.convTranspose(image, kernel, window, List.of(0L, 0L)),
                "ConvTranspose: [1, 4, 5, 6] and kernel [6, 2, 3, 3] and [0, 0] more");
    }

    @Test
    void refusesSizesThatAreNone() {
        assertRefused(
                () -> ops.resize(image, List.of(2, -2), List.of(3L, 3L), Interpolation.LINEAR),
                "Resize: axes [2, -2] of shape [1, 4, 5, 6] by [3, 3]"
                        + " (expected: different axes, and a number >= 1 for each)");
        assertRefused(
                () -> ops.upsample(image, List.of(2), List.of(0L), Interpolation.NEAREST),
                "Resize: axes [2] of shape [1, 4, 5, 6] by [0]");
        assertRefused(
                () -> ops.upsample(image, List.of(2), List.of(Long.MAX_VALUE), Interpolation.NEAREST),
                "Resize: length 5 by 9223372036854775807 (expected: a product below 2^63)");
    }
}
