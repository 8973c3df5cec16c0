package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * A row, n times: {@code [batch, features]} to {@code [batch, n, features]}.
 *
 * <p>Source: {@code keras.layers.RepeatVector}.
 */
public final class RepeatVector extends Layer {
    private final int n;

    private RepeatVector(String name, int n) {
        super(name, true);
        this.n = n;
        if (n < 1) {
            throw new IllegalArgumentException("n " + n + " (expected: >= 1)");
        }
    }

    /**
     * The layer.
     *
     * @param n how often each row comes, 1 or more
     * @return the layer
     */
    public static RepeatVector of(int n) {
        return new RepeatVector("", n);
    }

    static RepeatVector read(String name, Config config) {
        config.ignore("trainable");
        return new RepeatVector(name, config.integer("n"));
    }

    @Override
    public String className() {
        return "RepeatVector";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("n", n);
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        if (x.shape().rank() != 2) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + x.shape() + " (expected: [batch, features])");
        }
        Shape shape = Shape.of(
                List.of(x.shape().dimension(0), Dimension.of(n), x.shape().dimension(1)));
        return List.of(ops.expand(ops.unsqueeze(x, 1), ops.constant(n, 1), shape));
    }
}
