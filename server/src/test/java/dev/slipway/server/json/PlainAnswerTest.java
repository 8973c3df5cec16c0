package dev.slipway.server.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.json.PredictRequest.Form;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The short way to write an answer writes what the long one does, or is not taken. */
final class PlainAnswerTest {
    private static final byte[] OPENING = PlainAnswer.opening("outputs");

    private static String longWay(Tensor tensor) {
        TensorWriter writer = new TensorWriter(NonFiniteForm.WORD);
        byte[] text = TensorWriter.toBytes(json -> {
            json.writeStartObject();
            json.writeFieldName("outputs");
            writer.write(json, tensor);
            json.writeEndObject();
        });
        return new String(text, UTF_8);
    }

    @Test
    void writesTheSameText() {
        SplittableRandom random = new SplittableRandom(3);
        for (Shape shape : List.of(Shape.of(1), Shape.of(1, 1), Shape.of(3, 0), Shape.of(0, 2), Shape.of(40, 3, 2))) {
            for (int i = 0; i < 200; i++) {
                float[] numbers = new float[(int) shape.elementCount()];
                for (int k = 0; k < numbers.length; k++) {
                    float any = Float.intBitsToFloat(random.nextInt());
                    numbers[k] = random.nextBoolean() && Float.isFinite(any) ? any : (float) random.nextDouble(-9, 9);
                }
                Tensor tensor = Tensor.of(shape, numbers);

                assertThat(new String(
                                PlainAnswer.write(OPENING, List.of(tensor)).orElseThrow(), UTF_8))
                        .isEqualTo(longWay(tensor));
            }
        }
    }

    /** MLflow's form of an answer is always written the long way. */
    @Test
    void allWritersWriteTheSameText() {
        Tensor tensor = Tensor.of(Shape.of(2, 2), 1f, -0.5f, 3e-8f, 1e9f);
        List<Tensor> results = List.of(tensor);
        List<TensorSpec> outputs = List.of(new TensorSpec("y", DataType.FLOAT, tensor.shape()));
        PredictResponseWriter plain = PredictResponseWriter.plain(outputs);
        for (PredictResponseWriter writer :
                List.of(plain, PredictResponseWriter.of(outputs), PredictResponseWriter.named(outputs))) {
            String rows = new String(writer.write(Form.ROWS, results), UTF_8);
            String columns = new String(writer.write(Form.COLUMNS, results), UTF_8);

            assertThat(rows).isEqualTo(new String(plain.writePredictions(results), UTF_8));
            assertThat(columns)
                    .isEqualTo(
                            new String(writer.writePredictions(results), UTF_8).replaceFirst("predictions", "outputs"));
        }
    }

    @Test
    void leavesTheRestToTheLongWay() {
        Tensor number = Tensor.of(Shape.of(1), 1f);

        assertThat(PlainAnswer.write(OPENING, List.of(number, number))).isEmpty();
        assertThat(PlainAnswer.write(OPENING, List.of(Tensor.of(Shape.of(), 1f))))
                .isEmpty();
        assertThat(PlainAnswer.write(OPENING, List.of(Tensor.of(Shape.of(2), 1f, Float.NaN))))
                .isEmpty();
        assertThat(PlainAnswer.write(OPENING, List.of(Tensor.of(Shape.of(1), Float.NEGATIVE_INFINITY))))
                .isEmpty();
        assertThat(PlainAnswer.write(OPENING, List.of(Tensor.of(Shape.of(1), 1L))))
                .isEmpty();
    }
}
