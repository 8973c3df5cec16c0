package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Architectures as PyYAML writes them for Keras 1 and 2. */
class ModelYamlTest {
    @TempDir
    private Path folder;

    private ObjectNode parse(String text) throws IOException {
        return ModelJson.parse(Files.writeString(folder.resolve("model.yaml"), text), ReadLimits.defaults());
    }

    @Test
    void saysWhatPythonSays() throws IOException {
        ObjectNode read = parse("""
                backend: tensorflow
                class_name: !!python/unicode 'Sequential'
                config:
                - class_name: Dense
                  config: {batch_input_shape: &id001 !!python/tuple [null, 8], name: dense_1, rate: 1.0e-05,
                    use_bias: true, units: !!python/long '4', note: 'null', infinite: .inf}
                  shape: *id001
                """);
        assertThat(read)
                .hasToString(
                        "{\"backend\":\"tensorflow\",\"class_name\":\"Sequential\",\"config\":[{\"class_name\":\"Dense\","
                                + "\"config\":{\"batch_input_shape\":[null,8],\"name\":\"dense_1\",\"rate\":1.0E-5,\"use_bias\":true,\"units\":4,"
                                + "\"note\":\"null\",\"infinite\":\"Infinity\"},\"shape\":[null,8]}]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            a: !!python/object/apply:os.system ['true'] | an object of Python, tag:yaml.org,2002:python/object/apply:os.system in line 1
            a: !!python/name:os.system '' | an object of Python, tag:yaml.org,2002:python/name:os.system in line 1
            a: [1, 2 | not YAML:
            a: !!python/long 'x' | 'x' in line 1 (expected: a number)
            """)
    void refusesWhatIsNoArchitecture(String text, String message) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(message);
    }

    /** Nine times nine times … the same list: 30 levels of it would not fit into any memory. */
    @Test
    void refusesAliasesThatMakeAFileTooLong() {
        StringBuilder text = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 30; i++) {
            text.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
        }
        assertThatThrownBy(() -> parse(text.toString()))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("aliases that make it longer than");
    }
}
