package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.List;

/**
 * {@code x · scale + offset}, computed in float32; scale and offset are numbers, or one number for each place of the last
 * axis.
 *
 * <p>Source: {@code keras.layers.Rescaling}.
 */
public final class Rescaling extends Layer {
    private final double[] scale;
    private final double[] offset;

    private Rescaling(String name, double[] scale, double[] offset) {
        super(name, true);
        this.scale = scale;
        this.offset = offset;
    }

    /**
     * Scales and shifts.
     *
     * @param scale the factor
     * @param offset what is added
     * @return the layer
     */
    public static Rescaling of(double scale, double offset) {
        return new Rescaling("", new double[] {scale}, new double[] {offset});
    }

    static Rescaling read(String name, Config config) {
        config.ignore("trainable");
        double[] scale =
                config.numbers("scale").orElseThrow(() -> config.refused("scale", "nothing", "a number or a list"));
        return new Rescaling(name, scale, config.numbers("offset").orElse(new double[] {0}));
    }

    @Override
    public String className() {
        return "Rescaling";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        write(config, "scale", scale);
        write(config, "offset", offset);
    }

    private static void write(ObjectNode config, String key, double[] numbers) {
        if (numbers.length == 1) {
            config.put(key, numbers[0]);
        } else {
            ArrayNode list = config.putArray(key);
            Arrays.stream(numbers).forEach(list::add);
        }
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        return List.of(ops.add(ops.mul(x, constant(call, scale)), constant(call, offset)));
    }

    private static Value constant(LayerCall call, double[] numbers) {
        Shape shape = numbers.length == 1 ? Shape.scalar() : Shape.of(numbers.length);
        return call.ops().constant(Constant.of(call.computeType(), shape, numbers));
    }
}
