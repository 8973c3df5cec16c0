package dev.slipway.server.models;

import dev.slipway.graph.SlipwayException;

/** A model was to be loaded or unloaded where the models are those that the server was started with. */
public final class FixedModelsException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    FixedModelsException(String name) {
        super("model '" + name + "': one of a fixed list (expected: a server of a directory of models)");
    }
}
