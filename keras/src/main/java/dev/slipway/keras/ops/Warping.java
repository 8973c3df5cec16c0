package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tensors and images read between their elements: at given places, and where a plane comes from that is moved, turned or seen
 * from the side.
 *
 * <p>Source: {@code keras.ops.image}: {@code map_coordinates}, {@code affine_transform}, {@code perspective_transform}, as on
 * numpy, JAX and PyTorch; TensorFlow takes the border of {@code wrap} for another one.
 */
final class Warping {
    private static final List<String> MODES = List.of("constant", "nearest", "wrap", "mirror", "reflect");

    private final boolean isNearest;
    private final String mode;
    private final double fill;

    private Warping(Config config, boolean isNearest) {
        this.isNearest = isNearest;
        this.mode = config.text("fill_mode", "constant");
        this.fill = config.number("fill_value", 0);
        if (!MODES.contains(mode)) {
            throw config.refused("fill_mode", mode, "one of " + MODES);
        }
    }

    private static Warping images(Config config) {
        String interpolation = config.text("interpolation", "bilinear");
        if (!List.of("nearest", "bilinear").contains(interpolation)) {
            throw config.refused("interpolation", interpolation, "nearest or bilinear");
        }
        return new Warping(config, interpolation.equals("nearest"));
    }

    static void addTo(Definitions all) {
        all.from("image");
        all.add("MapCoordinates", Definition.configured(List.of("inputs", "coordinates"), config -> {
            int order = config.integer("order");
            if (order != 0 && order != 1) {
                throw config.refused("order", order + "", "0 or 1");
            }
            Warping warping = new Warping(config, order == 0);
            return warping::atCoordinates;
        }));
        all.add("AffineTransform", Definition.configured(List.of("images", "transform"), config -> {
            Warping warping = images(config);
            boolean isFirst = isFirst(config);
            return call -> warping.moved(call, isFirst, call.floating("transform"));
        }));
        all.add(
                "PerspectiveTransform",
                Definition.configured(List.of("images", "start_points", "end_points"), config -> {
                    Warping warping = images(config);
                    boolean isFirst = isFirst(config);
                    return call -> warping.moved(call, isFirst, homography(call));
                }));
    }

    private static boolean isFirst(Config config) {
        return config.text("data_format", "channels_last").equals("channels_first");
    }

    /** An element beside a place: where, how much of it counts, and whether there is one. */
    private record Neighbour(Value place, Value share, Value isInside) {}

    private List<Neighbour> neighbours(Ops ops, Value place, long length) {
        if (isNearest) {
            return List.of(neighbour(ops, ops.round(place), ops.expandLike(ops.like(place, 1), place), length));
        }
        Value lower = ops.floor(place);
        Value share = ops.sub(place, lower);
        Value one = ops.like(place, 1);
        return List.of(
                neighbour(ops, lower, ops.sub(one, share), length), neighbour(ops, ops.add(lower, one), share, length));
    }

    private Neighbour neighbour(Ops ops, Value place, Value share, long length) {
        Value zero = ops.like(place, 0);
        Value last = ops.like(place, length - 1.0);
        Value isInside = ops.and(ops.greaterOrEqual(place, zero), ops.lessOrEqual(place, last));
        Value fixed = switch (mode) {
            case "wrap" -> modulo(ops, place, length);
            case "mirror" -> mirrored(ops, place, length);
            case "reflect" -> {
                Value between = ops.add(ops.add(place, place), ops.like(place, 1));
                Value there = mirrored(ops, between, 2 * length + 1);
                yield ops.floor(ops.mul(ops.sub(there, ops.like(place, 1)), ops.like(place, 0.5)));
            }
            default -> place;
        };
        Value index = ops.cast(ops.max(ops.min(fixed, last), zero), DataType.INT64);
        return new Neighbour(index, share, isInside);
    }

    private static Value modulo(Ops ops, Value x, long length) {
        Value whole = ops.like(x, (double) length);
        return ops.sub(x, ops.mul(ops.floor(ops.div(x, whole)), whole));
    }

    /** Back from the first and the last element, which are not repeated. */
    private static Value mirrored(Ops ops, Value x, long length) {
        if (length == 1) {
            return ops.like(x, 0);
        }
        Value last = ops.like(x, length - 1.0);
        return ops.abs(ops.sub(modulo(ops, ops.add(x, last), 2 * (length - 1)), last));
    }

    private Value filled(Ops ops, Value x, Value isInside) {
        return mode.equals("constant") ? ops.where(isInside, x, ops.like(x, fill)) : x;
    }

    /** Coordinates {@code [axes, …]} of a tensor of as many axes. */
    private Value atCoordinates(OperationCall call) {
        Ops ops = call.ops();
        Value inputs = call.tensor("inputs");
        Value coordinates = call.floating("coordinates");
        Shape shape = inputs.shape();
        if (!shape.isKnown() || !coordinates.shape().dimension(0).is(shape.rank())) {
            throw call.refused(
                    "coordinates",
                    coordinates.shape() + " of " + shape,
                    "as many rows as a tensor of known shape has axes");
        }
        Value flat = ops.reshape(inputs, Shape.of(shape.elementCount()));
        List<Neighbour> corners = new ArrayList<>();
        long stride = shape.elementCount();
        for (int axis = 0; axis < shape.rank(); axis++) {
            stride /= Math.max(1, shape.size(axis));
            Value place = ops.squeeze(ops.slice(coordinates, 0, axis, axis + 1L), 0);
            List<Neighbour> next = new ArrayList<>();
            for (Neighbour along : neighbours(ops, place, shape.size(axis))) {
                Value offset = ops.mul(along.place(), ops.like(along.place(), (double) stride));
                Neighbour moved = new Neighbour(offset, along.share(), along.isInside());
                corners.forEach(corner -> next.add(both(ops, corner, moved)));
                if (corners.isEmpty()) {
                    next.add(moved);
                }
            }
            corners = next;
        }
        return ops.cast(sum(ops, corners, corner -> ops.gather(flat, corner.place(), 0)), inputs.type());
    }

    private static Neighbour both(Ops ops, Neighbour a, Neighbour b) {
        return new Neighbour(
                ops.add(a.place(), b.place()), ops.mul(a.share(), b.share()), ops.and(a.isInside(), b.isInside()));
    }

    private Value sum(Ops ops, List<Neighbour> corners, java.util.function.Function<Neighbour, Value> element) {
        return corners.stream()
                .map(corner -> {
                    Value found = ops.cast(element.apply(corner), corner.share().type());
                    return ops.mul(filled(ops, found, corner.isInside()), corner.share());
                })
                .reduce(ops::add)
                .orElseThrow();
    }

    /**
     * Images {@code [batch, rows, columns, channels]} read at {@code ((a · x + b · y + c) / k, (d · x + e · y + f) / k)} with
     * {@code k = g · x + h · y + 1}, of eight numbers for each image or for all.
     */
    private Value moved(OperationCall call, boolean isFirst, Value numbers) {
        Ops ops = call.ops();
        Value given = call.floating("images");
        boolean isOne = given.shape().rank() == 3;
        Value batch = isOne ? ops.unsqueeze(given, 0) : given;
        Value images = isFirst ? ops.transpose(batch, 0, 2, 3, 1) : batch;
        if (images.shape().rank() != 4 || !images.shape().slice(1, 4).isKnown()) {
            throw call.refused("images", given.shape() + "", "images of known height, width and channels");
        }
        long height = images.shape().size(1);
        long width = images.shape().size(2);
        Value all = numbers.shape().rank() == 1 ? ops.unsqueeze(numbers, 0) : numbers;
        List<Value> each = ops.split(ops.cast(all, images.type()), 1, 1, 1, 1, 1, 1, 1, 1, 1);
        int pixels = Math.toIntExact(height * width);
        Value x = grid(ops, images.type(), pixels, i -> i % width);
        Value y = grid(ops, images.type(), pixels, i -> Math.floorDiv(i, width));
        Value far = ops.add(along(ops, each, 6, x, y), ops.like(x, 1));
        Value column = ops.div(ops.add(along(ops, each, 0, x, y), each.get(2)), far);
        Value row = ops.div(ops.add(along(ops, each, 3, x, y), each.get(5)), far);
        Value plane = ops.reshape(
                images,
                Shape.of(List.of(
                        images.shape().dimension(0),
                        Dimension.of(pixels),
                        images.shape().dimension(3))));
        List<Neighbour> corners = new ArrayList<>();
        for (Neighbour up : neighbours(ops, row, height)) {
            Value offset = ops.mul(up.place(), ops.like(up.place(), (double) width));
            for (Neighbour across : neighbours(ops, column, width)) {
                corners.add(both(ops, new Neighbour(offset, up.share(), up.isInside()), across));
            }
        }
        List<Neighbour> wide = corners.stream()
                .map(corner -> new Neighbour(
                        ops.expandLike(ops.unsqueeze(corner.place(), 2), plane),
                        ops.unsqueeze(corner.share(), 2),
                        ops.unsqueeze(corner.isInside(), 2)))
                .toList();
        Value read = sum(ops, wide, corner -> ops.gatherElements(plane, corner.place(), 1));
        Value found = ops.reshape(read, ops.shape(images), images.shape());
        Value turned = isFirst ? ops.transpose(found, 0, 3, 1, 2) : found;
        return ops.cast(
                isOne ? ops.squeeze(turned, 0) : turned, call.tensor("images").type());
    }

    private static Value grid(Ops ops, DataType type, int pixels, java.util.function.IntToDoubleFunction place) {
        double[] places = new double[pixels];
        Arrays.setAll(places, place);
        return ops.constant(Constant.of(type, Shape.of(1, pixels), places));
    }

    private static Value along(Ops ops, List<Value> numbers, int first, Value x, Value y) {
        return ops.add(ops.mul(numbers.get(first), x), ops.mul(numbers.get(first + 1), y));
    }

    /** The numbers by which the end points {@code [batch, 4, 2]} are read at the start points. */
    private static Value homography(OperationCall call) {
        Ops ops = call.ops();
        Value start = points(call, "start_points");
        Value end = points(call, "end_points");
        List<Value> rows = new ArrayList<>();
        for (int axis = 0; axis < 2; axis++) {
            Value seen = ops.slice(start, 2, axis, axis + 1L);
            Value one = ops.expandLike(ops.like(seen, 1), seen);
            Value own = ops.concat(List.of(end, one), 2);
            Value none = ops.mul(own, ops.like(own, 0));
            Value last = ops.neg(ops.mul(seen, end));
            rows.add(ops.concat(axis == 0 ? List.of(own, none, last) : List.of(none, own, last), 2));
        }
        Value targets = ops.concat(List.of(ops.slice(start, 2, 0, 1), ops.slice(start, 2, 1, 2)), 1);
        return ops.squeeze(Elimination.solve(ops, ops.concat(rows, 1), targets), 2);
    }

    private static Value points(OperationCall call, String name) {
        Ops ops = call.ops();
        Value points = ops.cast(call.tensor(name), DataType.DOUBLE);
        Value all = points.shape().rank() == 2 ? ops.unsqueeze(points, 0) : points;
        if (all.shape().rank() != 3
                || !all.shape().dimension(1).is(4)
                || !all.shape().dimension(2).is(2)) {
            throw call.refused(name, points.shape() + "", "[batch, 4, 2] or [4, 2]");
        }
        return all;
    }
}
