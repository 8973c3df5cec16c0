package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a layer keeps its large weights in few bits, as its dtype policy says.
 *
 * <p>Source: {@code QuantizedDTypePolicy} and its subclasses of Keras 3.15.
 *
 * @param text as Keras writes it: {@code int8}, {@code int4}, {@code int4/128}, {@code float8}, {@code gptq/4/64}, {@code awq/4/64}
 * @param mode the kind
 * @param bits how many bits a stored number takes
 * @param block how many inputs share a scale; 0 where all do
 * @param history how many of the largest numbers of the past are kept, for {@link Mode#FLOAT8}
 */
public record Quantization(String text, Mode mode, int bits, int block, int history) {
    /** What stands between this and the name of the policy it was made from: {@code int8_from_float32}. */
    static final String FROM = "_from_";

    private static final int USUAL_HISTORY = 1024;

    private static final Pattern FORM = Pattern.compile("int8|float8|int4|(int4|gptq/[2348]|awq/4)/(-1|[1-9]\\d{0,8})");

    /** The kinds that Keras has. */
    public enum Mode {
        /** Integers from -127 to 127 with a scale for each column; what they are multiplied with is cut to such integers too. */
        INT8("QuantizedDTypePolicy"),
        /** Integers from -8 to 7, two a byte, with a scale for each column, or a scale and a zero for each block of it. */
        INT4("Int4DTypePolicy"),
        /** Numbers as they are, rounded to 8 bits of floating point when they are multiplied. */
        FLOAT8("QuantizedFloat8DTypePolicy"),
        /** Unsigned integers that were chosen by what the layer saw, each column with scales and zeros. */
        GPTQ("GPTQDTypePolicy"),
        /** As {@link #GPTQ}, with a scale for each input besides. */
        AWQ("AWQDTypePolicy");

        private final String policyClass;

        Mode(String policyClass) {
            this.policyClass = policyClass;
        }
    }

    /** Reads what stands before {@link #FROM}; empty if Keras has no such kind. */
    static Optional<Quantization> parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        String[] parts = text.split("/", -1);
        return Optional.of(
                switch (parts[0]) {
                    case "float8" -> new Quantization(text, Mode.FLOAT8, Byte.SIZE, 0, USUAL_HISTORY);
                    case "int8" -> new Quantization(text, Mode.INT8, Byte.SIZE, 0, 0);
                    case "int4" -> new Quantization(text, Mode.INT4, Byte.SIZE / 2, block(parts, 1), 0);
                    case "gptq" -> new Quantization(text, Mode.GPTQ, Integer.parseInt(parts[1]), block(parts, 2), 0);
                    default -> new Quantization(text, Mode.AWQ, Byte.SIZE / 2, block(parts, 2), 0);
                });
    }

    /** Keras writes -1 for no blocks, and nothing before it had any. */
    private static int block(String[] parts, int place) {
        return parts.length > place ? Math.max(0, Integer.parseInt(parts[place])) : 0;
    }

    Quantization withHistory(int length) {
        return new Quantization(text, mode, bits, block, length);
    }

    Quantization withBlock(int other) {
        return new Quantization(text, mode, bits, other, history);
    }

    /** Whether two numbers share a byte. */
    boolean isPacked() {
        return bits == Byte.SIZE / 2;
    }

    /** The class of the policy, from before blocks too. */
    String policyClass() {
        return text.equals("int4") ? Mode.INT8.policyClass : mode.policyClass;
    }

    void write(ObjectNode policy, String source) {
        policy.put("mode", text).put("source_name", source);
        if (mode == Mode.FLOAT8) {
            policy.put("amax_history_length", history);
        }
    }
}
