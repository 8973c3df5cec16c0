package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.text.Tokenizer;
import dev.slipway.keras.text.Tokenizer.Split;
import dev.slipway.runtime.HostOperator;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Texts as the numbers of their tokens: {@code [batch]} or {@code [batch, 1]} to {@code [batch, tokens]}, padded with 0 to
 * the longest text or cut and padded to a length; or as a vector over the vocabulary for each text, {@code [batch, depth]}.
 * Texts that are cut already, with {@code split=None}, are {@code [batch, tokens]}.
 *
 * <p>Padding is 0 and unknown tokens are 1 where numbers are the result; in vectors unknown tokens are at 0.
 *
 * <p>Source: {@code keras.layers.TextVectorization}; functions of the program's own for {@code standardize} and {@code
 * split}, and {@code ragged} results are refused.
 */
public final class TextVectorization extends Layer {
    private static final String PUNCTUATION = "strip_punctuation";
    private static final String LOWER = "lower";
    private static final String BOTH = "lower_and_strip_punctuation";

    /** Of neighbouring tokens that are joined; each is a node or more of the graph in an ONNX file. */
    private static final int MAX_WIDTH = 64;

    private final LookupTable<String> table;
    private final Tokenizer tokenizer;
    private final Optional<JsonNode> ngrams;
    private final OptionalInt length;

    private TextVectorization(String name, Config config) {
        super(name, true);
        tokenizer = tokenizer(config);
        ngrams = config.find("ngrams");
        length = config.find("output_sequence_length").isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(config.integer("output_sequence_length"));
        LayerConfig.refuseTrue(config, "ragged");
        StringLookup.requireUtf8(config);
        table = new LookupTable<>(config, TokenForm.TEXTS, 1, Optional.of(""), StringLookup.UNKNOWN);
        if (length.isPresent() && (table.mode() != CategoryMode.INT || length.getAsInt() < 1)) {
            throw config.refused(
                    "output_sequence_length", length.getAsInt() + "", "1 or more, and that output_mode is int");
        }
        if (table.mode() == CategoryMode.ONE_HOT) {
            throw config.refused("output_mode", "one_hot", "int, multi_hot, count or tf_idf");
        }
    }

    static TextVectorization read(String name, Config config) {
        return new TextVectorization(name, config);
    }

    /**
     * Begins a layer.
     *
     * @return a builder with Keras's defaults
     */
    public static TextVectorizationBuilder builder() {
        return new TextVectorizationBuilder();
    }

    /** The part of a configuration that says how texts are taken apart. */
    static Tokenizer tokenizer(Config config) {
        String standardize = choice(config, "standardize", BOTH, List.of(BOTH, LOWER, PUNCTUATION));
        String split = choice(config, "split", "whitespace", List.of("whitespace", "character"));
        boolean lowers = standardize.equals(BOTH) || standardize.equals(LOWER);
        boolean strips = standardize.equals(BOTH) || standardize.equals(PUNCTUATION);
        return new Tokenizer(lowers, strips, Split.valueOf(split.toUpperCase(Locale.ROOT)), widths(config));
    }

    /** Null is a choice of its own here. */
    private static String choice(Config config, String key, String absent, List<String> known) {
        if (config.isNull(key)) {
            return "none";
        }
        Optional<JsonNode> found = config.find(key);
        String text = found.map(node -> node.isTextual() ? node.textValue() : node.toString())
                .orElse(absent);
        if (!known.contains(text)) {
            throw config.refused(key, text, "null or one of " + known + ", as others run Python code");
        }
        return text;
    }

    /** A number means all widths up to it. */
    private static List<Integer> widths(Config config) {
        Optional<double[]> numbers = config.numbers("ngrams");
        if (numbers.isEmpty()) {
            return List.of();
        }
        List<Integer> widths = new ArrayList<>();
        for (double number : numbers.get()) {
            if (number != Math.rint(number) || number < 1 || number > MAX_WIDTH || numbers.get().length > MAX_WIDTH) {
                throw config.refused(
                        "ngrams", number + "", "at most " + MAX_WIDTH + " whole numbers from 1 to " + MAX_WIDTH);
            }
            widths.add((int) number);
        }
        boolean isNumber = config.find("ngrams").orElseThrow().isNumber();
        return isNumber ? IntStream.rangeClosed(1, widths.get(0)).boxed().toList() : widths;
    }

    @Override
    public String className() {
        return "TextVectorization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        table.write(config);
        String standardize = tokenizer.lowers() ? tokenizer.strips() ? BOTH : LOWER : PUNCTUATION;
        if (tokenizer.lowers() || tokenizer.strips()) {
            config.put("standardize", standardize);
        } else {
            config.putNull("standardize");
        }
        if (tokenizer.split() == Split.NONE) {
            config.putNull("split");
        } else {
            config.put("split", tokenizer.split().name().toLowerCase(Locale.ROOT));
        }
        config.set("ngrams", LayerConfig.orNull(ngrams));
        length.ifPresentOrElse(
                found -> config.put("output_sequence_length", found), () -> config.putNull("output_sequence_length"));
        config.put("ragged", false).put("encoding", "utf-8");
    }

    @Override
    public Map<String, float[]> keptNumbers() {
        Map<String, float[]> kept = new LinkedHashMap<>(table.kept());
        // Keras's layer holds a StringLookup, and saves its numbers for both.
        table.kept().forEach((place, numbers) -> kept.put("_lookup_layer/" + place, numbers));
        return kept;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Value x = call.input();
        Shape shape = x.shape();
        boolean cuts = tokenizer.split() != Split.NONE;
        boolean fits = cuts
                ? shape.rank() == 1 || (shape.rank() == 2 && shape.dimension(1).is(1))
                : shape.rank() == 2;
        if (x.type() != DataType.STRING || !fits) {
            throw new IllegalArgumentException(this + ": input of " + x.type() + " " + shape + " (expected: STRING "
                    + (cuts ? "[batch] or [batch, 1]" : "[batch, tokens], as split is null") + ")");
        }
        boolean numbers = table.mode() == CategoryMode.INT;
        Dimension width = numbers ? width(call, shape, cuts) : Dimension.of(table.depth());
        return List.of(call.ops()
                .host(
                        new Vectorizer(),
                        List.of(x),
                        numbers ? DataType.INT64 : DataType.FLOAT,
                        Shape.of(List.of(shape.dimension(0), width))));
    }

    private Dimension width(LayerCall call, Shape shape, boolean cuts) {
        if (length.isPresent()) {
            return Dimension.of(length.getAsInt());
        }
        boolean kept = !cuts && tokenizer.ngrams().isEmpty();
        return kept ? shape.dimension(1) : call.ops().graph().freshSymbol("tokens");
    }

    /** Texts to numbers or vectors. */
    private final class Vectorizer implements HostOperator {
        @Override
        public String name() {
            return className();
        }

        @Override
        public Tensor apply(List<Tensor> operands) {
            Tensor texts = operands.get(0);
            List<List<String>> rows = rows(tokenizer, texts);
            return table.mode() == CategoryMode.INT ? numbers(rows) : vectors(rows);
        }

        /** All but a cut between all characters, which no operator makes. */
        @Override
        public Optional<Value> asOperators(Ops ops, List<Value> operands) {
            if (!TextOperators.canDo(tokenizer)) {
                return Optional.empty();
            }
            TextOperators.Tokens tokens = new TextOperators(ops).tokens(tokenizer, operands.get(0));
            Value place = StringLookup.places(ops, table, tokens.texts());
            // Behind the last token of a text there is nothing: padding, or no place of a vector.
            Value isKept = ops.equal(tokens.kept(), ops.like(tokens.kept(), 1));
            Value places = ops.where(isKept, place, ops.like(place, (double) table.maskPlace()));
            return Optional.of(table.encode(ops, length.isPresent() ? fitted(ops, places, length.getAsInt()) : places));
        }

        /** Numbers {@code [batch, tokens]} to {@code [batch, length]}. */
        private Value fitted(Ops ops, Value numbers, int length) {
            Value longer = ops.pad(numbers, new long[] {0, 0}, new long[] {0, length});
            // Not a slice: its length would not be known where that of the texts is not.
            return ops.gather(longer, ops.constant(LongStream.range(0, length).toArray()), 1);
        }

        private Tensor numbers(List<List<String>> rows) {
            int width = length.orElse(rows.stream().mapToInt(List::size).max().orElse(0));
            long[] numbers = new long[Math.multiplyExact(rows.size(), width)];
            for (int row = 0; row < rows.size(); row++) {
                List<String> tokens = rows.get(row);
                for (int i = 0; i < Math.min(width, tokens.size()); i++) {
                    numbers[row * width + i] = placeOf(tokens.get(i));
                }
            }
            return Tensor.of(Shape.of(rows.size(), width), numbers);
        }

        private Tensor vectors(List<List<String>> rows) {
            int depth = (int) table.depth();
            float[] weights = table.weights();
            float[] counts = new float[Math.multiplyExact(rows.size(), depth)];
            for (int row = 0; row < rows.size(); row++) {
                for (String token : rows.get(row)) {
                    int place = (int) placeOf(token);
                    if (place >= 0) {
                        int at = row * depth + place;
                        counts[at] = table.mode() == CategoryMode.MULTI_HOT ? 1 : counts[at] + 1;
                    }
                }
            }
            for (int i = 0; weights.length > 0 && i < counts.length; i++) {
                counts[i] *= weights[i % depth];
            }
            return Tensor.of(Shape.of(rows.size(), depth), counts);
        }

        private long placeOf(String token) {
            if (token.isEmpty()) {
                return table.maskPlace();
            }
            long place = table.placeOf(token);
            return place == LookupTable.ABSENT ? table.firstUnknown() : place;
        }
    }

    /** The tokens of each row. */
    static List<List<String>> rows(Tokenizer tokenizer, Tensor texts) {
        if (tokenizer.split() != Split.NONE) {
            return texts.texts().stream().map(tokenizer::tokens).toList();
        }
        int width = (int) texts.shape().size(1);
        return IntStream.range(0, (int) texts.shape().size(0))
                .mapToObj(row -> tokenizer.tokens(texts.texts().subList(row * width, (row + 1) * width)))
                .toList();
    }
}
