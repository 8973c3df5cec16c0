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
    CUBIC("cubic");

    private final String mode;

    Interpolation(String mode) {
        this.mode = mode;
    }

    /** The interpolation of a node. */
    static Interpolation of(Node node) {
        Attribute found = node.attributes().get("mode");
        return Arrays.stream(values())
                .filter(interpolation -> new Attribute.Text(interpolation.mode).equals(found))
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
        if (this == CUBIC) {
            attributes.put("cubic_coeff_a", new Attribute.Real(-0.75f));
        }
        return attributes;
    }
}
