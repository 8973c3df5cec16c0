package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Literal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;

/**
 * Images blurred, their edges, how like two of them are, and images drawn at another scale.
 *
 * <p>Source: {@code keras.ops.image}: {@code gaussian_blur}, {@code sobel_edges} (at the border as on TensorFlow), {@code ssim},
 * {@code scale_and_translate}; Z. Wang et al., "Image quality assessment", 2004.
 */
final class Filters {
    private static final List<String> IMAGES = List.of("images");

    private Filters() {}

    static void addTo(Definitions all) {
        all.from("image");
        all.add("GaussianBlur", Definition.configured(IMAGES, Filters::blur));
        all.add("SobelEdges", Definition.configured(IMAGES, config -> {
            int rows = isFirst(config) ? 2 : 1;
            return call -> edges(call, rows);
        }));
        all.add("SSIM", Definition.configured(List.of("image1", "image2"), Filters::likeness));
        all.add(
                "ScaleAndTranslate",
                Definition.configured(List.of("images", "output_shape", "scale", "translation"), Filters::scaled));
    }

    private static boolean isFirst(Config config) {
        return config.text("data_format", "channels_last").equals("channels_first");
    }

    private static double[] bell(int size, double sigma) {
        double[] bell = new double[size];
        Arrays.setAll(bell, i -> Math.exp(-0.5 * Math.pow((i - (size - 1) / 2.0) / sigma, 2)));
        double sum = Arrays.stream(bell).sum();
        return Arrays.stream(bell).map(x -> x / sum).toArray();
    }

    /** The weighted sum of neighbours along an axis, where all of them are. */
    private static Value weighted(Ops ops, Value x, int axis, double... weights) {
        Value sum = ops.mul(part(ops, x, axis, 0, weights.length), ops.like(x, weights[0]));
        for (int i = 1; i < weights.length; i++) {
            sum = ops.add(sum, ops.mul(part(ops, x, axis, i, weights.length), ops.like(x, weights[i])));
        }
        return sum;
    }

    private static Value part(Ops ops, Value x, int axis, int from, int width) {
        int left = width - 1 - from;
        return ops.slice(x, axis, from, left == 0 ? Long.MAX_VALUE : -left);
    }

    /**
     * The first size and deviation are those along the columns. Where the sizes differ, TensorFlow takes the weights of that
     * window for those of a window of as many rows as it has columns, one after the other.
     */
    private static Definition.Function blur(Config config) {
        int[] sizes = Axes.find(config, "kernel_size").orElse(new int[] {3, 3});
        double[] sigmas = config.numbers("sigma").orElse(new double[] {1, 1});
        boolean isFirst = isFirst(config);
        if (sizes.length != 2 || sigmas.length != 2 || Math.min(sizes[0], sizes[1]) < 1) {
            throw config.refused("kernel_size", Arrays.toString(sizes), "two sizes >= 1, and as many in sigma");
        }
        boolean isSquare = sizes[0] == sizes[1];
        Bounds.steps(config, "kernel_size", isSquare ? sizes[0] : (long) sizes[0] * sizes[1]);
        double[] across = bell(sizes[0], sigmas[0]);
        double[] down = bell(sizes[1], sigmas[1]);
        return call -> {
            Ops ops = call.ops();
            Value x = call.floating("images");
            int rows = x.shape().axis(isFirst ? -2 : -3);
            long[] before = new long[x.shape().rank()];
            long[] after = new long[x.shape().rank()];
            for (int i = 0; i < 2; i++) {
                before[rows + i] = (sizes[i] - 1L) / 2;
                after[rows + i] = sizes[i] - 1L - before[rows + i];
            }
            Value padded = ops.pad(x, before, after);
            Value blurred = isSquare
                    ? weighted(ops, weighted(ops, padded, rows, down), rows + 1, across)
                    : window(ops, padded, rows, sizes, place -> down[place / sizes[0]] * across[place % sizes[0]]);
            return ops.cast(blurred, call.tensor("images").type());
        };
    }

    /** The weighted sum of a window of so many rows and columns, by the places of its weights in a row-major order. */
    private static Value window(Ops ops, Value x, int rows, int[] sizes, IntToDoubleFunction weight) {
        List<Value> sums = new ArrayList<>();
        for (int row = 0; row < sizes[0]; row++) {
            double[] weights = new double[sizes[1]];
            int first = row * sizes[1];
            Arrays.setAll(weights, column -> weight.applyAsDouble(first + column));
            sums.add(weighted(ops, part(ops, x, rows, row, sizes[0]), rows + 1, weights));
        }
        return sums.stream().reduce(ops::add).orElseThrow();
    }

    /** How fast images change downwards and to the right. */
    private static Value edges(OperationCall call, int rows) {
        Ops ops = call.ops();
        Value x = call.tensor("images");
        long[] width = new long[x.shape().rank()];
        width[rows] = 1;
        width[rows + 1] = 1;
        Value padded = Mirrored.pad(ops, x, "reflect", width, width);
        double[] change = {-1, 0, 1};
        double[] mean = {1, 2, 1};
        Value down = weighted(ops, weighted(ops, padded, rows, change), rows + 1, mean);
        Value right = weighted(ops, weighted(ops, padded, rows, mean), rows + 1, change);
        return ops.concat(
                List.of(ops.unsqueeze(down, -1), ops.unsqueeze(right, -1)),
                x.shape().rank());
    }

    private static Definition.Function likeness(Config config) {
        double largest = config.number("max_val", 1);
        int size = Bounds.steps(config, "filter_size", config.integer("filter_size", 11));
        if (size < 1) {
            throw config.refused("filter_size", size + "", ">= 1");
        }
        double[] bell = bell(size, config.number("filter_sigma", 1.5));
        double first = Math.pow(config.number("k1", 0.01) * largest, 2);
        double second = Math.pow(config.number("k2", 0.03) * largest, 2);
        boolean isFirst = isFirst(config);
        return call -> {
            Ops ops = call.ops();
            List<Value> pair = call.pair("image1", "image2");
            Value a = Promotion.floating(ops, pair.get(0));
            Value b = Promotion.floating(ops, pair.get(1));
            int rows = a.shape().rank() - (isFirst ? 2 : 3);
            Value meanA = local(ops, a, rows, bell);
            Value meanB = local(ops, b, rows, bell);
            Value both = ops.mul(meanA, meanB);
            Value squares = ops.add(ops.mul(meanA, meanA), ops.mul(meanB, meanB));
            Value common = ops.sub(local(ops, ops.mul(a, b), rows, bell), both);
            Value spread = ops.sub(local(ops, ops.add(ops.mul(a, a), ops.mul(b, b)), rows, bell), squares);
            Value over = ops.mul(twicePlus(ops, both, first), twicePlus(ops, common, second));
            Value under = ops.mul(ops.add(squares, ops.like(a, first)), ops.add(spread, ops.like(a, second)));
            int rank = a.shape().rank();
            return ops.reduceMean(ops.div(over, under), false, rank - 3, rank - 2, rank - 1);
        };
    }

    private static Value local(Ops ops, Value x, int rows, double... bell) {
        return weighted(ops, weighted(ops, x, rows, bell), rows + 1, bell);
    }

    private static Value twicePlus(Ops ops, Value x, double more) {
        return ops.add(ops.add(x, x), ops.like(x, more));
    }

    private static Definition.Function scaled(Config config) {
        int[] axes = Axes.require(config, "spatial_dims");
        boolean isSmooth = config.truth("antialias", true);
        String method = config.text("method", "linear");
        DoubleUnaryOperator kernel = kernel(config, method);
        return call -> {
            Ops ops = call.ops();
            double[] lengths = numbers(call, "output_shape");
            double[] scales = numbers(call, "scale");
            double[] shifts = numbers(call, "translation");
            Value x = call.floating("images");
            for (int i = 0; i < axes.length; i++) {
                int axis = x.shape().axis(axes[i]);
                int[] swapped = Axes.all(x.shape());
                swapped[axis] = swapped.length - 1;
                swapped[swapped.length - 1] = axis;
                int from = Math.toIntExact(x.shape().size(axis));
                int to = (int) lengths[axis];
                Bounds.elements(config, "output_shape", (long) from * to);
                double[] weights = weights(kernel, isSmooth, new int[] {from, to}, scales[i], shifts[i]);
                Value matrix = ops.constant(Constant.of(x.type(), Shape.of(from, to), weights));
                x = ops.transpose(ops.matMul(ops.transpose(x, swapped), matrix), swapped);
            }
            return x;
        };
    }

    private static double[] numbers(OperationCall call, String name) {
        if (!(call.argument(name) instanceof dev.slipway.keras.layers.CallArguments.Plain<Value> plain)) {
            throw call.refused(name, "a tensor", "numbers");
        }
        return Literal.read(name, plain.value()).toArray();
    }

    private static DoubleUnaryOperator kernel(Config config, String method) {
        return switch (method) {
            case "linear", "bilinear", "trilinear", "triangle" -> x -> Math.max(0, 1 - x);
            case "cubic", "bicubic", "tricubic" ->
                x -> x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
            case "lanczos3" -> x -> lanczos(3, x);
            case "lanczos5" -> x -> lanczos(5, x);
            default -> throw config.refused("method", method, "linear, cubic, lanczos3 or lanczos5");
        };
    }

    private static double lanczos(double radius, double x) {
        if (x >= radius) {
            return 0;
        }
        double over = radius * Math.sin(Math.PI * x) * Math.sin(Math.PI * x / radius);
        return x > 1e-3 ? over / (Math.PI * Math.PI * x * x) : 1;
    }

    /** How much of each element is in each of the new ones: {@code [from, to]}. */
    private static double[] weights(
            DoubleUnaryOperator kernel, boolean isSmooth, int[] lengths, double scale, double shift) {
        int from = lengths[0];
        int to = lengths[1];
        double width = isSmooth ? Math.max(1 / scale, 1) : 1;
        double[] weights = new double[from * to];
        for (int column = 0; column < to; column++) {
            double place = (column + 0.5 - shift) / scale - 0.5;
            double sum = 0;
            for (int row = 0; row < from; row++) {
                weights[row * to + column] = kernel.applyAsDouble(Math.abs(place - row) / width);
                sum += weights[row * to + column];
            }
            boolean isInside = place >= -0.5 && place <= from - 0.5 && Math.abs(sum) > 1000 * Math.ulp(1f);
            for (int row = 0; row < from; row++) {
                weights[row * to + column] = isInside ? weights[row * to + column] / sum : 0;
            }
        }
        return weights;
    }
}
