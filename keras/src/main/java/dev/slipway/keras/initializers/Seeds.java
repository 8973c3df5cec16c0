package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The {@code seed} that a random initializer may have. */
final class Seeds {
    private Seeds() {}

    static OptionalInt read(Config config) {
        return config.find("seed").isPresent() ? OptionalInt.of(config.integer("seed")) : OptionalInt.empty();
    }

    static ObjectNode write(ObjectNode config, OptionalInt seed) {
        seed.ifPresentOrElse(s -> config.put("seed", s), () -> config.putNull("seed"));
        return config;
    }

    static RandomGenerator choose(OptionalInt seed, RandomGenerator other) {
        return seed.isPresent() ? new SplittableRandom(seed.getAsInt()) : other;
    }
}
