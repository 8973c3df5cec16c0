package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of two weights, a and b. */
class Keras2SlotsTest {
    @Test
    void bringsTheKindsOfAWeightTogether() {
        for (String className : List.of("Adadelta", "Adam", "Adamax")) {
            assertThat(inOrder(optimizer(className), "Adam/iterations:0", "m_a", "m_b", "v_a", "v_b"))
                    .containsExactly("Adam/iterations:0", "CONFIGURED_RATE", "0 m_a", "0 v_a", "1 m_b", "1 v_b");
        }
    }

    @Test
    void keepsTheThirdKindOfAmsgradForItself() {
        ObjectNode adam = optimizer("Adam");
        String[] names = {"iterations", "m_a", "m_b", "v_a", "v_b", "vhat_a", "vhat_b"};
        assertThat(inOrder(adam, names)).endsWith("1 m_b", "1 v_b");
        ((ObjectNode) adam.get("config")).put("amsgrad", true);
        assertThat(inOrder(adam, names)).endsWith("1 m_b", "1 v_b", "0 vhat_a", "1 vhat_b");
    }

    @Test
    void keepsWhatAllWeightsShareInFront() {
        assertThat(inOrder(optimizer("Nadam"), "iterations", "m_schedule", "m_a", "m_b", "v_a", "v_b"))
                .containsExactly("iterations", "CONFIGURED_RATE", "m_schedule", "0 m_a", "0 v_a", "1 m_b", "1 v_b");
    }

    @Test
    void dropsTheMomentumThatSgdDoesNotUse() {
        ObjectNode sgd = optimizer("SGD");
        assertThat(inOrder(sgd, "iterations", "m_a", "m_b")).containsExactly("iterations", "CONFIGURED_RATE");
        ((ObjectNode) sgd.get("config")).put("momentum", 0.9);
        assertThat(inOrder(sgd, "iterations", "m_a", "m_b")).endsWith("0 m_a", "1 m_b");
    }

    /** As Keras 2.3 reads what these optimizers stored before it. */
    @Test
    void countsFromZeroWhereTheStepsWereNotStored() {
        assertThat(inOrder(optimizer("RMSprop"), "a_a", "a_b"))
                .containsExactly("NO_STEPS", "CONFIGURED_RATE", "0 a_a", "1 a_b");
    }

    @Test
    void hasNoRateWhereAScheduleGivesIt() {
        ObjectNode sgd = optimizer("SGD");
        ((ObjectNode) sgd.get("config")).putObject("learning_rate");
        assertThat(inOrder(sgd, "iterations")).containsExactly("iterations");
    }

    @Test
    void leavesWhatIsInOrderOrNotKnown() {
        assertThat(inOrder(optimizer("Adam"), "iteration", "learning_rate", "m_a", "v_a"))
                .containsExactly("iteration", "learning_rate", "m_a", "v_a");
        assertThat(inOrder(optimizer("Adam"), "m_a", "m_b")).containsExactly("m_a", "m_b");
        assertThat(inOrder(optimizer("Adam"), "iterations", "m_a", "m_b", "v_a"))
                .containsExactly("iterations", "m_a", "m_b", "v_a");
    }

    private static ObjectNode optimizer(String className) {
        ObjectNode optimizer = Config.json().put("class_name", className);
        optimizer.putObject("config").put("learning_rate", 0.25);
        return optimizer;
    }

    private static List<String> inOrder(ObjectNode optimizer, String... names) {
        return Keras2Slots.inOrder(List.of(names), optimizer, 2).stream()
                .map(variable -> switch (variable.kind()) {
                    case NO_STEPS, CONFIGURED_RATE -> variable.kind().name();
                    case STORED -> variable.name();
                    case SLOT -> variable.weight() + " " + variable.name();
                })
                .toList();
    }
}
