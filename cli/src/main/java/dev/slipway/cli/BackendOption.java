package dev.slipway.cli;

import dev.slipway.keras.config.Backend;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What Keras computed a model with, for files that do not say so. */
final class BackendOption {
    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description =
                    "What Keras computed the model with: tensorflow, jax or torch (default: what the .keras or .h5"
                            + " file says, or else torch). It matters to transposed convolutions with padding same, for example.")
    private @Nullable String name;

    Optional<Backend> backend() {
        return Optional.ofNullable(name).map(Backend::named);
    }
}
