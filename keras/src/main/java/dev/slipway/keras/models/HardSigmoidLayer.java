package dev.slipway.keras.models;

import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Layer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code Activation("hard_sigmoid")} of Keras 1 and 2: Keras 3's function of 1.2 times the input, a {@code Rescaling} before. */
final class HardSigmoidLayer implements Rewriting {
    private static final String NOTE = "hard_sigmoid of Keras 2 written as Keras 3's behind a Rescaling by 1.2";

    @Override
    public Optional<Replacement> of(OldLayer old) {
        if (!old.isOf("Activation") || !ScaledHardSigmoid.isOld(old.config().path("activation"))) {
            return Optional.empty();
        }
        Layer scaling = old.part(
                "Rescaling",
                old.freeName().apply(old.name() + "_scaling"),
                Config.json().put("scale", ScaledHardSigmoid.SCALE).put("offset", 0.0));
        Layer function = old.part("Activation", old.name(), old.config().put("activation", "hard_sigmoid"));
        return Optional.of(new Replacement(List.of(scaling, function), Map.of(), List.of(NOTE)));
    }
}
