package dev.slipway.keras.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class DataFilesTest {
    private static Csv csv(String text) {
        return Csv.read("data.csv", new StringReader(text));
    }

    @Test
    void readsNamedColumns() {
        Csv table = csv("x,\"y, too\",z\n1,2,3\n\n-4.5,5e2,NaN\n");

        assertThat(table.header()).containsExactly("x", "y, too", "z");
        assertThat(table.matrix(List.of("y, too", "x")).toFloatArray()).containsExactly(2, 1, 500, -4.5f);
        assertThat(table.matrix().shape()).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void namesWhatIsNoFiniteNumberInColumnsToLearnFrom() {
        Csv table = csv("x,y\n1,2\n3,NaN\n1e99,4\n");

        assertThatThrownBy(() -> table.finiteMatrix(List.of("y")))
                .hasMessage("data.csv, line 3, column 'y': 'NaN' (expected: a finite number)");
        assertThatThrownBy(() -> table.finiteMatrix(List.of("x")))
                .hasMessage("data.csv, line 4, column 'x': '1e99' (expected: a finite number)");
    }

    @Test
    void readsColumnsWithoutNames() {
        Csv table = csv("1,2\r\n3,4");

        assertThat(table.header()).isEmpty();
        assertThat(table.matrix().toFloatArray()).containsExactly(1, 2, 3, 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x,y;1,2;3 | data.csv, line 3: 1 fields (expected: 2)",
                "x,y;1,2;3,a | data.csv, line 3, column 'y': 'a' (expected: a number)",
                "1,2;3,4f | data.csv, line 2, column 2: '4f' (expected: a number)",
                "x,x;1,2 | data.csv: column 'x' twice (expected: a name for each)",
                "x,y | data.csv: no rows (expected: at least one line of numbers)",
                "1,2, | data.csv: no rows (expected: at least one line of numbers); line 1 was taken for names of columns, as"
                        + " '' is no number",
            })
    void refusesTablesThatAreNotNumbers(String lines, String message) {
        assertThatThrownBy(() -> csv(lines.replace(';', '\n')))
                .isInstanceOf(DataFileException.class)
                .hasMessage(message);
    }

    @Test
    void readsColumnsOfTexts() {
        assertThat(Csv.texts("data.csv", new StringReader("a,b\n\"x, y\",1\n\n,é\n")))
                .isEqualTo(Map.of("a", List.of("x, y", ""), "b", List.of("1", "é")));
        assertThatThrownBy(() -> Csv.texts("data.csv", new StringReader("a,a\n1,2")))
                .hasMessage("data.csv: columns [a, a] (expected: different names, and at least one line below)");
        assertThatThrownBy(() -> Csv.texts("data.csv", new StringReader("a,b\n1")))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("data.csv: broken CSV");
    }

    @Test
    void arraysOfTextAreWrittenAndRead() {
        Tensor texts = Tensor.of(Shape.of(2, 2), "a", "", "日本 \uD83D\uDE00", "é");
        assertThat(Npy.read("x.npy", Npy.write(texts))).hasToString(texts.toString());
        Tensor empty = Tensor.of(Shape.of(1), "");
        assertThat(Npy.read("x.npy", Npy.write(empty))).hasToString(empty.toString());
    }

    /** {@code numpy.array([b'ab', b'\xc3\xa9'])} and {@code numpy.array(['ab', 'c'], '>U2')}. */
    @Test
    void readsBytesAsUtf8AndBothOrders() {
        assertThat(Npy.read("x.npy", npy("|S2", "ab\u00c3\u00a9"))).hasToString("STRING [2] [ab, é]");
        assertThat(Npy.read("x.npy", npy(">U2", "\0\0\0a\0\0\0b\0\0\0c\0\0\0\0")))
                .hasToString("STRING [2] [ab, c]");
        assertThatThrownBy(() -> Npy.read("x.npy", npy("|S2", "ab\u00c3c")))
                .hasMessage("x.npy: bytes that are no UTF-8 (expected: text)");
        assertThatThrownBy(() -> Npy.read("x.npy", npy(">U1", "\0\0\0a\0\0\u00d8\0")))
                .hasMessage("x.npy: U+D800 (expected: code points of Unicode)");
        assertThatThrownBy(() -> Npy.read("x.npy", npy("|S3", "ab")))
                .hasMessage("x.npy: 2 bytes of elements (expected: 3 for each of [2])");
        assertThatThrownBy(() -> Npy.read("x.npy", npy("|S0", ""))).isInstanceOf(DataFileException.class);
    }

    /** {@code numpy.array([65535, 1], '>u2')}, pixels of 16 bits as scanners of other machines write them. */
    @Test
    void readsUnsignedIntegersAboveTheSignedOnes() {
        Tensor read = Npy.read("x.npy", npy(">u2", "\u00ff\u00ff\0\1"));

        assertThat(read.cast(DataType.FLOAT).toFloatArray()).containsExactly(65535, 1);
    }

    /** An array of two elements, whose bytes are given as characters. */
    private static byte[] npy(String type, String elements) {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (2,), }\n";
        String length = "" + (char) header.length() + '\0';
        return ("\u0093NUMPY\1\0" + length + header + elements).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void refusesColumnsThatAreNotThere() {
        Csv table = csv("x,y\n1,2");

        assertThatThrownBy(() -> table.matrix(List.of("z")))
                .isInstanceOf(DataFileException.class)
                .hasMessage("data.csv: no column 'z' (expected: one of [x, y])");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "FLOAT", "DOUBLE", "FLOAT16", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64",
                "BOOL"
            })
    void readsTheArraysItWrites(DataType type) {
        Tensor array = Tensor.zeros(type, Shape.of(2, 3));
        array.bytes().put(3, (byte) 1);

        byte[] file = Npy.write(array);
        Tensor read = Npy.read("x.npy", file);

        assertThat((file.length - 6 * type.byteSize()) % 64).isZero();
        assertThat(read.type()).isEqualTo(type);
        assertThat(read.shape()).isEqualTo(array.shape());
        assertThat(read.bytes()).isEqualTo(array.bytes());
    }

    /** {@code numpy.asfortranarray([[1, 2, 3], [4, 5, 6]])}, as a table of pandas gives its numbers. */
    @Test
    void readsArraysOfFortranOrder() {
        byte[] file = Npy.write(Tensor.of(Shape.of(2, 3), 1f, 4f, 2f, 5f, 3f, 6f));
        String text = new String(file, StandardCharsets.ISO_8859_1)
                .replace("'fortran_order': False", "'fortran_order': True ");

        Tensor read = Npy.read("x.npy", text.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(read.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(read.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void readsTheArchiveItWrites(@TempDir Path directory) throws Exception {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("b", Tensor.of(Shape.scalar(), 5f));
        arrays.put("a", Tensor.of(Shape.of(2), 1L, 2L));
        Path file = directory.resolve("arrays.npz");
        Files.write(file, Npz.write(arrays));

        Map<String, Tensor> read = Npz.read(file);

        assertThat(read.keySet()).containsExactly("b", "a");
        assertThat(Objects.requireNonNull(read.get("b")).toFloatArray()).containsExactly(5);
        assertThat(Objects.requireNonNull(read.get("a")).longs().get(1)).isEqualTo(2);
    }
}
