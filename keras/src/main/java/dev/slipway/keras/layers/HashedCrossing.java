package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.text.Bins;
import dev.slipway.runtime.HostOperator;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Combinations of texts and integers as the numbers of bins by their hash: several inputs {@code [batch]} or {@code [batch,
 * 1]} to one of that shape, or to {@code [batch, bins]} with a single one in each row.
 *
 * <p>Source: {@code keras.layers.HashedCrossing}.
 */
public final class HashedCrossing extends Layer {
    private static final List<CategoryMode> MODES = List.of(CategoryMode.INT, CategoryMode.ONE_HOT);

    private final int bins;
    private final CategoryMode mode;
    private final DataType type;

    private HashedCrossing(String name, Config config) {
        super(name, true);
        config.ignore("trainable");
        LayerConfig.refuseTrue(config, "sparse");
        bins = config.integer("num_bins");
        if (bins < 1) {
            throw config.refused("num_bins", bins + "", "1 or more");
        }
        mode = CategoryMode.read(config, CategoryMode.INT, MODES);
        type = Hashing.type(config, mode);
    }

    static HashedCrossing read(String name, Config config) {
        return new HashedCrossing(name, config);
    }

    /**
     * The numbers of bins.
     *
     * @param bins how many there are
     * @return the layer
     */
    public static HashedCrossing of(int bins) {
        return read("", new Config("HashedCrossing", Config.json().put("num_bins", bins)));
    }

    @Override
    public String className() {
        return "HashedCrossing";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("num_bins", bins).put("output_mode", mode.kerasName()).put("sparse", false);
        config.put("dtype", DTypes.name(type));
        // Keras's constructor takes no such argument.
        config.remove("trainable");
    }

    @Override
    public boolean takesList() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        List<Value> features = new ArrayList<>();
        for (Value x : call.inputs()) {
            requireFeature(x, call.inputs().get(0).shape());
            features.add(x.type() == DataType.STRING ? x : ops.cast(x, DataType.INT64));
        }
        if (features.size() < 2) {
            throw new IllegalArgumentException(this + ": " + features.size() + " inputs (expected: 2 or more)");
        }
        Value bin = ops.host(
                new Cross(new Bins(bins, Optional.empty())),
                features,
                DataType.INT64,
                features.get(0).shape());
        return List.of(mode.encode(ops, bin, bins, type));
    }

    private void requireFeature(Value x, Shape first) {
        boolean isColumn = x.shape().rank() == 2 && x.shape().dimension(1).is(1);
        boolean isExact = x.type() == DataType.STRING || x.type().isInteger();
        if (!isExact || !(x.shape().rank() == 1 || isColumn) || !x.shape().equals(first)) {
            throw new IllegalArgumentException(this + ": input of " + x.type() + " " + x.shape()
                    + " (expected: texts or integers, all [batch] or all [batch, 1])");
        }
    }

    private record Cross(Bins bins) implements HostOperator {
        @Override
        public String name() {
            return "HashedCrossing";
        }

        @Override
        public Tensor apply(List<Tensor> operands) {
            long[] numbers = new long[(int) operands.get(0).shape().elementCount()];
            for (int i = 0; i < numbers.length; i++) {
                int place = i;
                numbers[i] = bins.ofCross(
                        operands.stream().mapToLong(x -> feature(x, place)).toArray());
            }
            return Tensor.of(operands.get(0).shape(), numbers);
        }

        private static long feature(Tensor x, int place) {
            return x.type() == DataType.STRING
                    ? Bins.feature(x.texts().get(place))
                    : x.longs().get(place);
        }
    }
}
