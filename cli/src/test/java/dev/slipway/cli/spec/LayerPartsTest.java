package dev.slipway.cli.spec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.constraints.Constraints;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayerPartsTest {
    @TempDir
    private Path directory = Path.of("");

    private void read(String layer) throws IOException {
        TrainSpec.read(Files.writeString(directory.resolve("train.yaml"), """
                compile: {optimizer: sgd, loss: mse}
                data: {file: rows.csv, features: [x], targets: [y]}
                save: trained.keras
                model:
                  layers:
                    - Dense: {units: 1}
                    - %s
                """.formatted(layer)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Dense: {units: 1, kernel_regularizer: l22} | layer (Dense): kernel_regularizer = l22 (expected: one of"
                        + " [L1, L1L2, L2, OrthogonalRegularizer]; nearest: L2), at line 7, column 25",
                "Dense: {units: 1, activity_regularizer: {class_name: Smooth}} | activity_regularizer = Smooth (expected",
                "Dense: {name: last, bias_initializer: zeroes} | layer 'last' (Dense): bias_initializer = zeroes (expected",
                "Dense: {bias_initializer: zeroes} | nearest: Zeros), at line 7, column 15",
                "Dense: {kernel_constraint: maxnorn} | nearest: MaxNorm), at line 7, column 15",
                "TimeDistributed: {layer: {class_name: Dense, config: {bias_constraint: none}}} | layer (Dense): bias_constr",
                "Dense: {bias_initializer: {class_name: Constant, config: {valu: 1}}} | bias_initializer: initializer Constant: valu = 1 (",
            })
    void refusesWhatIsNotKnownWhereItStands(String layer, String message) {
        assertThatThrownBy(() -> read(layer))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(directory.resolve("train.yaml") + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void knowsAllByTheirNames() {
        Stream.of(
                        Initializers.names().stream().map(name -> "kernel_initializer: " + name),
                        Regularizers.names().stream().map(name -> "kernel_regularizer: " + name),
                        Constraints.names().stream().map(name -> "kernel_constraint: " + name),
                        Stream.of(
                                "kernel_regularizer: l1_l2",
                                "kernel_regularizer: null",
                                "kernel_initializer: he_normal",
                                "kernel_initializer: {class_name: Constant, config: {value: 2}}",
                                "kernel_constraint: max_norm"))
                .flatMap(parts -> parts)
                .forEach(part -> assertThatCode(() -> read("Dense: {units: 1, " + part + "}"))
                        .as(part.toLowerCase(Locale.ROOT))
                        .doesNotThrowAnyException());
    }
}
