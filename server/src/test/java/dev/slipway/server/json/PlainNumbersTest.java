package dev.slipway.server.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way to read a request means what the long one does, or is not taken. */
final class PlainNumbersTest {
    private static final Dimension BATCH = Dimension.symbol("batch");
    private static final Dimension STEPS = Dimension.symbol("steps");

    private static final List<Shape> SHAPES = List.of(
            Shape.of(List.of(BATCH)),
            Shape.of(List.of(BATCH, Dimension.of(1))),
            Shape.of(List.of(BATCH, Dimension.of(3))),
            Shape.of(List.of(BATCH, STEPS, Dimension.of(2))),
            Shape.of(List.of(BATCH, STEPS, Dimension.of(1))),
            Shape.of(2, 2));

    private static List<TensorSpec> inputs(Shape shape) {
        return List.of(new TensorSpec("x", DataType.FLOAT, shape));
    }

    /** What the long way says of a body: the request, or what is wrong. */
    private static String longWay(List<TensorSpec> inputs, Dialect dialect, byte[] body) {
        try {
            return said(new PredictRequestReader(inputs, dialect).readAny(body));
        } catch (InputException | MalformedJsonException e) {
            return "refused";
        }
    }

    private static String said(PredictRequest request) {
        return request.form() + " " + request.shapes() + " "
                + java.util.HexFormat.of().formatHex(bytes(request.contents().get(0)));
    }

    private static byte[] bytes(Elements elements) {
        byte[] bytes = new byte[elements.bytes().remaining()];
        elements.bytes().duplicate().get(bytes);
        return bytes;
    }

    @Test
    void saysOfAnyBodyWhatTheLongWaySaysOrNothing() {
        SplittableRandom random = new SplittableRandom(11);
        int plain = 0;
        for (int i = 0; i < 20_000; i++) {
            Shape shape = SHAPES.get(random.nextInt(SHAPES.size()));
            byte[] body = body(shape, random).getBytes(UTF_8);
            List<TensorSpec> inputs = List.of(new TensorSpec("x", DataType.FLOAT, shape, random.nextBoolean()));
            Dialect dialect = random.nextBoolean() ? Dialect.STRICT : Dialect.TENSORFLOW_SERVING;
            var read = PlainNumbers.of(inputs).orElseThrow().read(body);
            if (read.isPresent()) {
                plain++;
                assertThat(said(read.get())).as(new String(body, UTF_8)).isEqualTo(longWay(inputs, dialect, body));
            }
        }
        assertThat(plain).isGreaterThan(5_000);
    }

    /** Mostly a right body; sometimes with a list too many or too few, and with a sign changed. */
    private static String body(Shape shape, SplittableRandom random) {
        StringBuilder body = new StringBuilder(random.nextBoolean() ? "{\"instances\":" : " {\"inputs\" : ");
        long steps = random.nextInt(1, 4);
        list(shape, 0, steps, body, random);
        body.append('}');
        if (random.nextInt(4) == 0) {
            String signs = "[]{},:.-+0123456789eE \n\"ab";
            body.setCharAt(random.nextInt(body.length()), signs.charAt(random.nextInt(signs.length())));
        }
        return body.toString();
    }

    private static void list(Shape shape, int axis, long steps, StringBuilder body, SplittableRandom random) {
        if (axis == shape.rank()) {
            body.append(number(random));
            return;
        }
        Dimension dimension = shape.dimension(axis);
        boolean implied = axis > 0 && axis == shape.rank() - 1 && dimension.is(1) && random.nextBoolean();
        if (implied) {
            body.append(number(random));
            return;
        }
        long length = dimension.isKnown() ? dimension.size() : axis == 0 ? random.nextInt(1, 5) : steps;
        length += random.nextInt(40) == 0 ? 1 : 0;
        body.append('[');
        for (long i = 0; i < length; i++) {
            body.append(i == 0 ? "" : random.nextBoolean() ? "," : ", ");
            list(shape, axis + 1, steps, body, random);
        }
        body.append(']');
    }

    private static String number(SplittableRandom random) {
        return switch (random.nextInt(60)) {
            case 0, 10, 11, 12 -> Integer.toString(random.nextInt(-300, 300));
            case 1 -> Long.toString(random.nextLong());
            case 2, 9 -> Double.toString(random.nextDouble());
            case 3, 7, 8 -> Float.toString((float) random.nextDouble(-1000, 1000));
            case 4 -> "-0" + (random.nextBoolean() ? "" : ".0");
            case 5 -> "0" + random.nextInt(100);
            case 6 -> middle(random);
            default -> String.format(java.util.Locale.ROOT, "%.3f", random.nextDouble(-10, 10));
        };
    }

    /** A number in the middle between two floats, or one digit beside it. */
    private static String middle(SplittableRandom random) {
        long even = (1L << 24) + 2L * random.nextInt(1 << 20);
        return even + 1 + "." + random.nextInt(2) + "000000" + random.nextInt(2);
    }

    @ParameterizedTest
    @CsvSource({
        "16777217.0000001, 4b800001",
        "16777217, 4b800000",
        "16777219, 4b800002",
        "-0.0, 80000000",
        "0.1, 3dcccccd",
        "123456789.12345, 4ceb79a3"
    })
    void roundsOnce(String number, String bits) {
        PredictRequest request = PlainNumbers.of(inputs(SHAPES.get(0)))
                .orElseThrow()
                .read(("{\"instances\": [" + number + "]}").getBytes(UTF_8))
                .orElseThrow();

        int found = request.contents().get(0).bytes().getInt();
        assertThat(String.format("%08x", found)).isEqualTo(bits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"instances\"",
                "{\"instances\": []}",
                "{\"instances\": [1e5]}",
                "{\"instances\": [01]}",
                "{\"instances\": [1.]}",
                "{\"instances\": [.5]}",
                "{\"instances\": [-]}",
                "{\"instances\": [NaN]}",
                "{\"instances\": [null]}",
                "{\"instances\": [1,]}",
                "{\"instances\": [1] ",
                "{\"instances\": [1]} x",
                "{\"instances\": [1], \"signature_name\": \"other\"}",
                "{\"instances\": [{\"x\": 1}]}",
                "{\"instances\": [1234567890123456]}",
                "{\"instances\": [-0]}"
            })
    void leavesTheRestToTheLongWay(String body) {
        assertThat(PlainNumbers.of(inputs(SHAPES.get(0))).orElseThrow().read(body.getBytes(UTF_8)))
                .isEmpty();
    }

    @Test
    void isForOneTensorOfFloatsWhoseAxesAreFree() {
        TensorSpec number = new TensorSpec("n", DataType.INT32, SHAPES.get(0));
        TensorSpec square = new TensorSpec("s", DataType.FLOAT, Shape.of(List.of(BATCH, STEPS, STEPS)));
        TensorSpec scalar = new TensorSpec("c", DataType.FLOAT, Shape.of());

        assertThat(PlainNumbers.of(List.of(number))).isEmpty();
        assertThat(PlainNumbers.of(List.of(square))).isEmpty();
        assertThat(PlainNumbers.of(List.of(scalar))).isEmpty();
        assertThat(PlainNumbers.of(List.of(number, square))).isEmpty();
    }
}
