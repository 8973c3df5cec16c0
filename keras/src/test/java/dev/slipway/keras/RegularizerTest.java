package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.regularizers.Regularizer;
import dev.slipway.keras.regularizers.Regularizers;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What the size of a weight adds to the loss. */
class RegularizerTest {
    /** Rows of length 5, 1 and 2; the first two at an angle whose cosine is 0.6, the others at 0.8 and 0. */
    private static final Tensor WEIGHT = Tensor.of(Shape.of(3, 2), 3f, 4f, 1f, 0f, 0f, 2f);

    private static double penalty(Regularizer regularizer) {
        Graph graph = new Graph("regularizer");
        graph.output("y", regularizer.penalty(new Ops(graph), graph.input("w", DataType.FLOAT, WEIGHT.shape())));
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults())) {
            return compiled.run(Map.of("w", WEIGHT)).values().iterator().next().element(0);
        }
    }

    private static void requireClose(Regularizer regularizer, double expected) {
        assertThat(penalty(regularizer)).isCloseTo(expected, Offset.offset(1e-6));
        ObjectNode config = regularizer.config();
        assertThat(penalty(Regularizers.of(regularizer.className(), config))).isCloseTo(expected, Offset.offset(1e-6));
    }

    @Test
    void sumsNumbersAndSquares() {
        requireClose(Regularizers.named("l1"), 0.1);
        requireClose(Regularizers.named("l2"), 0.3);
        requireClose(Regularizers.named("l1_l2"), 0.4);
        requireClose(Regularizers.named("L1L2"), 0);
        requireClose(Regularizers.of("L1L2", Config.json().put("l1", 0.5).put("l2", 0.25)), 5 + 7.5);
    }

    @Test
    void meansTheCosinesBetweenRowsOrColumns() {
        requireClose(Regularizers.named("orthogonal_regularizer"), 0.01 * (0.6 + 0.8) / 3);
        ObjectNode columns = Config.json().put("factor", 0.5).put("mode", "columns");
        double cosine = 12 / Math.sqrt(10 * 20.0);
        requireClose(Regularizers.of("OrthogonalRegularizer", columns), 0.5 * cosine);
    }

    @Test
    void refusesByName() {
        assertThatThrownBy(() -> Regularizers.of("L1", Config.json().put("l1", -1)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("regularizer L1: l1 = -1.0 (expected: a finite number >= 0)");
        assertThatThrownBy(() -> Regularizers.named("l3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("regularizer 'l3' (expected: one of [L1, L1L2, L2, OrthogonalRegularizer]");
    }
}
