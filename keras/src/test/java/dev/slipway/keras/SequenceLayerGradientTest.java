package dev.slipway.keras;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.TrainedLayer.Arguments;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.Bidirectional;
import dev.slipway.keras.layers.Bidirectional.Merge;
import dev.slipway.keras.layers.CellOptions;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.EinsumDense;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.GRU;
import dev.slipway.keras.layers.GRUCell;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.LSTMCell;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Masking;
import dev.slipway.keras.layers.RNN;
import dev.slipway.keras.layers.RecurrentCell;
import dev.slipway.keras.layers.SequenceOptions;
import dev.slipway.keras.layers.SimpleRNN;
import dev.slipway.keras.layers.SimpleRNNCell;
import dev.slipway.keras.layers.StackedRNNCells;
import dev.slipway.keras.layers.TimeDistributed;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers over sequences, in training, against finite differences: with random options, masks, states and dropout. */
class SequenceLayerGradientTest {
    private static final int TRIALS = 8;

    /** Functions without corners; ONNX knows some of them, and for the others all steps are a loop. */
    private static final List<String> FUNCTIONS = List.of("tanh", "sigmoid", "linear", "silu", "gelu", "softplus");

    private static final List<Merge> MERGES = List.of(Merge.CONCAT, Merge.SUM, Merge.MUL, Merge.AVE, Merge.NONE);

    static Stream<String> layers() {
        return Stream.of(
                "SimpleRNN",
                "LSTM",
                "GRU",
                "GRU before",
                "RNN",
                "StackedRNNCells",
                "Bidirectional",
                "TimeDistributed",
                "BatchNormalization",
                "ConvLSTM1D",
                "ConvLSTM2D",
                "ConvLSTM3D",
                "MultiHeadAttention",
                "GroupQueryAttention",
                "Attention",
                "AdditiveAttention",
                "EinsumDense",
                "Embedding");
    }

    @ParameterizedTest
    @MethodSource("layers")
    void gradientIsFiniteDifference(String named) {
        for (long seed = 0; seed < TRIALS; seed++) {
            Case tested = new Case(new Random(seed));
            Layer layer = tested.layer(named);
            try (TrainedLayer trained = new TrainedLayer(layer, tested.arguments(named), tested.random)) {
                trained.requireSlopes(tested.random, named + ", seed " + seed);
            }
        }
    }

    /** One random layer and what it is called with. */
    private record Case(Random random, int rows, int steps, int features, int units) {
        Case(Random random) {
            this(random, 2 + random.nextInt(2), 1 + random.nextInt(4), 1 + random.nextInt(3), 1 + random.nextInt(3));
        }

        private boolean truth() {
            return random.nextBoolean();
        }

        private Tensor numbers(long... lengths) {
            return TrainedLayer.random(random, 1, Shape.of(lengths));
        }

        /** Zeros and ones; each row begins with a one, for attention needs a place. */
        private Tensor mask(int length) {
            int[] mask = new int[rows * length];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = i % length == 0 ? 1 : random.nextInt(2);
            }
            return Tensor.of(Shape.of(rows, length), mask);
        }

        private CellOptions cell() {
            return CellOptions.of(units)
                    .withActivation(FUNCTIONS.get(random.nextInt(FUNCTIONS.size())))
                    .withRecurrentActivation(truth() ? "sigmoid" : "softsign")
                    .withBias(random.nextInt(4) > 0)
                    .withDropout(truth() ? 0.3 : 0, truth() ? 0.4 : 0);
        }

        private SequenceOptions options(boolean backwards) {
            return new SequenceOptions(truth(), truth(), backwards, false, truth());
        }

        private RNN recurrent(int kind, SequenceOptions options) {
            return switch (kind) {
                case 0 -> SimpleRNN.of(cell(), options);
                case 1 -> LSTM.of(cell(), options);
                case 2 -> GRU.of(cell(), options);
                default -> GRU.resetBefore(cell(), options);
            };
        }

        private RecurrentCell someCell() {
            return switch (random.nextInt(3)) {
                case 0 -> SimpleRNNCell.of(cell());
                case 1 -> LSTMCell.of(cell());
                default -> GRUCell.of(cell());
            };
        }

        private static Layer read(String className, ObjectNode config) {
            return LayerRegistry.builtIn().read(className, config.put("name", "x"), inner -> Masking.of(0));
        }

        Layer layer(String named) {
            return switch (named) {
                case "SimpleRNN" -> recurrent(0, options(truth()));
                case "LSTM" -> recurrent(1, options(truth()));
                case "GRU" -> recurrent(2, options(truth()));
                case "GRU before" -> recurrent(3, options(truth()));
                case "RNN" -> RNN.of(someCell(), options(truth()));
                case "StackedRNNCells" -> RNN.of(StackedRNNCells.of(someCell(), someCell()), options(truth()));
                case "Bidirectional" ->
                    Bidirectional.of(
                            recurrent(random.nextInt(4), options(false)), MERGES.get(random.nextInt(MERGES.size())));
                case "TimeDistributed" ->
                    TimeDistributed.of(truth() ? Dense.of(units, "tanh") : BatchNormalization.of());
                case "BatchNormalization" -> BatchNormalization.of();
                case "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D" -> convolving(named);
                case "EinsumDense" ->
                    truth()
                            ? EinsumDense.of("abc,cde->abde", "de", -1, 2, units)
                            : EinsumDense.of("...x,xy->...y", "y", units);
                case "Embedding" -> Embedding.of(5, units, truth());
                default -> attention(named);
            };
        }

        private Layer convolving(String named) {
            ObjectNode config = Config.json().put("filters", units).put("kernel_size", 1 + random.nextInt(3));
            config.put("padding", truth() ? "same" : "valid").put("strides", 1 + random.nextInt(2));
            config.put("data_format", truth() ? "channels_last" : "channels_first");
            config.put("return_sequences", truth()).put("go_backwards", truth()).put("use_bias", truth());
            config.put("dropout", truth() ? 0.3 : 0).put("recurrent_dropout", truth() ? 0.3 : 0);
            return read(named, config);
        }

        private Layer attention(String named) {
            ObjectNode config = Config.json().put("dropout", truth() ? 0.3 : 0);
            return switch (named) {
                case "MultiHeadAttention" -> {
                    config.put("num_heads", 1 + random.nextInt(2)).put("key_dim", units);
                    yield read(
                            named,
                            config.put("value_dim", 1 + random.nextInt(3)).put("use_bias", truth()));
                }
                case "GroupQueryAttention" -> {
                    config.put("head_dim", units).put("num_query_heads", 4);
                    yield read(named, config.put("num_key_value_heads", truth() ? 2 : 4));
                }
                case "Attention" ->
                    read(named, config.put("use_scale", truth()).put("score_mode", truth() ? "dot" : "concat"));
                default -> read(named, config.put("use_scale", truth()));
            };
        }

        Arguments arguments(String named) {
            return switch (named) {
                case "ConvLSTM1D" -> masked(Arguments.of(numbers(rows, steps, 3, 3)));
                case "ConvLSTM2D" -> masked(Arguments.of(numbers(rows, steps, 3, 4, 3)));
                case "ConvLSTM3D" -> masked(Arguments.of(numbers(rows, steps, 3, 3, 3, 3)));
                case "EinsumDense" -> Arguments.of(numbers(rows, steps, features));
                case "TimeDistributed", "BatchNormalization" -> masked(Arguments.of(numbers(rows, steps, features)));
                case "Embedding" ->
                    Arguments.of(Tensor.of(
                            Shape.of(rows, steps),
                            random.ints((long) rows * steps, 0, 5).toArray()));
                case "MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention" -> attended(named);
                default -> states(named, masked(Arguments.of(numbers(rows, steps, features))));
            };
        }

        private Arguments masked(Arguments arguments) {
            return truth() ? arguments.with("mask", mask(steps)) : arguments;
        }

        private Arguments states(String named, Arguments arguments) {
            boolean known = named.startsWith("GRU") || named.equals("SimpleRNN");
            if (named.equals("LSTM") && truth()) {
                return arguments.with("initial_state", numbers(rows, units), numbers(rows, units));
            }
            return known && truth() ? arguments.with("initial_state", numbers(rows, units)) : arguments;
        }

        private Arguments attended(String named) {
            int values = steps + 1;
            Arguments arguments = truth()
                    ? Arguments.of(numbers(rows, steps, features), numbers(rows, values, features))
                    : Arguments.of(
                            numbers(rows, steps, features),
                            numbers(rows, values, features),
                            numbers(rows, values, features));
            boolean isScored = named.endsWith("Attention") && named.length() <= "AdditiveAttention".length();
            if (truth()) {
                arguments = isScored && !named.startsWith("Multi")
                        ? arguments.with("mask", mask(steps), mask(values))
                        : arguments.with("query_mask", mask(steps)).with("value_mask", mask(values));
            }
            return truth() ? arguments.with("use_causal_mask") : arguments;
        }
    }
}
