package dev.slipway.server.oip;

import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import java.util.List;

/**
 * An output that a request asks for.
 *
 * @param index its place among the model's outputs
 * @param binary whether it is sent as bytes instead of JSON
 * @param classes how many of the highest elements are sent, with their places, instead of all; 0 for all
 */
public record RequestedOutput(int index, boolean binary, int classes) {
    /**
     * Finds an output.
     *
     * @param outputs what the model gives
     * @param name what is asked for
     * @param place where that stands in the request
     * @return its place among the outputs
     * @throws InputException if there is none of that name
     */
    public static int indexOf(List<TensorSpec> outputs, String name, List<Object> place) {
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new InputException(
                "unknown_output",
                place,
                "expected: one of " + outputs.stream().map(TensorSpec::name).toList(),
                "'" + InputProblem.cut(name) + "'");
    }
}
