package dev.slipway.graph;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which floating-point types the engine computes an operator in: found by running each operator of {@link Ops} in each type
 * on ONNX Runtime 1.29's CPU provider, whose 16-bit kernels are few and whose double ones have gaps.
 *
 * <p>Half precision needs no list: the engine puts casts to single precision around what it has no kernel for.
 */
final class KernelTypes {
    /**
     * What is left in {@link DataType#BFLOAT16}. The engine has kernels that move such elements, too, but its optimizer
     * crashes the process on some graphs with them (Squeeze and Unsqueeze between casts).
     */
    private static final Set<String> BRAIN = Set.of("Cast", "Shape");

    /**
     * What has no kernel for {@link DataType#DOUBLE}, where single precision would lose what was asked for. {@link Ops} makes
     * all but the recurrent ones of others: see {@link DoubleWindows}, {@link DoubleFunctions} and {@link DoubleResize}.
     */
    private static final Set<String> NOT_DOUBLE =
            Set.of("Atan", "AveragePool", "Conv", "ConvTranspose", "Erf", "GRU", "LSTM", "RNN", "Resize");

    private KernelTypes() {}

    /**
     * The type among some operands that an operator has no kernel for, so that it is computed in {@link DataType#FLOAT}
     * between casts.
     *
     * @throws NoKernelException if that would lose precision
     */
    static Optional<DataType> replaced(
            String operator, List<Optional<Value>> operands, Map<String, Attribute> attributes) {
        for (Optional<Value> operand : operands) {
            DataType type = operand.map(Value::type).orElse(DataType.BOOL);
            if (type == DataType.DOUBLE && NOT_DOUBLE.contains(operator)) {
                throw new NoKernelException(operator, type);
            }
            boolean adds = operator.equals("ScatterElements") && attributes.containsKey("reduction");
            boolean replaced = switch (type) {
                case BFLOAT16 -> adds || !BRAIN.contains(operator);
                case FLOAT16 -> adds;
                // Of zeros and ones, which single precision holds.
                case DOUBLE -> operator.equals("OneHot");
                default -> false;
            };
            if (replaced) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
