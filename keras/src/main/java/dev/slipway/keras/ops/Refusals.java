package dev.slipway.keras.ops;

import java.util.Map;
import java.util.TreeMap;

/** The operations of Keras that are refused, and why. */
final class Refusals {
    private static final String FUNCTION = "runs a Python function, which no file holds";
    private static final String COMPLEX = "gives complex numbers, of which there are no tensors";
    private static final String LENGTH = "gives as much as only the data tells";
    private static final String BYTES = "reads the bytes of a number as another type, for which ONNX has no operator";

    private Refusals() {}

    /** Reasons by class name. */
    static Map<String, String> reasons() {
        Map<String, String> reasons = new TreeMap<>();
        for (String name : new String[] {
            "AssociativeScan", "Cond", "ForiLoop", "JVP", "Map", "Scan", "Switch", "VectorizedMap", "WhileLoop"
        }) {
            reasons.put(name, FUNCTION);
        }
        for (String name : new String[] {"Eig", "Polar", "ViewAsComplex", "ViewAsReal"}) {
            reasons.put(name, COMPLEX);
        }
        for (String name : new String[] {"Arange", "Nonzero", "Unique"}) {
            reasons.put(name, LENGTH);
        }
        for (String name : new String[] {"Nextafter", "View"}) {
            reasons.put(name, BYTES);
        }
        reasons.put(
                "ElasticTransform", "draws random numbers at each prediction; use the layer RandomElasticTransform");
        reasons.put("Rearrange", "names its axes in a text that Slipway does not read; use reshape and transpose");
        return reasons;
    }
}
