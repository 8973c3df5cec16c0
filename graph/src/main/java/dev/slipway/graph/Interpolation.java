package dev.slipway.graph;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the elements between the elements of a tensor are made up. Element {@code i} of a resized axis lies at
 * {@code (i + 0.5) · oldLength / newLength - 0.5}.
 *
 * <p>Source: the attributes of the ONNX operator Resize, opset 18.
 */
public enum Interpolation {
    /** The nearest element; of two the latter. */
    NEAREST("nearest"),
    /** Straight lines. */
    LINEAR("linear"),
    /** R. Keys's cubic with {@code a = -0.75}; beyond an edge lie copies of its element, as in PyTorch. */
    CUBIC("cubic"),
    /** Straight lines; where an axis becomes shorter, over as many more elements. Beyond an edge lies nothing. */
    LINEAR_ANTIALIASED("linear"),
    /** R. Keys's cubic with {@code a = -0.5}; where an axis becomes shorter, over as many more elements. Beyond an edge lies nothing. */
    CUBIC_ANTIALIASED("cubic");

    private final String mode;

    Interpolation(String mode) {
        this.mode = mode;
    }

    private boolean isAntialiased() {
        return this == LINEAR_ANTIALIASED || this == CUBIC_ANTIALIASED;
    }

    /**
     * This interpolation, against patterns that are not there where an axis becomes shorter.
     *
     * @return the same for {@link #NEAREST}, which makes nothing up
     */
    public Interpolation antialiased() {
        return switch (this) {
            case NEAREST -> NEAREST;
            case LINEAR, LINEAR_ANTIALIASED -> LINEAR_ANTIALIASED;
            case CUBIC, CUBIC_ANTIALIASED -> CUBIC_ANTIALIASED;
        };
    }

    /** The interpolation of a node. */
    static Interpolation of(Node node) {
        Attribute found = node.attributes().get("mode");
        return Arrays.stream(values())
                .filter(interpolation -> new Attribute.Text(interpolation.mode).equals(found))
                .filter(interpolation ->
                        interpolation.isAntialiased() == node.attributes().containsKey("antialias"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("node '" + node.name() + "': mode " + found
                        + " (expected: one of " + Arrays.toString(values()) + ")"));
    }

    Map<String, Attribute> attributes() {
        Map<String, Attribute> attributes = new TreeMap<>();
        attributes.put("mode", new Attribute.Text(mode));
        attributes.put("coordinate_transformation_mode", new Attribute.Text("half_pixel"));
        if (this == NEAREST) {
            attributes.put("nearest_mode", new Attribute.Text("round_prefer_ceil"));
        }
        if (mode.equals("cubic")) {
            attributes.put("cubic_coeff_a", new Attribute.Real(isAntialiased() ? -0.5f : -0.75f));
        }
        if (isAntialiased()) {
            attributes.put("antialias", new Attribute.Int(1));
            attributes.put("exclude_outside", new Attribute.Int(1));
        }
        return attributes;
    }
}
