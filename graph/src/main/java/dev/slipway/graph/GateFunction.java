package dev.slipway.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A function that a recurrent operator applies, as a graph of its own, with its slope.
 *
 * <p>Source: the ONNX operator specification, attribute {@code activations} of LSTM.
 *
 * @param operator the ONNX name
 * @param alpha its first parameter
 * @param beta its second parameter
 */
record GateFunction(String operator, double alpha, double beta) {
    private static final List<String> WITHOUT_PARAMETERS = List.of("Sigmoid", "Tanh", "Relu", "Softsign");

    /** The functions of a node, in its order. */
    static List<GateFunction> of(Node node) {
        Deque<Float> alphas = new ArrayDeque<>(reals(node, "activation_alpha"));
        Deque<Float> betas = new ArrayDeque<>(reals(node, "activation_beta"));
        List<GateFunction> functions = new ArrayList<>();
        List<String> names =
                node.attributes().get("activations") instanceof Attribute.Texts texts ? texts.values() : List.of();
        for (String name : names) {
            functions.add(
                    WITHOUT_PARAMETERS.contains(name) ? of(name, 0, 0) : withParameters(node, name, alphas, betas));
        }
        return functions;
    }

    private static GateFunction of(String name, double alpha, double beta) {
        return new GateFunction(name, alpha, beta);
    }

    private static GateFunction withParameters(Node node, String name, Deque<Float> alphas, Deque<Float> betas) {
        return switch (name) {
            case "LeakyRelu", "Elu" -> of(name, alphas.remove(), 0);
            case "HardSigmoid", "Affine" -> of(name, alphas.remove(), betas.remove());
            default -> throw new NoGradientException(List.of(node));
        };
    }

    private static List<Float> reals(Node node, String attribute) {
        return node.attributes().get(attribute) instanceof Attribute.Reals found ? found.values() : List.of();
    }

    /** The function of some numbers. */
    Value apply(Ops ops, Value z) {
        return switch (operator) {
            case "Sigmoid" -> ops.sigmoid(z);
            case "Tanh" -> ops.tanh(z);
            case "Relu" -> ops.relu(z);
            case "Softsign" -> ops.div(z, ops.add(ops.like(z, 1), ops.abs(z)));
            case "LeakyRelu" -> ops.where(isPositive(ops, z), z, ops.mul(z, ops.like(z, alpha)));
            case "Elu" -> {
                Value power = ops.exp(ops.min(z, ops.like(z, 0)));
                Value below = ops.mul(ops.sub(power, ops.like(z, 1)), ops.like(z, alpha));
                yield ops.where(isPositive(ops, z), z, below);
            }
            case "HardSigmoid" -> ops.clip(linear(ops, z), 0, 1);
            default -> linear(ops, z);
        };
    }

    private Value linear(Ops ops, Value z) {
        return ops.add(ops.mul(z, ops.like(z, alpha)), ops.like(z, beta));
    }

    private static Value isPositive(Ops ops, Value z) {
        return ops.greater(z, ops.like(z, 0));
    }

    /** The slope where the function has some values; each of them tells it. */
    Value slope(Ops ops, Value a) {
        Value one = ops.like(a, 1);
        return switch (operator) {
            case "Sigmoid" -> ops.mul(a, ops.sub(one, a));
            case "Tanh" -> ops.sub(one, ops.mul(a, a));
            case "Relu" -> ops.cast(isPositive(ops, a), a.type());
            case "Softsign" -> {
                Value rest = ops.sub(one, ops.abs(a));
                yield ops.mul(rest, rest);
            }
            case "LeakyRelu" -> ops.where(isPositive(ops, a), one, ops.like(a, alpha));
            case "Elu" -> ops.where(isPositive(ops, a), one, ops.add(a, ops.like(a, alpha)));
            case "HardSigmoid" -> {
                Value inside = ops.and(isPositive(ops, a), ops.less(a, one));
                yield ops.where(inside, ops.like(a, alpha), ops.like(a, 0));
            }
            default -> ops.expandLike(ops.like(a, alpha), a);
        };
    }
}
