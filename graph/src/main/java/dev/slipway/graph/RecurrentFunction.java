package dev.slipway.graph;

import java.util.List;

/**
 * A function that ONNX's recurrent operators apply themselves.
 *
 * @param operator the ONNX operator's name, such as {@code Tanh}
 * @param alpha its parameter alpha, if it has one
 * @param beta its parameter beta, if it has one
 */
public record RecurrentFunction(String operator, List<Float> alpha, List<Float> beta) {
    /**
     * Copies the lists.
     *
     * @param operator the ONNX operator's name
     * @param alpha its parameter alpha, if it has one
     * @param beta its parameter beta, if it has one
     */
    public RecurrentFunction {
        alpha = List.copyOf(alpha);
        beta = List.copyOf(beta);
    }

    /**
     * A function without parameters.
     *
     * @param operator the ONNX operator's name
     * @return the function
     */
    public static RecurrentFunction of(String operator) {
        return new RecurrentFunction(operator, List.of(), List.of());
    }

    /**
     * A function with one parameter.
     *
     * @param operator the ONNX operator's name
     * @param alpha its parameter
     * @return the function
     */
    public static RecurrentFunction of(String operator, double alpha) {
        return new RecurrentFunction(operator, List.of((float) alpha), List.of());
    }

    /**
     * A function with two parameters.
     *
     * @param operator the ONNX operator's name
     * @param alpha its first parameter
     * @param beta its second parameter
     * @return the function
     */
    public static RecurrentFunction of(String operator, double alpha, double beta) {
        return new RecurrentFunction(operator, List.of((float) alpha), List.of((float) beta));
    }
}
