package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Constant;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connectionist temporal classification against torch.nn.functional.ctc_loss of PyTorch 1.13 in float64. */
class CtcLossTest {
    private static final int BATCH = 3;
    private static final int TIME = 5;
    private static final int CLASSES = 4;
    private static final Loss CTC = Losses.named("ctc");

    private static float[] logits() {
        float[] logits = new float[BATCH * TIME * CLASSES];
        for (int i = 0; i < logits.length; i++) {
            int row = i / (TIME * CLASSES);
            int time = i / CLASSES % TIME;
            logits[i] = (float) (2 * Math.sin(1 + 7 * row + 3 * time + 2 * (i % CLASSES)));
        }
        return logits;
    }

    private static Differentiated run(float... labels) {
        return Differentiated.of(
                (ops, x) -> CTC.rows(
                        ops,
                        ops.constant(Constant.of(Shape.of(BATCH, labels.length / BATCH), labels)),
                        ops.reshape(x, Shape.of(BATCH, TIME, CLASSES))),
                logits());
    }

    /** A repeated label, one that is shorter than the longest, and none at all. */
    @Test
    void isThatOfPyTorch() {
        Differentiated found = run(1, 1, 3, 2, 0, 0, 0, 0, 0);
        assertThat(found.values().toFloatArray())
                .containsExactly(new float[] {8.563965f, 5.164944f, 9.960694f}, within(1e-5f));
        float[] gradient = found.gradient().toFloatArray();
        requireAt(gradient, 0, 0, -0.0738f, -0.2920f, 0.0139f, 0.3519f);
        requireAt(gradient, 0, 2, -0.3413f, 0.0512f, 0.0160f, 0.2741f);
        requireAt(gradient, 1, 4, -0.4620f, 0.0822f, -0.0047f, 0.3846f);
        requireAt(gradient, 2, 1, -0.9706f, 0.8194f, 0.1297f, 0.0216f);
    }

    private static void requireAt(float[] gradient, int row, int time, float... expected) {
        int from = (row * TIME + time) * CLASSES;
        assertThat(Arrays.copyOfRange(gradient, from, from + CLASSES)).containsExactly(expected, within(1e-4f));
    }

    /** Three equal labels need a blank between each two: five steps are just enough, four labels are too many. */
    @Test
    void labelsThatCannotBeSpeltHaveAnInfiniteLoss() {
        float[] values = run(1, 1, 1, 0, 1, 1, 1, 1, 1, 2, 3, 2).values().toFloatArray();
        assertThat(values[0]).isFinite();
        assertThat(values[1]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(values[2]).isFinite();
    }

    @Test
    void refusesAnUnknownNumberOfTimeSteps() {
        Shape prediction = Shape.of(List.of(Dimension.symbol("batch"), Dimension.symbol("time"), Dimension.of(4)));
        Tensor labels = Tensor.of(Shape.of(1, 2), 1f, 2f);
        assertThatThrownBy(() -> CTC.requireTargets("out", labels, prediction))
                .hasMessage("loss CTC: targets of shape [1, 2] and output 'out' of shape [batch, time, 4] (expected:"
                        + " [batch, length] and [batch, time, classes] with a known number of time steps)");
    }
}
