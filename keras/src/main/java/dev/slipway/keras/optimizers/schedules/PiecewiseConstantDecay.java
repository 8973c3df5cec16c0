package dev.slipway.keras.optimizers.schedules;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * One rate up to and with the first boundary, the next up to and with the second, and so on; boundaries lose their
 * fraction.
 *
 * <p>Source: {@code keras.optimizers.schedules.PiecewiseConstantDecay}.
 */
record PiecewiseConstantDecay(List<Double> boundaries, List<Double> values, String name)
        implements LearningRateSchedule {
    static PiecewiseConstantDecay read(Config config) {
        List<Double> boundaries = list(config, "boundaries");
        List<Double> values = list(config, "values");
        if (boundaries.isEmpty() || values.size() != boundaries.size() + 1) {
            throw new ConfigException(config.subject() + ": " + boundaries.size() + " boundaries and " + values.size()
                    + " values (expected: at least one boundary, and one value more)");
        }
        return new PiecewiseConstantDecay(boundaries, values, config.text("name", "PiecewiseConstant"));
    }

    private static List<Double> list(Config config, String key) {
        double[] numbers = config.numbers(key).orElseThrow(() -> config.refused(key, "nothing", "a list of numbers"));
        return DoubleStream.of(numbers).boxed().toList();
    }

    @Override
    public String className() {
        return "PiecewiseConstantDecay";
    }

    @Override
    public ObjectNode config() {
        ObjectNode config = Config.json();
        ArrayNode list = config.putArray("boundaries");
        for (double boundary : boundaries) {
            if (boundary == Math.rint(boundary)) {
                list.add((long) boundary);
            } else {
                list.add(boundary);
            }
        }
        values.forEach(config.putArray("values")::add);
        return config.put("name", name);
    }

    @Override
    public Value at(Ops ops, Value iteration) {
        Value rate = Required.scalar(ops, values.get(boundaries.size()));
        for (int i = boundaries.size() - 1; i >= 0; i--) {
            Value boundary =
                    ops.constant(DataType.INT64, (double) boundaries.get(i).longValue());
            rate = ops.where(ops.lessOrEqual(iteration, boundary), Required.scalar(ops, values.get(i)), rate);
        }
        return rate;
    }
}
