package dev.slipway.server.oip;

import java.util.List;

/** What the server says of itself. */
public final class ServerDescription {
    /** The server's name. */
    public static final String NAME = "slipway";

    /** The protocol's extensions that are there. */
    public static final List<String> EXTENSIONS = List.of(
            "binary_tensor_data",
            "classification",
            "model_configuration",
            "model_repository",
            "parameters",
            "statistics");

    private ServerDescription() {}
}
