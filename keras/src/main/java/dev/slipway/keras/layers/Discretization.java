package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * For each number, how many boundaries are not above it: the number of its bin, from 0; as it is, or as a category of
 * {@link CategoryEncoding}. Compared in single precision.
 *
 * <p>Source: {@code keras.layers.Discretization}; boundaries found by {@code adapt} are in the file like given ones.
 */
public final class Discretization extends Layer {
    private static final List<CategoryMode> MODES =
            List.of(CategoryMode.INT, CategoryMode.ONE_HOT, CategoryMode.MULTI_HOT, CategoryMode.COUNT);

    private static final double EPSILON = 0.01;
    private static final String INTEGERS = "int64";
    private static final String SINGLES = "float32";

    /** What vectors may be of. */
    private static final List<String> FLOATING = List.of(SINGLES, "float64", "float16", "bfloat16");

    private final double[] boundaries;
    private final CategoryMode mode;

    /** How adapting finds boundaries, kept for the file. */
    private final Optional<JsonNode> bins;

    private final double epsilon;

    /**
     * The name of the type, kept for the file: some versions of Keras say here what comes out, and some, which make 64-bit
     * integers of single precision, what goes in.
     */
    private final String type;

    private Discretization(
            String name, double[] boundaries, CategoryMode mode, Optional<JsonNode> bins, double epsilon, String type) {
        super(name, true);
        this.type = type;
        this.boundaries = boundaries.clone();
        for (int i = 1; i < boundaries.length; i++) {
            if (!(boundaries[i - 1] <= boundaries[i])) {
                throw new IllegalArgumentException(this + ": boundary " + boundaries[i] + " behind " + boundaries[i - 1]
                        + " (expected: rising boundaries)");
            }
        }
        if (boundaries.length == 0) {
            throw new IllegalArgumentException(this + ": no bin_boundaries (expected: one or more; adapt the layer in"
                    + " Keras before the model is saved)");
        }
        this.mode = mode;
        this.bins = bins;
        this.epsilon = epsilon;
    }

    /**
     * The numbers of bins.
     *
     * @param boundaries where one bin ends and the next begins, rising
     * @return the layer
     */
    public static Discretization of(double... boundaries) {
        return new Discretization("", boundaries, CategoryMode.INT, Optional.empty(), EPSILON, INTEGERS);
    }

    /**
     * Bins that hold about as many numbers each.
     *
     * @param bins how many
     * @param data numbers to learn from
     * @return the layer
     * @throws IllegalArgumentException if there is no number, or one that is none
     */
    public static Discretization adapt(int bins, float... data) {
        double[] boundaries = Quantiles.boundaries(data, bins, EPSILON);
        return new Discretization(
                "", boundaries, CategoryMode.INT, Optional.of(IntNode.valueOf(bins)), EPSILON, INTEGERS);
    }

    static Discretization read(String name, Config config) {
        config.ignore("trainable");
        LayerConfig.refuseTrue(config, "sparse");
        CategoryMode mode = CategoryMode.read(config, CategoryMode.INT, MODES);
        String type = LayerConfig.typePolicy(config).orElse(mode == CategoryMode.INT ? INTEGERS : SINGLES);
        List<String> known = mode == CategoryMode.INT ? List.of(INTEGERS, SINGLES) : FLOATING;
        if (!known.contains(type)) {
            throw config.refused("dtype", type, "one of " + known);
        }
        double[] boundaries = config.numbers("bin_boundaries").orElse(new double[0]);
        return new Discretization(
                name, boundaries, mode, config.find("num_bins"), config.number("epsilon", EPSILON), type);
    }

    @Override
    public String className() {
        return "Discretization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        ArrayNode list = config.putArray("bin_boundaries");
        Arrays.stream(boundaries).forEach(list::add);
        config.set("num_bins", LayerConfig.orNull(bins));
        config.put("epsilon", epsilon).put("output_mode", mode.kerasName()).put("sparse", false);
        config.put("dtype", type);
        // Keras's constructor takes no such argument.
        config.remove("trainable");
    }

    @Override
    public boolean autocasts() {
        return false;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = ops.cast(call.input(), DataType.FLOAT);
        float[] single = new float[boundaries.length];
        for (int i = 0; i < single.length; i++) {
            single[i] = (float) boundaries[i];
        }
        Value bounds = ops.constant(Constant.of(Shape.of(single.length), single));
        // No number is not below any boundary, and in the last bin, as NumPy has it.
        Value passed = ops.cast(ops.not(ops.less(ops.unsqueeze(x, -1), bounds)), DataType.INT64);
        Value bin = ops.reduceSum(passed, false, -1);
        DataType result =
                mode == CategoryMode.INT ? DataType.INT64 : DTypes.named(type).orElseThrow();
        return List.of(mode.encode(ops, bin, boundaries.length + 1L, result));
    }
}
