package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import dev.slipway.keras.layers.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One use of an operation: its arguments as values of a graph. */
final class OperationCall {
    private final Operation operation;
    private final LayerCall call;

    OperationCall(Operation operation, LayerCall call) {
        this.operation = operation;
        this.call = call;
    }

    Ops ops() {
        return call.ops();
    }

    boolean isTraining() {
        return call.isTraining();
    }

    /** What a layer without weights makes of a tensor, in its type. */
    Value through(Layer layer, Value x) {
        Value result = layer.call(call.child(layer.name(), layer, List.of(x))).get(0);
        return ops().cast(result, x.type());
    }

    /** What a layer makes of a tensor with the given weights, in its type. */
    Value through(Layer layer, Value x, Map<String, Value> weights) {
        LayerCall inner = call.child(layer.name(), layer, List.of(x)).withWeights(weights);
        return ops().cast(layer.call(inner).get(0), x.type());
    }

    /** The argument; empty if there is none, and for None. */
    Optional<Argument<Value>> find(String name) {
        return call.argument(name).filter(argument -> !argument.isNone());
    }

    /** The argument as it was given. */
    Argument<Value> argument(String name) {
        return call.argument(name).orElseThrow(() -> refused(name, "nothing", "an argument"));
    }

    /** A tensor or a constant, which has the type that Keras gives it on its own. */
    Value tensor(String name) {
        return tensor(name, argument(name));
    }

    private Value tensor(String name, Argument<Value> argument) {
        if (argument instanceof CallArguments.Tensor<Value> tensor) {
            return tensor.tensor();
        }
        if (argument instanceof CallArguments.Plain<Value> plain) {
            Literal literal = Literal.read(operation + ": " + name, plain.value());
            return ops().constant(literal.constant(literal.type()));
        }
        throw refused(name, "a list of tensors", "one tensor");
    }

    /** A number or a truth value that is no tensor. */
    double number(String name, double absent) {
        Optional<Argument<Value>> found = find(name);
        if (found.isEmpty()) {
            return absent;
        }
        if (found.get() instanceof CallArguments.Plain<Value> plain
                && (plain.value().isNumber() || plain.value().isBoolean())) {
            return plain.value().isBoolean()
                    ? (plain.value().booleanValue() ? 1 : 0)
                    : plain.value().doubleValue();
        }
        throw refused(name, "no number", "a number");
    }

    Value floating(String name) {
        return Promotion.floating(ops(), tensor(name));
    }

    /** Two tensors converted to the type that holds both. */
    List<Value> pair(String first, String second) {
        Argument<Value> a = argument(first);
        Argument<Value> b = argument(second);
        Optional<Literal> x = number(first, a);
        Optional<Literal> y = number(second, b);
        if (x.isPresent() && y.isEmpty()) {
            Value other = tensor(second, b);
            DataType type = Promotion.withNumber(other.type(), x.get().type());
            return List.of(ops().constant(x.get().constant(type)), ops().cast(other, type));
        }
        if (y.isPresent() && x.isEmpty()) {
            Value other = tensor(first, a);
            DataType type = Promotion.withNumber(other.type(), y.get().type());
            return List.of(ops().cast(other, type), ops().constant(y.get().constant(type)));
        }
        return unified(List.of(tensor(first, a), tensor(second, b)));
    }

    /** A bare Python number, whose type gives way to the other operand's. */
    private Optional<Literal> number(String name, Argument<Value> argument) {
        return argument instanceof CallArguments.Plain<Value> plain
                ? Optional.of(Literal.read(operation + ": " + name, plain.value()))
                        .filter(literal -> !literal.isTyped())
                : Optional.empty();
    }

    /** The tensors of a list, converted to the type that holds all. */
    List<Value> list(String name) {
        if (!(argument(name) instanceof CallArguments.Items<Value> items)) {
            throw refused(name, "no list", "a list of tensors");
        }
        List<Value> values = new ArrayList<>();
        items.items().forEach(item -> values.add(tensor(name, item)));
        return unified(values);
    }

    /** Tensors converted to the type that holds all. */
    List<Value> unified(List<Value> values) {
        DataType type = values.stream().map(Value::type).reduce(Promotion::of).orElseThrow();
        return values.stream().map(value -> ops().cast(value, type)).toList();
    }

    /** How messages call an argument. */
    String subject(String name) {
        return operation + ": " + name;
    }

    IllegalArgumentException refused(String name, String found, String expected) {
        return new IllegalArgumentException(operation + ": " + name + " = " + found + " (expected: " + expected + ")");
    }
}
