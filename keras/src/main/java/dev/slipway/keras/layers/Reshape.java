package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
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
        List<Dimension> lengths = lengths(call.ops(), rest);
        return List.of(call.ops().reshape(call.input(), Shape.of(lengths).prepend(input.dimension(0))));
    }

    private List<Dimension> lengths(Ops ops, Shape rest) {
        long known = Arrays.stream(target).filter(d -> d != -1).asLongStream().reduce(1, Math::multiplyExact);
        long open = Arrays.stream(target).filter(d -> d == -1).count();
        if (open > 1 || (rest.isKnown() && !fits(known, open, rest.elementCount()))) {
            throw new IllegalArgumentException(this + ": target_shape " + Arrays.toString(target)
                    + " (expected: a shape of as many numbers as the input's " + rest + ", one length -1 at most)");
        }
        return Arrays.stream(target)
                .mapToObj(d -> d == -1 ? ops.remainder(rest, known) : Dimension.of(d))
                .toList();
    }

    private static boolean fits(long known, long open, long count) {
        return open == 0 ? known == count : known > 0 && count % known == 0;
    }
}
