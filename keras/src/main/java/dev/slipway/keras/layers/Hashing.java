package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.text.Bins;
import dev.slipway.runtime.HostOperator;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Texts or integers as the numbers of bins by their hash: FarmHash's fingerprint of the text, or SipHash where there is a
 * salt; integers as their decimal digits. With a mask value, which has bin 0, all others have bins from 1 on. As they are, or
 * as categories of {@link CategoryEncoding}.
 *
 * <p>Source: {@code keras.layers.Hashing}.
 */
public final class Hashing extends Layer {
    private static final List<CategoryMode> MODES =
            List.of(CategoryMode.INT, CategoryMode.ONE_HOT, CategoryMode.MULTI_HOT, CategoryMode.COUNT);
    private static final int MAX_SHOWN = 40;

    private final int bins;
    private final Optional<JsonNode> maskValue;
    private final Optional<Bins.Salt> salt;
    private final CategoryMode mode;
    private final DataType type;

    private Hashing(String name, Config config) {
        super(name, true);
        config.ignore("trainable");
        LayerConfig.refuseTrue(config, "sparse");
        bins = config.integer("num_bins");
        if (bins < 1) {
            throw config.refused("num_bins", bins + "", "1 or more");
        }
        maskValue = config.find("mask_value");
        salt = salt(config);
        mode = CategoryMode.read(config, CategoryMode.INT, MODES);
        type = type(config, mode);
    }

    static Hashing read(String name, Config config) {
        return new Hashing(name, config);
    }

    /**
     * The numbers of bins.
     *
     * @param bins how many there are
     * @return the layer
     */
    public static Hashing of(int bins) {
        return read("", new Config("Hashing", Config.json().put("num_bins", bins)));
    }

    /** One number stands for the same one twice. */
    private static Optional<Bins.Salt> salt(Config config) {
        Optional<JsonNode> found = config.find("salt");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        JsonNode node = found.get();
        List<JsonNode> parts = node.isArray() ? List.of(node.path(0), node.path(1)) : List.of(node, node);
        boolean fits = (!node.isArray() || node.size() == 2)
                && parts.stream().allMatch(part -> part.isIntegralNumber() && part.canConvertToLong());
        if (!fits) {
            throw config.refused("salt", node.toString(), "a whole number or two");
        }
        return Optional.of(new Bins.Salt(parts.get(0).longValue(), parts.get(1).longValue()));
    }

    /** The type of the result: integers as the configuration says, vectors in single precision. */
    static DataType type(Config config, CategoryMode mode) {
        String absent = mode == CategoryMode.INT ? "int64" : "float32";
        String name = LayerConfig.typePolicy(config).orElse(absent);
        List<String> known = mode == CategoryMode.INT ? List.of("int64", "int32") : List.of("float32");
        if (!known.contains(name)) {
            throw config.refused("dtype", name, "one of " + known);
        }
        return DTypes.parse(config, name);
    }

    @Override
    public String className() {
        return "Hashing";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("num_bins", bins);
        config.putNull("salt");
        salt.ifPresent(key -> config.putArray("salt").add(key.first()).add(key.second()));
        config.set("mask_value", LayerConfig.orNull(maskValue));
        config.put("output_mode", mode.kerasName()).put("sparse", false).put("dtype", DTypes.name(type));
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        if (maskValue.isPresent() && maskValue.get().isTextual() != (x.type() == DataType.STRING)) {
            throw new IllegalArgumentException(
                    this + ": mask_value " + maskValue.get() + " (expected: of the input's type " + x.type() + ")");
        }
        if (x.type() == DataType.BOOL) {
            throw new IllegalArgumentException(this + ": input of BOOL (expected: texts or numbers)");
        }
        boolean masks = maskValue.isPresent() && bins > 1;
        Value bin = bin(ops, x, new Bins(masks ? bins - 1 : bins, salt), masks ? maskValue : Optional.empty());
        return List.of(mode.encode(ops, bin, bins, type));
    }

    /** The bins of texts or numbers. */
    static Value bin(Ops ops, Value x, Bins bins) {
        return bin(ops, x, bins, Optional.empty());
    }

    private static Value bin(Ops ops, Value x, Bins bins, Optional<JsonNode> mask) {
        Value hashed = x.type() == DataType.STRING ? x : ops.cast(x, DataType.INT64);
        return ops.host(new Hash(bins, mask), List.of(hashed), DataType.INT64, x.shape());
    }

    private record Hash(Bins bins, Optional<JsonNode> mask) implements HostOperator {
        @Override
        public String name() {
            return "Hashing";
        }

        @Override
        public Tensor apply(List<Tensor> operands) {
            Tensor x = operands.get(0);
            IntPredicate isMask = masked(x);
            long[] numbers = new long[(int) x.shape().elementCount()];
            for (int i = 0; i < numbers.length; i++) {
                boolean isText = x.type() == DataType.STRING;
                long bin = bins.of(
                        isText ? x.texts().get(i) : Long.toString(x.longs().get(i)));
                numbers[i] = mask.isEmpty() ? bin : isMask.test(i) ? 0 : bin + 1;
            }
            return Tensor.of(x.shape(), numbers);
        }

        private IntPredicate masked(Tensor x) {
            if (mask.isEmpty()) {
                return i -> false;
            }
            JsonNode value = mask.get();
            return x.type() == DataType.STRING
                    ? i -> x.texts().get(i).equals(value.textValue())
                    : i -> x.longs().get(i) == value.longValue();
        }
    }

    /** Text as it may stand in a message. */
    static String cut(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }
}
