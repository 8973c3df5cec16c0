package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The recurrent operators of ONNX in elementary ones, step by step, as their specification says. */
final class WrittenOutSteps {
    private final Ops ops;
    private final String kind;
    private final List<RecurrentFunction> functions;
    private final List<Value> w;
    private final List<Value> r;
    private final List<Value> biases;

    WrittenOutSteps(Ops ops, String kind, List<RecurrentFunction> functions, Value w, Value r, Value bias) {
        this.ops = ops;
        this.kind = kind;
        this.functions = functions;
        int gates = kind.equals("RNN") ? 1 : kind.equals("LSTM") ? 4 : 3;
        this.w = equal(ops.squeeze(w, 0), gates);
        this.r = equal(ops.squeeze(r, 0), gates);
        this.biases = equal(ops.squeeze(bias, 0), 2 * gates);
    }

    private List<Value> equal(Value x, int count) {
        long[] lengths = new long[count];
        Arrays.fill(lengths, x.shape().size(0) / count);
        return ops.split(x, 0, lengths);
    }

    /** The outputs {@code [time, 1, batch, units]} and the last states {@code [1, batch, units]}. */
    List<Value> run(Value x, Value firstH, Value firstC, Value lengths) {
        Value h = firstH;
        Value c = firstC;
        List<Value> outputs = new ArrayList<>();
        for (int t = 0; t < x.shape().size(0); t++) {
            Value now = ops.squeeze(ops.slice(x, 0, t, t + 1), 0);
            Value counts = ops.unsqueeze(ops.less(ops.constant(DataType.INT32, t), lengths), 1);
            List<Value> next = step(now, h, c);
            outputs.add(ops.unsqueeze(ops.where(counts, next.get(0), ops.like(h, 0)), 0, 1));
            h = ops.where(counts, next.get(0), h);
            c = ops.where(counts, next.get(1), c);
        }
        return List.of(ops.concat(outputs, 0), ops.unsqueeze(h, 0), ops.unsqueeze(c, 0));
    }

    private List<Value> step(Value x, Value h, Value c) {
        return switch (kind) {
            case "RNN" -> List.of(apply(0, sum(x, h, 0)), c);
            case "LSTM" -> lstm(x, h, c);
            default -> List.of(gru(x, h), c);
        };
    }

    private List<Value> lstm(Value x, Value h, Value c) {
        Value i = apply(0, sum(x, h, 0));
        Value o = apply(0, sum(x, h, 1));
        Value f = apply(0, sum(x, h, 2));
        Value next = ops.add(ops.mul(f, c), ops.mul(i, apply(1, sum(x, h, 3))));
        return List.of(ops.mul(o, apply(2, next)), next);
    }

    private Value gru(Value x, Value h) {
        Value z = apply(0, sum(x, h, 0));
        Value reset = apply(0, sum(x, h, 1));
        Value n = kind.endsWith("linear")
                ? ops.add(fromX(x, 2), ops.mul(reset, fromH(h, 2)))
                : ops.add(fromX(x, 2), fromH(ops.mul(reset, h), 2));
        return ops.add(ops.mul(ops.sub(ops.like(z, 1), z), apply(1, n)), ops.mul(z, h));
    }

    private Value sum(Value x, Value h, int gate) {
        return ops.add(fromX(x, gate), fromH(h, gate));
    }

    private Value fromX(Value x, int gate) {
        return ops.add(ops.gemm(x, false, w.get(gate), true), biases.get(gate));
    }

    private Value fromH(Value h, int gate) {
        return ops.add(ops.gemm(h, false, r.get(gate), true), biases.get(w.size() + gate));
    }

    private Value apply(int place, Value x) {
        RecurrentFunction function = functions.get(place);
        return switch (function.operator()) {
            case "Sigmoid" -> ops.sigmoid(x);
            case "Tanh" -> ops.tanh(x);
            case "Relu" -> ops.relu(x);
            case "Softsign" -> ops.div(x, ops.add(ops.like(x, 1), ops.abs(x)));
            case "LeakyRelu" -> ops.sub(ops.relu(x), scaled(ops.relu(ops.neg(x)), function));
            case "Elu" -> {
                Value below = ops.sub(ops.exp(ops.min(x, ops.like(x, 0))), ops.like(x, 1));
                yield ops.add(ops.relu(x), scaled(below, function));
            }
            case "HardSigmoid" -> ops.clip(ops.add(scaled(x, function), beta(x, function)), 0, 1);
            default -> ops.add(scaled(x, function), beta(x, function));
        };
    }

    private Value scaled(Value x, RecurrentFunction function) {
        return ops.mul(x, ops.like(x, function.alpha().get(0)));
    }

    private Value beta(Value x, RecurrentFunction function) {
        return ops.like(x, function.beta().get(0));
    }
}
