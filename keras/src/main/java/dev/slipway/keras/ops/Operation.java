package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import java.util.List;

/**
 * A tensor operation that a functional model records, such as {@code x + 1}: a step of the model like a layer, but without
 * weights, and constants may be among its operands.
 *
 * <p>Source: {@code keras.Operation} of Keras 3.
 */
public final class Operation extends Layer {
    private final String module;
    private final String className;
    private final ObjectNode config;
    private final List<String> parameters;
    private final Definition.Body body;

    Operation(
            String name,
            String module,
            String className,
            ObjectNode config,
            Definition definition,
            Definition.Body body) {
        super(name, true);
        this.module = module;
        this.className = className;
        this.config = config.deepCopy();
        this.parameters = definition.parameters();
        this.body = body;
    }

    @Override
    public String className() {
        return className;
    }

    @Override
    public String module() {
        return module;
    }

    @Override
    public List<String> inputNames() {
        return parameters;
    }

    @Override
    public boolean takesConstants() {
        return true;
    }

    /** An operation has none of them. */
    @Override
    protected void writeCommonConfig(ObjectNode into) {}

    /** What was read, as it was read. */
    @Override
    public void writeConfig(ObjectNode into) {
        config.properties().forEach(entry -> {
            if (!entry.getKey().equals("name")) {
                into.set(entry.getKey(), entry.getValue());
            }
        });
    }

    @Override
    public boolean autocasts() {
        return false;
    }

    @Override
    public List<Value> call(LayerCall call) {
        return body.call(new OperationCall(this, call));
    }
}
