package dev.slipway.graph;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.stream.LongStream;

/** Random uses of the operators that move a window, and of those that resize. */
final class WindowCase {
    private WindowCase() {}

    static List<OperatorCase> all() {
        return List.of(
                OperatorCase.of("conv", t -> conv(t, false)).single(),
                OperatorCase.of("conv", t -> conv(t, true)).single(),
                OperatorCase.of("convTranspose", WindowCase::convTranspose).single(),
                OperatorCase.of("maxPool", t -> pool(t, t.ops()::maxPool)).single(),
                OperatorCase.of("averagePool", t -> pool(t, t.ops()::averagePool))
                        .single(),
                OperatorCase.of("upsample", WindowCase::upsample).single(),
                OperatorCase.of("resize", WindowCase::resize).single());
    }

    private static Value conv(Trial t, boolean biased) {
        long groups = t.whole(1, 2);
        long channels = groups * t.whole(1, 2);
        long filters = groups * t.whole(1, 2);
        long[] lengths = window(t);
        Window window = padded(t, Window.of(list(lengths)).withStrides(some(t, lengths.length, 1, 3)));
        Value x = input(t, window, t::smooth, image(t, channels, lengths.length));
        Value kernel = t.known(t::smooth, join(new long[] {filters, channels / groups}, lengths));
        return biased
                ? t.ops().conv(x, kernel, t.input(t::smooth, filters), window, groups)
                : t.ops().conv(x, kernel, window, groups);
    }

    private static Value convTranspose(Trial t) {
        long[] lengths = window(t);
        long channels = t.whole(1, 3);
        long filters = t.whole(1, 3);
        Value x = t.input(t::smooth, image(t, channels, lengths.length));
        Value kernel = t.known(t::smooth, join(new long[] {channels, filters}, lengths));
        List<Long> strides = some(t, lengths.length, 1, 3);
        List<Long> more = strides.stream().map(s -> t.whole(0, s - 1)).toList();
        Window window = Window.of(list(lengths))
                .withStrides(strides)
                .withPadding(some(t, lengths.length, 0, 1), some(t, lengths.length, 0, 1));
        return t.truth() == 0
                ? t.ops().convTranspose(x, kernel, window, more)
                : t.ops().convTranspose(x, kernel, t.input(t::smooth, filters), window, more);
    }

    private static Value pool(Trial t, BiFunction<Value, Window, Value> pool) {
        long[] lengths = window(t);
        Arrays.setAll(lengths, i -> lengths[i] + 1);
        Window window = Window.of(list(lengths)).withStrides(some(t, lengths.length, 1, 3));
        List<Long> before = some(t, lengths.length, 0, 1);
        List<Long> after = some(t, lengths.length, 0, 1);
        Window padded = t.truth() == 0 ? window.withSamePadding() : window.withPadding(before, after);
        long[] image = image(t, t.whole(1, 2), lengths.length);
        return pool.apply(
                input(
                        t,
                        padded,
                        t.distinct(),
                        Arrays.stream(image).map(n -> Math.min(n, 4)).toArray()),
                padded);
    }

    /** An input, all of whose lengths are known where padding depends on them. */
    private static Value input(Trial t, Window window, DoubleSupplier numbers, long... lengths) {
        return window.attributes().containsKey("auto_pad") ? t.known(numbers, lengths) : t.input(numbers, lengths);
    }

    private static Value upsample(Trial t) {
        Value x = t.input(t::smooth, t.lengths(4, 4));
        Interpolation interpolation = interpolation(t);
        return t.ops().upsample(x, List.of(-2, 3), some(t, 2, 1, 3), interpolation);
    }

    private static Value resize(Trial t) {
        Value x = t.input(t::smooth, t.lengths(4, 4));
        Interpolation interpolation = interpolation(t);
        return t.ops().resize(x, List.of(-2, 3), some(t, 2, 1, 6), interpolation);
    }

    private static Interpolation interpolation(Trial t) {
        Interpolation[] all = Interpolation.values();
        return all[(int) t.whole(0, all.length - 1)];
    }

    private static Window padded(Trial t, Window window) {
        return switch ((int) t.whole(0, 2)) {
            case 0 -> window.withSamePadding();
            case 1 ->
                window.withPadding(some(t, window.rank(), 0, 2), some(t, window.rank(), 0, 2))
                        .withDilations(some(t, window.rank(), 1, 2));
            default -> window;
        };
    }

    private static long[] window(Trial t) {
        return LongStream.generate(() -> t.whole(1, 2)).limit(t.whole(1, 3)).toArray();
    }

    private static long[] image(Trial t, long channels, int rank) {
        return join(
                new long[] {t.whole(1, 3), channels},
                LongStream.generate(() -> t.whole(3, rank == 3 ? 4 : 6))
                        .limit(rank)
                        .toArray());
    }

    private static List<Long> some(Trial t, int count, long least, long most) {
        return LongStream.generate(() -> t.whole(least, most))
                .limit(count)
                .boxed()
                .toList();
    }

    private static List<Long> list(long... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    private static long[] join(long[] first, long... last) {
        return LongStream.concat(Arrays.stream(first), Arrays.stream(last)).toArray();
    }
}
