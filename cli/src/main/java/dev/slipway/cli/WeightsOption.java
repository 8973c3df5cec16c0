package dev.slipway.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the weights are of a model that a {@code .json} or {@code .yaml} file describes. */
final class WeightsOption {
    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description =
                    "The weights of a model in a .json or .yaml file (default: model.weights.h5, model_weights.h5,"
                            + " model.h5, weights.h5 or model.weights.json beside it).")
    private @Nullable Path file;

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }
}
