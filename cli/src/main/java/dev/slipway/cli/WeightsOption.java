package dev.slipway.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the weights are of a model that a {@code .json} file describes. */
final class WeightsOption {
    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "The weights of a model in a .json file (default: model.weights.h5, model_weights.h5,"
                    + " model.h5 or weights.h5 beside model.json).")
    private @Nullable Path file;

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }
}
