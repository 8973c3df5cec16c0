package dev.slipway.graph;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the elements between the elements of a tensor are made up. Element {@code i} of a resized axis lies at
 * {@code (i + 0.5) · oldLength / newLength - 0.5} if nothing else is said.
 *
 * <p>Source: the attributes of the ONNX operator Resize, opset 18.
 */
public enum Interpolation {
    /** The nearest element; of two the latter. */
    NEAREST("nearest"),
    /** The last element that is not behind {@code i · oldLength / newLength}, as in TensorFlow 1. */
    NEAREST_FROM_FIRST("nearest", "asymmetric"),
    /** Straight lines. */
    LINEAR("linear"),
    /** Straight lines; element {@code i} lies at {@code i · oldLength / newLength}, as in TensorFlow 1. */
    LINEAR_FROM_FIRST("linear", "asymmetric"),
    /** Straight lines from the first element to the last: {@code i} lies at {@code i · (oldLength - 1) / (newLength - 1)}. */
    LINEAR_TO_CORNERS("linear", "align_corners"),
    /** R. Keys's cubic with {@code a = -0.75}; beyond an edge lie copies of its element, as in PyTorch. */
    CUBIC("cubic"),
    /** R. Keys's cubic with {@code a = -0.5}; beyond an edge lies nothing, as in TensorFlow and JAX. */
    CUBIC_WITHIN("cubic"),
    /** Straight lines; where an axis becomes shorter, over as many more elements. Beyond an edge lies nothing. */
    LINEAR_ANTIALIASED("linear"),
    /** R. Keys's cubic with {@code a = -0.5}; where an axis becomes shorter, over as many more elements. Beyond an edge lies nothing. */
    CUBIC_ANTIALIASED("cubic");

    private final String mode;
    private final String coordinates;

    Interpolation(String mode) {
        this(mode, "half_pixel");
    }

    Interpolation(String mode, String coordinates) {
        this.mode = mode;
        this.coordinates = coordinates;
    }

    boolean isAntialiased() {
        return this == LINEAR_ANTIALIASED || this == CUBIC_ANTIALIASED;
    }

    boolean isCubic() {
        return mode.equals("cubic");
    }

    /** Whether beyond an edge lies nothing, and not copies of its element. */
    boolean excludesOutside() {
        return isAntialiased() || this == CUBIC_WITHIN;
    }

    /** The {@code a} of R. Keys's cubic. */
    float cubicCoefficient() {
        return this == CUBIC ? -0.75f : -0.5f;
    }

    boolean isNearest() {
        return mode.equals("nearest");
    }

    /** Where an element of a resized axis lies on the old one. */
    double place(int i, int from, int to) {
        return switch (coordinates) {
            case "asymmetric" -> (double) i * from / to;
            case "align_corners" -> to == 1 ? 0 : (double) i * (from - 1) / (to - 1);
            default -> (i + 0.5) * from / to - 0.5;
        };
    }

    /**
     * This interpolation, against patterns that are not there where an axis becomes shorter.
     *
     * @return the same for those that take the nearest element, which make nothing up
     */
    public Interpolation antialiased() {
        return switch (this) {
            case NEAREST, NEAREST_FROM_FIRST -> this;
            case LINEAR, LINEAR_FROM_FIRST, LINEAR_TO_CORNERS, LINEAR_ANTIALIASED -> LINEAR_ANTIALIASED;
            case CUBIC, CUBIC_WITHIN, CUBIC_ANTIALIASED -> CUBIC_ANTIALIASED;
        };
    }

    /** The interpolation of a node. */
    static Interpolation of(Node node) {
        Map<String, Attribute> found = node.attributes();
        return Arrays.stream(values())
                .filter(interpolation -> interpolation.attributes().equals(found))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("node '" + node.name() + "': attributes " + found
                        + " (expected: those of one of " + Arrays.toString(values()) + ")"));
    }

    Map<String, Attribute> attributes() {
        Map<String, Attribute> attributes = new TreeMap<>();
        attributes.put("mode", new Attribute.Text(mode));
        attributes.put("coordinate_transformation_mode", new Attribute.Text(coordinates));
        if (isNearest()) {
            attributes.put("nearest_mode", new Attribute.Text(this == NEAREST ? "round_prefer_ceil" : "floor"));
        }
        if (isCubic()) {
            attributes.put("cubic_coeff_a", new Attribute.Real(cubicCoefficient()));
        }
        if (isAntialiased()) {
            attributes.put("antialias", new Attribute.Int(1));
        }
        if (excludesOutside()) {
            attributes.put("exclude_outside", new Attribute.Int(1));
        }
        return attributes;
    }
}
