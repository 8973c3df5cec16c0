package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.text.Tokenizer;
import dev.slipway.keras.text.Tokenizer.Split;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link Tokenizer} does to texts, by standard operators of ONNX, in files for other runtimes.
 *
 * <p>No operator replaces a character. A text is cut wherever it stands, and its parts are put together again with
 * something else between them, or nothing: so punctuation goes, capitals become small, and all whitespace of ASCII becomes
 * spaces, character by character, and no other character of Unicode is touched, whatever the runtime takes for a letter or
 * for whitespace.
 *
 * @param ops the operators to apply
 */
record TextOperators(Ops ops) {
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String WHITESPACE = "\t\n\u000b\f\r";
    private static final String SPACE = " ";

    /**
     * Tokens of each text.
     *
     * @param texts {@code [batch, tokens]}
     * @param kept {@link DataType#INT64} of the same shape: 1 where there is a token, 0 where a text has no more
     */
    record Tokens(Value texts, Value kept) {}

    /** Whether there is such a form: no operator cuts between any two characters. */
    static boolean canDo(Tokenizer tokenizer) {
        return tokenizer.split() != Split.CHARACTER;
    }

    /** The tokens of texts {@code [batch]} or {@code [batch, 1]}, or of texts {@code [batch, tokens]} that are cut already. */
    Tokens tokens(Tokenizer tokenizer, Value texts) {
        Value flat = ops.reshape(texts, Shape.of(List.of(ops.remainder(texts.shape(), 1))));
        Value standardized = standardized(tokenizer, flat);
        Tokens cut = tokenizer.split() == Split.WHITESPACE
                ? words(standardized)
                : all(ops.reshape(standardized, ops.shape(texts), texts.shape()));
        return tokenizer.ngrams().isEmpty() ? cut : joined(cut, tokenizer.ngrams());
    }

    private Value standardized(Tokenizer tokenizer, Value texts) {
        Value changed = texts;
        for (int i = 0; tokenizer.strips() && i < PUNCTUATION.length(); i++) {
            changed = replaced(changed, PUNCTUATION.substring(i, i + 1), "");
        }
        for (int i = 0; tokenizer.lowers() && i < CAPITALS.length(); i++) {
            char capital = CAPITALS.charAt(i);
            changed = replaced(changed, String.valueOf(capital), String.valueOf((char) (capital + ('a' - 'A'))));
        }
        return changed;
    }

    /** Texts {@code [batch]} with one character replaced. */
    private Value replaced(Value texts, String character, String replacement) {
        List<Value> cut = ops.stringSplit(texts, character);
        Value parts = cut.get(0);
        Value counts = cut.get(1);
        Value pieces = replacement.isEmpty() ? parts : ops.stringConcat(between(parts, counts, replacement), parts);
        Value empty = constant(ops.unsqueeze(counts, 1), "");
        // A column more, as a loop of no steps is not one for every runtime.
        List<Value> columns = List.of(ops.concat(List.of(pieces, empty), 1));
        Value text = ops.scan(List.of(empty), columns, 1, (body, state, piece) -> List.of(longer(body, state, piece)))
                .get(0);
        return ops.squeeze(text, 1);
    }

    /**
     * The text so far, {@code [batch, 1]}, with a piece {@code [batch]} behind it. What is joined is no state itself: ONNX
     * Runtime's StringConcat adds to the text that is in its result already, and a state's tensor is used again.
     */
    private static Value longer(Ops body, List<Value> text, List<Value> piece) {
        return body.unsqueeze(body.stringConcat(body.squeeze(text.get(0), 1), piece.get(0)), 1);
    }

    /** What stands before each part: a text before all but the first of a row, nothing before what is no part. */
    private Value between(Value parts, Value counts, String text) {
        Value place = places(parts);
        Value isBehind = ops.greater(place, ops.like(place, 0));
        Value isPart = ops.less(place, ops.unsqueeze(counts, 1));
        return ops.labelDecoder(ops.cast(ops.and(isBehind, isPart), DataType.INT64), List.of(1L), List.of(text), "");
    }

    private Tokens words(Value texts) {
        Value changed = texts;
        for (int i = 0; i < WHITESPACE.length(); i++) {
            changed = replaced(changed, WHITESPACE.substring(i, i + 1), SPACE);
        }
        Value parts = ops.stringSplit(changed, SPACE).get(0);
        return compacted(new Tokens(parts, ops.labelEncoder(parts, List.of(""), List.of(0L), 1)));
    }

    /** Every text is a token, an empty one too. */
    private Tokens all(Value texts) {
        return new Tokens(texts, ops.labelEncoder(texts, List.of(""), List.of(1L), 1));
    }

    /** Neighbouring tokens with a space between them, of each width in turn. */
    private Tokens joined(Tokens tokens, List<Integer> widths) {
        Value space = constant(ops.constant(0L), SPACE);
        List<Value> texts = new ArrayList<>();
        List<Value> kept = new ArrayList<>();
        for (int width : widths) {
            Value text = tokens.texts();
            for (int i = 1; i < width; i++) {
                Value next = shifted(tokens.texts(), tokens.kept(), i);
                text = ops.stringConcat(ops.stringConcat(text, space), next);
            }
            texts.add(text);
            kept.add(behind(tokens.kept(), width - 1));
        }
        return compacted(new Tokens(ops.concat(texts, 1), ops.concat(kept, 1)));
    }

    /** The token some places behind each; empty where there is none. */
    private Value shifted(Value texts, Value kept, int by) {
        Value none =
                constant(ops.slice(ops.pad(kept, new long[] {0, 0}, new long[] {0, by}), 1, -by, Long.MAX_VALUE), "");
        return ops.slice(ops.concat(List.of(texts, none), 1), 1, by, Long.MAX_VALUE);
    }

    /** What stands some places behind each number; 0 where there is nothing. */
    private Value behind(Value numbers, int by) {
        return ops.slice(ops.pad(numbers, new long[] {0, 0}, new long[] {0, by}), 1, by, Long.MAX_VALUE);
    }

    /** The same tokens without gaps between them, as many columns as the longest row has tokens. */
    private Tokens compacted(Tokens tokens) {
        Value kept = tokens.kept();
        Value last = ops.sub(ops.cumSum(kept, 1, false), ops.like(kept, 1));
        // What is not kept goes into a column more at the end, which is cut off.
        Value target = ops.where(ops.equal(kept, ops.like(kept, 0)), ops.like(kept, -1), last);
        Value none = ops.pad(ops.mul(kept, ops.like(kept, 0)), new long[] {0, 0}, new long[] {0, 1});
        Value source = ops.slice(ops.scatterElements(none, target, places(kept), 1, false), 1, 0, -1);
        Value counts = ops.reduceSum(kept, false, 1);
        Dimension width = ops.graph().freshSymbol("tokens");
        Value columns = ops.range(ops.constant(DataType.INT64, 0), ops.reduceMax(counts, false, 0), width);
        Value texts = ops.gatherElements(tokens.texts(), ops.gather(source, columns, 1), 1);
        return new Tokens(
                texts, ops.cast(ops.less(ops.unsqueeze(columns, 0), ops.unsqueeze(counts, 1)), DataType.INT64));
    }

    /** The place of each element in its row; of texts or numbers {@code [batch, columns]}. */
    private Value places(Value x) {
        Value ones = x.type() == DataType.STRING
                ? ops.labelEncoder(x, List.of(""), List.of(1L), 1)
                : ops.add(ops.mul(x, ops.like(x, 0)), ops.like(x, 1));
        return ops.sub(ops.cumSum(ones, 1, false), ops.like(ones, 1));
    }

    /** One text in the shape of numbers, none of which is -1. */
    private Value constant(Value numbers, String text) {
        return ops.labelDecoder(numbers, List.of(-1L), List.of(text), text);
    }
}
