package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.regularizers.Regularizers;
import java.util.List;
import java.util.Optional;

/**
 * The identity, whose input adds {@code l1 · sum(|x|) + l2 · sum(x²)} to the loss.
 *
 * <p>Source: {@code keras.layers.ActivityRegularization}.
 */
public final class ActivityRegularization extends Layer {
    private final double l1;
    private final double l2;

    private ActivityRegularization(String name, boolean trainable, double l1, double l2) {
        super(name, trainable);
        this.l1 = l1;
        this.l2 = l2;
        ObjectNode factors = Config.json().put("l1", l1).put("l2", l2);
        regularizeActivity(Optional.of(Regularizers.of("L1L2", factors)));
    }

    /**
     * With given factors.
     *
     * @param l1 the factor of the sum of magnitudes
     * @param l2 the factor of the sum of squares
     * @return the layer
     */
    public static ActivityRegularization of(double l1, double l2) {
        return new ActivityRegularization("", true, l1, l2);
    }

    static ActivityRegularization read(String name, Config config) {
        return new ActivityRegularization(
                name, config.truth("trainable", true), config.number("l1", 0), config.number("l2", 0));
    }

    @Override
    public String className() {
        return "ActivityRegularization";
    }

    /** As in Keras, the factors stand for the regularizer. */
    @Override
    public void writeConfig(ObjectNode config) {
        config.remove("activity_regularizer");
        config.put("l1", l1).put("l2", l2);
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        return call.inputs();
    }
}
