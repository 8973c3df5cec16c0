package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.List;

/**
 * The same numbers of every row in another shape: {@code [batch, …]} to {@code [batch, target…]}.
 *
 * <p>Source: {@code keras.layers.Reshape}.
 */
public final class Reshape extends Layer {
    private final int[] target;

    private Reshape(String name, int[] target) {
        super(name, true);
        this.target = target;
    }

    /**
     * Reshapes every row.
     *
     * @param target the lengths behind the batch; one of them may be -1: whatever is left
     * @return the layer
     */
    public static Reshape of(int... target) {
        return new Reshape("", target.clone());
    }

    static Reshape read(String name, Config config) {
        config.ignore("trainable");
        double[] lengths = config.numbers("target_shape")
                .orElseThrow(() -> config.refused("target_shape", "nothing", "a list of lengths"));
        return new Reshape(name, Arrays.stream(lengths).mapToInt(d -> (int) d).toArray());
    }

    @Override
    public String className() {
        return "Reshape";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        ArrayNode lengths = config.putArray("target_shape");
        Arrays.stream(target).forEach(lengths::add);
    }

    @Override
    public List<Value> call(LayerCall call) {
        Shape input = call.input().shape();
        Shape rest = input.slice(1, input.rank());
        if (!rest.isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: only the batch unknown)");
        }
        Shape shape = Shape.of(resolve(rest)).prepend(input.dimension(0));
        return List.of(call.ops().reshape(call.input(), shape));
    }

    /** The target with its -1 replaced. */
    private long[] resolve(Shape rest) {
        long known = Arrays.stream(target).filter(d -> d != -1).asLongStream().reduce(1, Math::multiplyExact);
        long open = Arrays.stream(target).filter(d -> d == -1).count();
        long count = rest.elementCount();
        boolean fits = open == 0 ? known == count : open == 1 && known > 0 && count % known == 0;
        if (!fits) {
            throw new IllegalArgumentException(this + ": target_shape " + Arrays.toString(target)
                    + " (expected: a shape of " + count + " numbers, as the input's " + rest + ")");
        }
        return Arrays.stream(target).mapToLong(d -> d == -1 ? count / known : d).toArray();
    }
}
