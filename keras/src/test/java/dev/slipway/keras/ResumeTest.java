package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.optimizers.Optimizers;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Three epochs, a file, and three epochs more are six epochs, bit by bit, for every optimizer and in both formats. */
class ResumeTest {
    private static final String SCHEDULE = "{\"class_name\": \"CosineDecay\", \"config\":"
            + " {\"initial_learning_rate\": 0.02, \"decay_steps\": 16}}";

    @TempDir
    Path folder = Path.of("");

    static Stream<String> optimizers() {
        Stream<String> plain = Optimizers.names().stream()
                .filter(name -> !name.equals("lossscaleoptimizer"))
                .map(name -> "{\"class_name\": \"" + name + "\", \"config\": {}}");
        return Stream.concat(
                plain,
                Stream.of(
                        "{\"class_name\": \"Adam\", \"config\": {\"learning_rate\": " + SCHEDULE + "}}",
                        "{\"class_name\": \"Adam\", \"config\": {\"amsgrad\": true, \"clipnorm\": 0.5}}",
                        "{\"class_name\": \"SGD\", \"config\": {\"momentum\": 0.9, \"gradient_accumulation_steps\": 2}}",
                        "{\"class_name\": \"RMSprop\", \"config\": {\"momentum\": 0.9, \"centered\": true}}",
                        "{\"class_name\": \"LossScaleOptimizer\", \"config\": {\"initial_scale\": 4.0,"
                                + " \"dynamic_growth_steps\": 5, \"inner_optimizer\": {\"class_name\": \"Nadam\","
                                + " \"config\": {}}}}"));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void goesOnAsIfNothingHadHappened(String optimizer) throws JsonProcessingException {
        ObjectNode compile =
                (ObjectNode) new ObjectMapper().readTree("{\"optimizer\": " + optimizer + ", \"loss\": \"mse\"}");
        Path fixture = Fixtures.training("optimizer_adam");
        Map<String, Tensor> data = Npz.read(fixture.resolve("data.npz"));
        Tensor x = Objects.requireNonNull(data.get("x"));
        Tensor y = Objects.requireNonNull(data.get("y"));
        FitOptions options = FitOptions.epochs(3).withShuffle(false);
        try (Model whole = Model.load(fixture.resolve("initial.keras"));
                Model first = Model.load(fixture.resolve("initial.keras"))) {
            whole.compile(compile);
            whole.fit(x, y, options.withEpochs(6));
            first.compile(compile);
            first.fit(x, y, options);
            for (String name : List.of("half.keras", "half.h5")) {
                first.save(folder.resolve(name));
                try (Model second = Model.load(folder.resolve(name))) {
                    second.fit(x, y, options);
                    requireSame(second, whole);
                }
            }
        }
    }

    private static void requireSame(Model found, Model expected) {
        for (Weight weight : expected.weights()) {
            assertThat(found.weight(weight.path()).bytes())
                    .as(weight.path())
                    .isEqualTo(expected.weight(weight.path()).bytes());
        }
        var state = found.optimizerState().orElseThrow();
        expected.optimizerState()
                .orElseThrow()
                .variables()
                .forEach((key, variable) -> assertThat(
                                Objects.requireNonNull(state.variables().get(key), key.toString())
                                        .bytes())
                        .as(key.toString())
                        .isEqualTo(variable.bytes()));
    }
}
