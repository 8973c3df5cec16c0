package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What layers share that take from, or add to, both ends of the axes that are neither batch nor channels. */
abstract class EdgeLayer extends Layer {
    private final String className;
    private final Edges edges;

    EdgeLayer(String className, Edges edges) {
        super(edges.name, true);
        this.className = className;
        this.edges = edges;
    }

    /**
     * How much, and of which axes.
     *
     * @param name the layer's name, or empty
     * @param format where the channels are
     * @param before how much at the front of each axis
     * @param after how much at the end of each axis
     */
    record Edges(String name, DataFormat format, List<Long> before, List<Long> after) {
        /** Reads a number, a number for each axis, or a pair for each axis. */
        static Edges read(String name, Config config, String key, int rank, boolean hasFormat) {
            config.ignore("trainable");
            double[] numbers = config.numbers(key).orElseGet(() -> new double[] {1});
            boolean whole = Arrays.stream(numbers).allMatch(n -> n >= 0 && n <= Integer.MAX_VALUE && n == (long) n);
            boolean fits = numbers.length == 1 || numbers.length == rank || numbers.length == 2 * rank;
            if (!whole || !fits) {
                throw config.refused(
                        key, Arrays.toString(numbers), "one, " + rank + " or " + 2 * rank + " whole numbers from 0 on");
            }
            DataFormat format = hasFormat ? DataFormat.read(config) : DataFormat.CHANNELS_LAST;
            return of(
                    name,
                    format,
                    rank,
                    Arrays.stream(numbers).mapToLong(n -> (long) n).toArray());
        }

        /** A number for all ends, one for both ends of each axis, or two for each axis. */
        static Edges of(String name, DataFormat format, int rank, long... numbers) {
            boolean fits = numbers.length == 1 || numbers.length == rank || numbers.length == 2 * rank;
            if (!fits || Arrays.stream(numbers).anyMatch(n -> n < 0)) {
                throw new IllegalArgumentException("edges " + Arrays.toString(numbers) + " (expected: one, " + rank
                        + " or " + 2 * rank + " numbers from 0 on)");
            }
            List<Long> before = new ArrayList<>();
            List<Long> after = new ArrayList<>();
            for (int i = 0; i < rank; i++) {
                boolean isPair = numbers.length == 2 * rank;
                before.add(isPair ? numbers[2 * i] : numbers[numbers.length == 1 ? 0 : i]);
                after.add(isPair ? numbers[2 * i + 1] : before.get(i));
            }
            return new Edges(name, format, before, after);
        }

        int rank() {
            return before.size();
        }

        void write(ObjectNode config, String key) {
            ArrayNode list = config.putArray(key);
            for (int i = 0; i < rank(); i++) {
                ArrayNode pair = rank() == 1 ? list : list.addArray();
                pair.add(before.get(i)).add(after.get(i));
            }
        }
    }

    @Override
    public final String className() {
        return className;
    }

    final Edges edges() {
        return edges;
    }

    final void writeFormat(ObjectNode config) {
        config.put("data_format", edges.format.kerasName());
    }

    final void requireRank(Value x) {
        edges.format.requireRank(this, x.shape(), edges.rank());
    }

    /** The axis of the tensor that the i-th edges belong to. */
    final int axis(int i) {
        return edges.format.firstSpatialAxis() + i;
    }
}
