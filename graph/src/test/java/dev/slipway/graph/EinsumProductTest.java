package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Einsums of two operands become matrix products where they can, with the numbers of the sum written out. */
class EinsumProductTest {
    private static final Map<Character, Integer> LENGTHS =
            Map.of('a', 2, 'b', 3, 'c', 4, 'd', 5, 'e', 2, 'f', 3, 'g', 1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ab,bc->ac",
                "ab,bc->ca",
                "ab,cb->ac",
                "abc,cde->abde",
                "abc,cd->abd",
                "abcd,cde->abe",
                "aecd,abcd->acbe",
                "acbe,aecd->abcd",
                "abcd,abed->abce",
                "abcd,aecd->abce",
                "abcdf,abedf->abce",
                "cab,cad->cbd",
                "abc,dcb->ad",
                "abcd,aecdg->abeg",
                "dcba,bf->adfc"
            })
    void isTheSumWrittenOut(String equation) throws OrtException {
        Map<String, Integer> operators = check(equation, false);
        assertThat(operators).containsEntry("MatMul", 1).doesNotContainKey("Einsum");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"abc,cde->abde", "aecd,abcd->acbe", "acbe,aecd->abcd", "abcd,cde->abe", "abc,acd->abd"})
    void takesABatchOfAnyLength(String equation) throws OrtException {
        assertThat(check(equation, true)).containsEntry("MatMul", 1).doesNotContainKey("Einsum");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"ab,cd->abcd", "ab,ab->ab", "ab,b->a", "ab,bc->a", "abc->ca"})
    void leavesToTheEngineWhatIsNoMatrixProduct(String equation) throws OrtException {
        assertThat(check(equation, false)).containsKey("Einsum").doesNotContainKey("MatMul");
    }

    @Test
    void joinsNoAxesOfUnknownLength() throws OrtException {
        assertThat(check("abc,dab->cd", true)).containsKey("Einsum");
    }

    /** Compares and returns the operators; axis 'a' may have no known length. */
    private static Map<String, Integer> check(String equation, boolean open) throws OrtException {
        Graph graph = new Graph("einsum");
        Random random = new Random(7);
        String[] sides = equation.split("->", -1);
        List<Value> operands = new ArrayList<>();
        Map<String, Array> feeds = new LinkedHashMap<>();
        for (String term : sides[0].split(",", -1)) {
            List<Dimension> lengths = term.chars()
                    .mapToObj(l -> open && l == 'a' ? Dimension.symbol("batch") : Dimension.of(length((char) l)))
                    .toList();
            Value value = graph.input("x" + operands.size(), DataType.FLOAT, Shape.of(lengths));
            long[] known = term.chars().mapToLong(l -> length((char) l)).toArray();
            Shape shape = Shape.of(known);
            double[] numbers = random.doubles(shape.elementCount(), -1, 1)
                    .map(x -> (float) x)
                    .toArray();
            feeds.put(value.name(), new Array(shape, numbers));
            operands.add(value);
        }
        graph.output("y", new Ops(graph).einsum(equation, operands.toArray(new Value[0])));
        try (Evaluator evaluator = new Evaluator(graph)) {
            Array found = Objects.requireNonNull(evaluator.run(feeds).get("y"));
            double[] expected = writtenOut(sides, List.copyOf(feeds.values()));
            assertThat(found.count()).isEqualTo(expected.length);
            for (int i = 0; i < expected.length; i++) {
                assertThat(found.value(i)).as("%s at %d", equation, i).isCloseTo(expected[i], within(1e-5));
            }
        }
        return graph.operators();
    }

    private static int length(char letter) {
        return Objects.requireNonNull(LENGTHS.get(letter));
    }

    /** Every place of every letter, one after the other. */
    private static double[] writtenOut(String[] sides, List<Array> operands) {
        String[] terms = sides[0].split(",", -1);
        StringBuilder letters = new StringBuilder();
        sides[0].replace(",", "").chars().distinct().forEach(l -> letters.append((char) l));
        int places = letters.chars().map(l -> length((char) l)).reduce(1, (x, y) -> x * y);
        double[] sums = new double[sides[1].chars().map(l -> length((char) l)).reduce(1, (x, y) -> x * y)];
        for (int place = 0; place < places; place++) {
            Map<Character, Integer> at = new LinkedHashMap<>();
            int rest = place;
            for (int i = 0; i < letters.length(); i++) {
                at.put(letters.charAt(i), rest % length(letters.charAt(i)));
                rest /= length(letters.charAt(i));
            }
            double product = 1;
            for (int i = 0; i < terms.length; i++) {
                product *= operands.get(i).value(offset(terms[i], at));
            }
            sums[offset(sides[1], at)] += product;
        }
        return sums;
    }

    private static int offset(String term, Map<Character, Integer> at) {
        int offset = 0;
        for (int i = 0; i < term.length(); i++) {
            offset = offset * length(term.charAt(i)) + Objects.requireNonNull(at.get(term.charAt(i)));
        }
        return offset;
    }
}
