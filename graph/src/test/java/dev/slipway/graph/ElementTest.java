package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ElementTest {
    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void givesBackEverySixteenBitNumber(DataType type) {
        for (int bits = 0; bits < 1 << 16; bits++) {
            ByteBuffer bytes = ByteBuffer.allocate(2).putShort(0, (short) bits);
            double number = Element.get(bytes, type, 0);
            ByteBuffer again = ByteBuffer.allocate(2);
            Element.put(again, type, number);
            if (Double.isNaN(number)) {
                assertThat(Element.get(again, type, 0)).isNaN();
            } else {
                assertThat(again.flip()).as("bits %x: %s", bits, number).isEqualTo(bytes);
            }
        }
    }

    /** The expected bits are numpy's: {@code numpy.float16(x).view("u2")}; torch's for bfloat16. */
    @ParameterizedTest
    @CsvSource({
        "FLOAT16, 1.00048828125, 3c00",
        "FLOAT16, 1.00146484375, 3c02",
        "FLOAT16, 1.0004882812500002, 3c01",
        "FLOAT16, 2.9802322387695312e-08, 0000",
        "FLOAT16, 2.9802322387695316e-08, 0001",
        "FLOAT16, 6.097555160522461e-05, 03ff",
        "FLOAT16, 6.1035156e-05, 0400",
        "FLOAT16, 65519.99, 7bff",
        "FLOAT16, 65520, 7c00",
        "FLOAT16, -1e300, fc00",
        "FLOAT16, -0.0, 8000",
        "BFLOAT16, 1.00390625, 3f80",
        "BFLOAT16, 1.01171875, 3f82",
        "BFLOAT16, 3.4e38, 7f80",
        "BFLOAT16, -0.1, bdcd"
    })
    void roundsToTheNearestAndHalvesToEven(DataType type, double number, String bits) {
        ByteBuffer bytes = ByteBuffer.allocate(2);
        Element.put(bytes, type, number);
        assertThat(String.format("%04x", bytes.getShort(0))).isEqualTo(bits);
    }

    @Test
    void refusesText() {
        assertThatThrownBy(() -> Element.put(ByteBuffer.allocate(8), DataType.STRING, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("STRING");
    }
}
