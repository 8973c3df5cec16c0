package dev.slipway.keras;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/** Recurrent cells of one row written out in plain loops, to compare the layers with. */
final class RecurrentReference {
    static final Map<String, DoubleUnaryOperator> FUNCTIONS = Map.ofEntries(
            Map.entry("sigmoid", RecurrentReference::sigmoid),
            Map.entry("tanh", Math::tanh),
            Map.entry("relu", x -> Math.max(x, 0)),
            Map.entry("softsign", x -> x / (1 + Math.abs(x))),
            Map.entry("softplus", x -> Math.log1p(Math.exp(x))),
            Map.entry("leaky_relu", x -> x > 0 ? x : 0.2 * x),
            Map.entry("elu", x -> x > 0 ? x : Math.expm1(x)),
            Map.entry("hard_sigmoid", x -> Math.min(Math.max(x / 6 + 0.5, 0), 1)),
            Map.entry("linear", x -> x),
            Map.entry("relu6", x -> Math.min(Math.max(x, 0), 6)),
            Map.entry("silu", x -> x * sigmoid(x)));

    private final String kind;
    private final DoubleUnaryOperator activation;
    private final DoubleUnaryOperator recurrent;
    private final double[][] kernel;
    private final double[][] recurrentKernel;
    private final double[] bias;
    private final double[] recurrentBias;
    private final int units;

    /** The state c of an LSTM, and the state h. */
    double[] c;

    double[] h;

    RecurrentReference(
            String kind,
            String activation,
            String recurrent,
            double[][] kernel,
            double[][] recurrentKernel,
            double[] b) {
        this.kind = kind;
        this.activation = Objects.requireNonNull(FUNCTIONS.get(activation));
        this.recurrent = Objects.requireNonNull(FUNCTIONS.get(recurrent));
        this.kernel = kernel;
        this.recurrentKernel = recurrentKernel;
        this.units = recurrentKernel.length;
        int width = recurrentKernel[0].length;
        this.bias = b.length == 0 ? new double[width] : Arrays.copyOf(b, width);
        this.recurrentBias = b.length > width ? Arrays.copyOfRange(b, width, 2 * width) : new double[width];
        this.c = new double[units];
        this.h = new double[units];
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** {@code x · matrix + bias}, the columns of one gate. */
    private double[] gate(double[] x, double[][] matrix, double[] more, int gate) {
        double[] result = new double[units];
        for (int j = 0; j < units; j++) {
            int column = gate * units + j;
            result[j] = more[column];
            for (int i = 0; i < x.length; i++) {
                result[j] += x[i] * matrix[i][column];
            }
        }
        return result;
    }

    private double[] both(double[] x, int gate, DoubleUnaryOperator function) {
        double[] result = gate(x, kernel, bias, gate);
        double[] fromState = gate(h, recurrentKernel, recurrentBias, gate);
        for (int j = 0; j < units; j++) {
            result[j] = function.applyAsDouble(result[j] + fromState[j]);
        }
        return result;
    }

    /** One step; the output is the new h. */
    void step(double[] x) {
        switch (kind) {
            case "SimpleRNN" -> h = both(x, 0, activation);
            case "LSTM" -> lstm(x);
            case "GRU" -> gru(x, true);
            default -> gru(x, false);
        }
    }

    private void lstm(double[] x) {
        double[] i = both(x, 0, recurrent);
        double[] f = both(x, 1, recurrent);
        double[] candidate = both(x, 2, activation);
        double[] o = both(x, 3, recurrent);
        double[] next = new double[units];
        for (int j = 0; j < units; j++) {
            c[j] = f[j] * c[j] + i[j] * candidate[j];
            next[j] = o[j] * activation.applyAsDouble(c[j]);
        }
        h = next;
    }

    private void gru(double[] x, boolean resetAfter) {
        double[] z = both(x, 0, recurrent);
        double[] r = both(x, 1, recurrent);
        double[] fromX = gate(x, kernel, bias, 2);
        double[] reset = new double[units];
        for (int j = 0; j < units; j++) {
            reset[j] = r[j] * h[j];
        }
        double[] fromState = gate(resetAfter ? h : reset, recurrentKernel, recurrentBias, 2);
        double[] next = new double[units];
        for (int j = 0; j < units; j++) {
            double candidate = activation.applyAsDouble(fromX[j] + (resetAfter ? r[j] * fromState[j] : fromState[j]));
            next[j] = z[j] * h[j] + (1 - z[j]) * candidate;
        }
        h = next;
    }
}
