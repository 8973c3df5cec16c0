package dev.slipway.keras.config;

import com.fasterxml.jackson.databind.JsonNode;

/** What Keras computed a model with, for the few layers whose numbers depend on it: their padding is no two halves. */
public enum Backend {
    /** TensorFlow; JAX computes the same. */
    TENSORFLOW("tensorflow"),
    /** PyTorch. */
    TORCH("torch"),
    /** Theano, which Keras 1 and 2 ran on. */
    THEANO("theano");

    private final String kerasName;

    Backend(String kerasName) {
        this.kerasName = kerasName;
    }

    /**
     * The name in files.
     *
     * @return such as {@code torch}
     */
    public String kerasName() {
        return kerasName;
    }

    /**
     * The backend of Keras 3 that computes the same, as far as Keras 3 can.
     *
     * @return this, or TensorFlow for Theano
     */
    public Backend inKeras3() {
        return this == THEANO ? TENSORFLOW : this;
    }

    /**
     * The backend of a name, as someone gives it who knows what a file does not say.
     *
     * @param name {@code tensorflow}, {@code jax} or {@code torch}
     * @return what computes as it does
     * @throws IllegalArgumentException for another name
     */
    public static Backend named(String name) {
        return switch (name) {
            case "tensorflow", "jax" -> TENSORFLOW;
            case "torch" -> TORCH;
            default ->
                throw new IllegalArgumentException("backend: '" + name + "' (expected: tensorflow, jax or torch)");
        };
    }

    /**
     * The backend of a file of Keras 3.
     *
     * @param name what the file says; empty if it says nothing
     * @param compileConfig how the model was compiled, if it was: an optimizer's module is PyTorch's own there, and Keras's
     *     elsewhere
     * @return the backend; PyTorch if nothing tells
     */
    public static Backend of(String name, JsonNode compileConfig) {
        if (!name.isEmpty()) {
            return name.equals(TORCH.kerasName) ? TORCH : TENSORFLOW;
        }
        return compileConfig.path("optimizer").path("module").asText("").equals("keras.optimizers")
                ? TENSORFLOW
                : TORCH;
    }
}
