package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Where data enters a model: {@code [batch, …]}. A number of rows that stands in a file is kept, but as in Keras any other
 * may come in.
 *
 * <p>Source: {@code keras.layers.InputLayer}, {@code keras.Functional.input_spec}.
 */
public final class InputLayer extends Layer {
    /** The symbol of the number of rows, which all inputs of a model share. */
    public static final String BATCH = "batch";

    private final DataType type;
    private final Shape shape;

    /** What the file says of the number of rows. */
    private final Dimension rows;

    /**
     * Declares an input.
     *
     * @param name its name, or empty
     * @param type the element type
     * @param shape the shape, batch first
     */
    public InputLayer(String name, DataType type, Shape shape) {
        this(name, type, shape, shape.rank() == 0 ? Dimension.symbol(BATCH) : shape.dimension(0));
    }

    private InputLayer(String name, DataType type, Shape shape, Dimension rows) {
        super(name, true);
        this.type = type;
        this.shape = shape;
        this.rows = rows;
    }

    /**
     * An input of single-precision rows.
     *
     * @param sizes the lengths behind the batch
     * @return the layer
     */
    public static InputLayer of(long... sizes) {
        return new InputLayer("", DataType.FLOAT, Shape.of(sizes).prepend(Dimension.symbol(BATCH)));
    }

    /**
     * An input of texts.
     *
     * @param sizes the lengths behind the batch
     * @return the layer
     */
    public static InputLayer ofText(long... sizes) {
        return new InputLayer("", DataType.STRING, of(sizes).shape);
    }

    /**
     * A named symbolic input of single-precision rows, for the functional interface.
     *
     * @param name the input's name
     * @param sizes the lengths behind the batch
     * @return the tensor
     */
    public static KerasTensor input(String name, long... sizes) {
        return new InputLayer(name, DataType.FLOAT, of(sizes).shape).apply();
    }

    static InputLayer read(String name, Config config) {
        config.ignore("sparse", "ragged", "optional");
        DataType type = DTypes.parse(config, config.text("dtype", "float32"));
        JsonNode lengths = config.find("batch_shape")
                .orElseThrow(() -> config.refused("batch_shape", "nothing", "a list of lengths"));
        List<Dimension> dimensions = new ArrayList<>();
        for (JsonNode length : lengths) {
            boolean known = length.isIntegralNumber() && length.canConvertToLong() && length.longValue() >= 0;
            if (!known && !length.isNull()) {
                throw config.refused("batch_shape", lengths.toString(), "a list of lengths and nulls");
            }
            String symbol = dimensions.isEmpty() ? BATCH : name + "_" + dimensions.size();
            dimensions.add(known ? Dimension.of(length.longValue()) : Dimension.symbol(symbol));
        }
        Shape shape = Shape.of(dimensions);
        boolean isFixed = !dimensions.isEmpty() && dimensions.get(0).isKnown();
        return isFixed
                ? new InputLayer(name, type, shape.with(0, Dimension.symbol(BATCH)), dimensions.get(0))
                : new InputLayer(name, type, shape);
    }

    @Override
    public String className() {
        return "InputLayer";
    }

    @Override
    protected void writeCommonConfig(ObjectNode config) {}

    @Override
    public void writeConfig(ObjectNode config) {
        ArrayNode lengths = config.putArray("batch_shape");
        for (int axis = 0; axis < shape.rank(); axis++) {
            Dimension dimension = axis == 0 ? rows : shape.dimension(axis);
            if (dimension.isKnown()) {
                lengths.add(dimension.size());
            } else {
                lengths.addNull();
            }
        }
        config.put("dtype", DTypes.name(type)).put("sparse", false).put("ragged", false);
    }

    /**
     * The element type.
     *
     * @return the type
     */
    public DataType type() {
        return type;
    }

    /**
     * The shape.
     *
     * @return the shape, batch first
     */
    public Shape shape() {
        return shape;
    }

    /**
     * What the file says of the number of rows, which layers that carry something from batch to batch go by.
     *
     * @return a number, or a symbol if there may be any number of rows
     */
    public Dimension rows() {
        return rows;
    }

    /** What came in. */
    @Override
    public List<Value> call(LayerCall call) {
        return call.inputs();
    }
}
