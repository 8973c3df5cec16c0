package dev.slipway.keras.ops;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * What an operation is.
 *
 * @param parameters the names of the arguments of its {@code call}, in order
 * @param reader reads its configuration, which holds the arguments of its constructor that were given
 */
record Definition(List<String> parameters, Reader reader) {
    /** Reads an operation's configuration. */
    interface Reader {
        Body read(Config config);
    }

    /** What an operation appends to a graph. */
    interface Body {
        List<Value> call(OperationCall call);
    }

    /** What an operation of one result appends to a graph. */
    interface Function {
        Value call(OperationCall call);
    }

    /** An operation of one result without configuration. */
    static Definition of(List<String> parameters, Function function) {
        return configured(parameters, config -> function);
    }

    /** An operation of one result. */
    static Definition configured(
            List<String> parameters, java.util.function.Function<Config, ? extends Function> reader) {
        return new Definition(parameters, config -> {
            Function function = reader.apply(config);
            return call -> List.of(function.call(call));
        });
    }
}
