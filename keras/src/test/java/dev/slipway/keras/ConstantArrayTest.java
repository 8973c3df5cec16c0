package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Constants that are arrays, as embeddings that were learned elsewhere are given to Keras. */
class ConstantArrayTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[[1, 2, 3], [4, 5, 6]] | 1 2 3 4 5 6",
                "[7, 8, 9]              | 7 8 9 7 8 9",
                "[[1], [2]]             | 1 1 1 2 2 2",
                "{\"class_name\": \"__numpy__\", \"config\": {\"value\": [[1, 2, 3]], \"dtype\": \"float32\"}} | 1 2 3 1 2 3",
            })
    void repeatsTheNumbersOfAnArray(String value, String expected) throws IOException {
        ObjectNode config = Config.json().set("value", new ObjectMapper().readTree(value));
        Initializer initializer = Initializers.of("Constant", config);
        Tensor created = initializer.create(DataType.FLOAT, Shape.of(2, 3), new Random(0));
        String found = IntStream.range(0, 6)
                .mapToObj(place -> String.valueOf((int) created.element(place)))
                .collect(Collectors.joining(" "));
        assertThat(found).isEqualTo(expected);
        assertThat(initializer.config()).isEqualTo(config);
    }

    @Test
    void refusesWhatIsNoArrayOrDoesNotFit() throws IOException {
        ObjectNode ragged = Config.json().set("value", new ObjectMapper().readTree("[[1, 2], [3]]"));
        assertThatThrownBy(() -> Initializers.of("Constant", ragged))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("an array of numbers of shape [2, 2]");
        ObjectNode two = Config.json().set("value", new ObjectMapper().readTree("[1, 2]"));
        assertThatThrownBy(() -> Initializers.of("Constant", two).create(DataType.FLOAT, Shape.of(2, 3), new Random(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("initializer Constant: value of shape [2] (expected: one that fits [2, 3])");
    }
}
