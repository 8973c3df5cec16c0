package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Over what losses sum that compare regions: one axis, several, or all.
 *
 * @param axes the axes; none for all
 */
record SummedAxes(List<Integer> axes) {
    static SummedAxes read(Config config) {
        double[] given = config.numbers("axis").orElse(new double[0]);
        return new SummedAxes(
                DoubleStream.of(given).mapToObj(axis -> (int) axis).toList());
    }

    void write(ObjectNode config) {
        if (axes.isEmpty()) {
            config.putNull("axis");
        } else {
            ArrayNode list = config.putArray("axis");
            axes.forEach(list::add);
        }
    }

    Value sum(Ops ops, Value x) {
        return ops.reduceSum(x, false, axes.stream().mapToInt(Integer::intValue).toArray());
    }
}
