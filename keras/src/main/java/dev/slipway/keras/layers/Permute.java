package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The axes behind the batch in another order: axis i of the result is axis {@code dims[i - 1]} of the input, counted from 1.
 *
 * <p>Source: {@code keras.layers.Permute}.
 */
public final class Permute extends Layer {
    private final List<Long> dims;

    private Permute(String name, List<Long> dims) {
        super(name, true);
        this.dims = dims;
        List<Long> sorted = dims.stream().sorted().toList();
        if (!sorted.equals(LongStream.rangeClosed(1, dims.size()).boxed().toList())) {
            throw new IllegalArgumentException("dims " + dims + " (expected: each number from 1 on once)");
        }
    }

    /**
     * The layer.
     *
     * @param dims for each axis of the result behind the batch, the axis of the input, counted from 1
     * @return the layer
     */
    public static Permute of(long... dims) {
        return new Permute("", Arrays.stream(dims).boxed().toList());
    }

    static Permute read(String name, Config config) {
        config.ignore("trainable");
        int count =
                config.numbers("dims").orElseThrow(() -> config.refused("dims", "nothing", "a list of axes")).length;
        return new Permute(name, Lengths.read(config, "dims", count, 1));
    }

    @Override
    public String className() {
        return "Permute";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        Lengths.write(config, "dims", dims);
    }

    @Override
    public List<Value> call(LayerCall call) {
        Value x = call.input();
        if (x.shape().rank() != dims.size() + 1) {
            throw new IllegalArgumentException(this + ": input of shape " + x.shape() + " (expected: rank "
                    + (dims.size() + 1) + ", for dims " + dims + ")");
        }
        int[] permutation = IntStream.concat(IntStream.of(0), dims.stream().mapToInt(Math::toIntExact))
                .toArray();
        return List.of(call.ops().transpose(x, permutation));
    }
}
