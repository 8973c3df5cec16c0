package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.graph.DataType;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How the tokens of a vocabulary are written in a configuration and ordered. */
interface TokenForm<T> {
    /** Whole numbers of 64 bits. */
    TokenForm<Long> INTEGERS = new TokenForm<>() {
        @Override
        public Long parse(Config config, String key, JsonNode node) {
            if (!node.canConvertToLong() || !node.canConvertToExactIntegral()) {
                throw config.refused(key, node.toString(), "whole numbers");
            }
            return node.longValue();
        }

        @Override
        public JsonNode json(Long token) {
            return LongNode.valueOf(token);
        }

        @Override
        public Comparator<Long> order() {
            return Comparator.naturalOrder();
        }

        @Override
        public String plural() {
            return "integers";
        }

        @Override
        public List<Long> elements(Tensor tensor) {
            if (!tensor.type().isInteger()) {
                throw new IllegalArgumentException("adapt: " + tensor + " (expected: integers)");
            }
            int count = (int) tensor.shape().elementCount();
            return tensor.type() == DataType.INT64
                    ? IntStream.range(0, count).mapToObj(tensor.longs()::get).toList()
                    : IntStream.range(0, count)
                            .mapToObj(i -> (long) tensor.element(i))
                            .toList();
        }
    };

    /** Texts, in the order of their bytes in UTF-8, which is that of their code points. */
    TokenForm<String> TEXTS = new TokenForm<>() {
        @Override
        public String parse(Config config, String key, JsonNode node) {
            if (!node.isTextual()) {
                throw config.refused(key, node.toString(), "text");
            }
            return node.textValue();
        }

        @Override
        public JsonNode json(String token) {
            return TextNode.valueOf(token);
        }

        @Override
        public Comparator<String> order() {
            return (a, b) ->
                    Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
        }

        @Override
        public String plural() {
            return "texts";
        }

        @Override
        public List<String> elements(Tensor tensor) {
            return tensor.texts();
        }
    };

    T parse(Config config, String key, JsonNode node);

    JsonNode json(T token);

    Comparator<T> order();

    /** What a list of tokens is a list of. */
    String plural();

    /** The elements of a tensor, row-major. */
    List<T> elements(Tensor tensor);
}
