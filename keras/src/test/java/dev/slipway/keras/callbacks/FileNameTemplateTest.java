package dev.slipway.keras.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of files, as Python's {@code str.format} makes them of the same numbers. */
class FileNameTemplateTest {
    @ParameterizedTest
    @CsvSource({
        "0.5, 0.5, 0.5, 0.5, 0.5",
        "1234, 1.23e+03, 1.234e+03, 1234, 1234.0",
        "1.234e-5, 1.23e-05, 1.234e-05, 1.234e-05, 1.234e-05",
        "123456, 1.23e+05, 1.235e+05, 123456, 123456.0",
        "0.0001, 0.0001, 0.0001, 0.0001, 0.0001",
        "-5, -5, -5.0, -5, -5.0",
        "1e16, 1e+16, 1e+16, 1e+16, 1e+16",
        "0.30000000000000004, 0.3, 0.3, 0.3, 0.30000000000000004",
        "0, 0, 0.0, 0, 0.0",
        "NaN, nan, nan, nan, nan",
        "-Infinity, -inf, -inf, -inf, -inf"
    })
    void writesNumbersAsPythonDoes(double loss, String three, String four, String general, String plain) {
        assertThat(fill("{loss:.3g}", loss)).isEqualTo(three);
        assertThat(fill("{loss:.4}", loss)).isEqualTo(four);
        assertThat(fill("{loss:g}", loss)).isEqualTo(general);
        assertThat(fill("{loss}", loss)).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({"{epoch:03d}-{loss:.2f}, 007-0.06", "{epoch}_{loss:8.3f}, 7_   0.062", "{epoch:g}-{loss:.1e}, 7-6.2e-02"
    })
    void keepsPlacesOfAWidth(String template, String expected) {
        assertThat(fill(template, 0.0625)).isEqualTo(expected);
    }

    private static String fill(String template, double loss) {
        return new FileNameTemplate(template).fill(Map.of("epoch", 7.0, "loss", loss));
    }
}
