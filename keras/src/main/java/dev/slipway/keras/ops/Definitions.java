package dev.slipway.keras.ops;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.ops.Definition.Function;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects definitions by class name, and refuses to have one twice. */
final class Definitions {
    /** The module of what TensorFlow has and Keras 3 has not. */
    static final String TENSORFLOW = "tensorflow";

    static final List<String> X = List.of("x");
    static final List<String> PAIR = List.of("x1", "x2");

    private final Map<String, Entry> byClassName = new TreeMap<>();
    private String module = "";

    /** A definition and the module of its class, below {@code keras.src.ops}. */
    record Entry(String module, Definition definition) {}

    /** An operation on one tensor. */
    interface Unary {
        Value apply(Ops ops, Value x);
    }

    /** An operation on two tensors of one type. */
    interface Binary {
        Value apply(Ops ops, Value a, Value b);
    }

    /** Reads the configuration of an operation on one tensor. */
    interface UnaryReader {
        Unary read(Config config);
    }

    /** Says which module the classes that follow are in. */
    void from(String name) {
        module = name;
    }

    void add(String className, Definition definition) {
        if (byClassName.putIfAbsent(className, new Entry(module, definition)) != null) {
            throw new IllegalStateException("operation '" + className + "' (expected: defined once)");
        }
    }

    /** An operation on a tensor of any type. */
    void unary(String className, Unary operation) {
        add(className, Definition.of(X, call -> operation.apply(call.ops(), call.tensor("x"))));
    }

    /** An operation on a tensor, integers and truth values converted to float32 first. */
    void floating(String className, Unary operation) {
        add(className, Definition.of(X, call -> operation.apply(call.ops(), call.floating("x"))));
    }

    /** An operation on a tensor, integers and truth values converted to a floating-point type as wide first. */
    void wide(String className, Unary operation) {
        add(className, Definition.of(X, call -> {
            Value x = Promotion.wide(call.ops(), call.tensor("x"));
            return operation.apply(call.ops(), x);
        }));
    }

    /** An operation on a tensor of any type, with a configuration. */
    void configured(String className, UnaryReader reader) {
        add(className, Definition.configured(X, config -> {
            Unary operation = reader.read(config);
            return (Function) call -> operation.apply(call.ops(), call.tensor("x"));
        }));
    }

    /** An operation on a tensor converted to a floating-point type first, with a configuration. */
    void configuredFloating(String className, UnaryReader reader) {
        configured(className, config -> {
            Unary operation = reader.read(config);
            return (ops, x) -> operation.apply(ops, Promotion.floating(ops, x));
        });
    }

    /** An operation on two tensors, converted to the type that holds both. */
    void binary(String className, Binary operation) {
        add(className, Definition.of(PAIR, call -> {
            List<Value> pair = call.pair("x1", "x2");
            return operation.apply(call.ops(), pair.get(0), pair.get(1));
        }));
    }

    Map<String, Entry> byClassName() {
        return Map.copyOf(byClassName);
    }
}
