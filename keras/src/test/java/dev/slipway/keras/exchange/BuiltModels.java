package dev.slipway.keras.exchange;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.ActivationLayer;
import dev.slipway.keras.layers.Add;
import dev.slipway.keras.layers.AlphaDropout;
import dev.slipway.keras.layers.Attention;
import dev.slipway.keras.layers.AveragePooling1D;
import dev.slipway.keras.layers.AveragePooling2D;
import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.Bidirectional;
import dev.slipway.keras.layers.CellOptions;
import dev.slipway.keras.layers.Concatenate;
import dev.slipway.keras.layers.Conv1D;
import dev.slipway.keras.layers.Conv2D;
import dev.slipway.keras.layers.Conv2DTranspose;
import dev.slipway.keras.layers.Cropping1D;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.DepthwiseConv2D;
import dev.slipway.keras.layers.Discretization;
import dev.slipway.keras.layers.Dropout;
import dev.slipway.keras.layers.ELU;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.GRU;
import dev.slipway.keras.layers.GRUCell;
import dev.slipway.keras.layers.GaussianNoise;
import dev.slipway.keras.layers.GlobalAveragePooling1D;
import dev.slipway.keras.layers.GlobalAveragePooling2D;
import dev.slipway.keras.layers.GlobalMaxPooling1D;
import dev.slipway.keras.layers.GroupNormalization;
import dev.slipway.keras.layers.GroupQueryAttention;
import dev.slipway.keras.layers.Hashing;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.LSTMCell;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerNormalization;
import dev.slipway.keras.layers.LeakyReLU;
import dev.slipway.keras.layers.MaxPooling2D;
import dev.slipway.keras.layers.MultiHeadAttention;
import dev.slipway.keras.layers.Multiply;
import dev.slipway.keras.layers.Normalization;
import dev.slipway.keras.layers.PReLU;
import dev.slipway.keras.layers.Permute;
import dev.slipway.keras.layers.RMSNormalization;
import dev.slipway.keras.layers.RNN;
import dev.slipway.keras.layers.ReLU;
import dev.slipway.keras.layers.Rescaling;
import dev.slipway.keras.layers.SeparableConv2D;
import dev.slipway.keras.layers.SequenceOptions;
import dev.slipway.keras.layers.SimpleRNN;
import dev.slipway.keras.layers.SimpleRNNCell;
import dev.slipway.keras.layers.Softmax;
import dev.slipway.keras.layers.SpatialDropout;
import dev.slipway.keras.layers.SpectralNormalization;
import dev.slipway.keras.layers.StackedRNNCells;
import dev.slipway.keras.layers.StringLookup;
import dev.slipway.keras.layers.Subtract;
import dev.slipway.keras.layers.TextVectorization;
import dev.slipway.keras.layers.TimeDistributed;
import dev.slipway.keras.layers.UnitNormalization;
import dev.slipway.keras.layers.UpSampling1D;
import dev.slipway.keras.layers.UpSampling2D;
import dev.slipway.keras.layers.ZeroPadding1D;
import dev.slipway.keras.layers.ZeroPadding2D;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Models put together by the builders of layers: chains drawn by lot, and graphs with all that graphs have. */
final class BuiltModels {
    private static final List<Bidirectional.Merge> MERGES = List.of(
            Bidirectional.Merge.CONCAT, Bidirectional.Merge.SUM, Bidirectional.Merge.MUL, Bidirectional.Merge.AVE);

    private static final int CHAINS = 25;
    private static final int MOST_LAYERS = 5;

    private BuiltModels() {}

    static void write(SpecimenWriter writer) {
        for (int seed = 0; seed < CHAINS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            chain(writer, "rows-" + seed, InputLayer.of(6), random, BuiltModels::onRows, List.of());
            chain(
                    writer,
                    "steps-" + seed,
                    InputLayer.of(9, 4),
                    random,
                    BuiltModels::onSteps,
                    List.of(GlobalMaxPooling1D.of()));
            chain(
                    writer,
                    "images-" + seed,
                    InputLayer.of(8, 10, 4),
                    random,
                    BuiltModels::onImages,
                    List.of(Flatten.of()));
        }
        writer.add("built", BuiltModels::dropouts);
        writer.add("built", BuiltModels::texts);
        writer.add("built", BuiltModels::words);
        writer.add("built", BuiltModels::bins);
        writer.add("built", () -> nested(20));
        writer.add("built", BuiltModels::manyNames);
        writer.add("built", BuiltModels::largeVocabulary);
        trained(writer, "branches", BuiltModels::branches);
        trained(writer, "shared", BuiltModels::shared);
        trained(writer, "masked", BuiltModels::masked);
        trained(writer, "nested", () -> nested(3));
        trained(writer, "frozen", BuiltModels::frozen);
    }

    private static int from(SplittableRandom random, int least, int most) {
        return random.nextInt(least, most + 1);
    }

    private static boolean either(SplittableRandom random) {
        return random.nextBoolean();
    }

    private static String activation(SplittableRandom random) {
        List<String> names =
                List.of("relu", "tanh", "gelu", "silu", "elu", "selu", "softplus", "mish", "hard_sigmoid", "linear");
        return names.get(random.nextInt(names.size()));
    }

    private static String padding(SplittableRandom random) {
        return either(random) ? "same" : "valid";
    }

    private static Layer onRows(SplittableRandom random) {
        return switch (random.nextInt(11)) {
            case 0, 1, 2 ->
                Dense.builder(from(random, 2, 9))
                        .activation(activation(random))
                        .useBias(either(random))
                        .build();
            case 3 ->
                BatchNormalization.builder()
                        .momentum(0.8)
                        .epsilon(1e-4)
                        .center(either(random))
                        .build();
            case 4 -> LayerNormalization.of();
            case 5 -> PReLU.of();
            case 6 -> LeakyReLU.of();
            case 7 -> UnitNormalization.of();
            case 8 -> RMSNormalization.of();
            case 9 -> ELU.of(0.7);
            default -> Rescaling.of(0.5, 0.1);
        };
    }

    private static Layer onSteps(SplittableRandom random) {
        CellOptions cell = CellOptions.of(from(random, 2, 5))
                .withActivation(activation(random))
                .withBias(either(random));
        SequenceOptions all = either(random)
                ? SequenceOptions.allOutputs()
                : SequenceOptions.allOutputs().backwards();
        return switch (random.nextInt(15)) {
            case 0 -> LSTM.of(from(random, 2, 6), all);
            case 1 -> GRU.of(from(random, 2, 6), all);
            case 2 -> SimpleRNN.of(from(random, 2, 6), all);
            case 3 -> LSTM.of(cell, all);
            case 4 -> GRU.of(cell, all);
            case 5 -> Bidirectional.of(LSTM.of(3, all), MERGES.get(random.nextInt(MERGES.size())));
            case 6 -> Bidirectional.of(GRU.of(from(random, 2, 4), all));
            case 7 ->
                RNN.of(
                        StackedRNNCells.of(LSTMCell.of(cell), GRUCell.of(CellOptions.of(3)), SimpleRNNCell.of(cell)),
                        all);
            case 8 -> TimeDistributed.of(Dense.of(from(random, 2, 5), activation(random)));
            case 9 ->
                Conv1D.builder(from(random, 2, 5), from(random, 1, 3))
                        .padding(either(random) ? "causal" : padding(random))
                        .dilationRate(from(random, 1, 2))
                        .activation(activation(random))
                        .build();
            case 10 -> AveragePooling1D.of(2);
            case 11 -> UpSampling1D.of(2);
            case 12 -> ZeroPadding1D.of(from(random, 1, 2));
            case 13 -> SpectralNormalization.of(Dense.of(3));
            default -> LayerNormalization.of();
        };
    }

    private static Layer onImages(SplittableRandom random) {
        return switch (random.nextInt(14)) {
            case 0, 1, 2 ->
                Conv2D.builder(2L * from(random, 1, 3), from(random, 1, 3), from(random, 1, 3))
                        .padding(padding(random))
                        .strides(from(random, 1, 2))
                        .useBias(either(random))
                        .activation(activation(random))
                        .build();
            case 3 -> Conv2D.builder(4, 2).padding("same").dilationRate(2, 1).build();
            case 4 ->
                Conv2DTranspose.builder(from(random, 2, 4), from(random, 2, 3))
                        .padding(padding(random))
                        .strides(from(random, 1, 2))
                        .activation(activation(random))
                        .build();
            case 5 ->
                DepthwiseConv2D.builder(from(random, 1, 3)).padding("same").build();
            case 6 ->
                SeparableConv2D.builder(2L * from(random, 1, 3), 3)
                        .padding("same")
                        .build();
            case 7 -> MaxPooling2D.of(1);
            case 8 -> AveragePooling2D.of(1);
            case 9 -> BatchNormalization.of();
            case 10 -> GroupNormalization.of(1);
            case 11 -> UpSampling2D.of(2);
            case 12 -> ZeroPadding2D.of(1);
            default -> PReLU.of();
        };
    }

    private interface Draw {
        Layer layer(SplittableRandom random);
    }

    private static void chain(
            SpecimenWriter writer, String name, InputLayer input, SplittableRandom random, Draw draw, List<Layer> end) {
        List<Layer> layers = new ArrayList<>(List.of(input));
        IntStream.range(0, from(random, 1, MOST_LAYERS)).forEach(i -> layers.add(draw.layer(random)));
        layers.addAll(end);
        layers.add(Dense.of(2));
        trained(writer, name, () -> Model.sequential(layers.toArray(new Layer[0])));
    }

    private static void trained(SpecimenWriter writer, String name, Supplier<Model> made) {
        writer.addFitted("built", "built-" + name, () -> {
            Model model = made.get();
            model.compile("adam", "mean_squared_error", "mae");
            return model;
        });
    }

    private static KerasTensor through(KerasTensor x, Layer... layers) {
        for (Layer layer : layers) {
            x = layer.apply(x);
        }
        return x;
    }

    private static Model branches() {
        KerasTensor image = InputLayer.input("image", 6, 6, 2);
        KerasTensor row = InputLayer.input("row", 3);
        KerasTensor left =
                through(image, Conv2D.builder(3, 3).name("left").padding("same").build(), ReLU.of());
        KerasTensor right = through(image, Conv2D.builder(3, 1).name("right").build());
        KerasTensor sum = Add.of().apply(left, right);
        KerasTensor pooled = GlobalAveragePooling2D.of().apply(Multiply.of().apply(sum, left));
        KerasTensor both = Concatenate.of().apply(pooled, Dense.of(4, "tanh").apply(row));
        KerasTensor first = Dense.builder(2).name("first").build().apply(both);
        KerasTensor second =
                Dense.builder(1).name("second").activation("sigmoid").build().apply(both);
        return Model.functional(List.of(image, row), List.of(first, second));
    }

    private static Model shared() {
        KerasTensor a = InputLayer.input("a", 4);
        KerasTensor b = InputLayer.input("b", 4);
        Dense tower = Dense.builder(5).name("tower").activation("tanh").build();
        Network inside = Network.sequential(
                "inside", true, List.of(InputLayer.of(5), Dense.of(3, "relu"), BatchNormalization.of()));
        KerasTensor one = inside.apply(tower.apply(a));
        KerasTensor other = inside.apply(tower.apply(b));
        return Model.functional(
                List.of(a, b), List.of(Dense.of(1).apply(Subtract.of().apply(one, other))));
    }

    private static Model masked() {
        Shape steps = Shape.of(List.of(Dimension.symbol(InputLayer.BATCH), Dimension.of(7)));
        KerasTensor tokens = new InputLayer("tokens", DataType.INT32, steps).apply();
        KerasTensor embedded = Embedding.of(6, 4, true).apply(tokens);
        KerasTensor attended = MultiHeadAttention.of(2, 3).apply(embedded, embedded);
        KerasTensor grouped = GroupQueryAttention.of(3, 4, 2).apply(embedded, embedded);
        KerasTensor scored = Attention.of().apply(embedded, embedded);
        KerasTensor all = LayerNormalization.of().apply(Add.of().apply(embedded, attended, grouped, scored));
        KerasTensor read = Bidirectional.of(GRU.of(3)).apply(all);
        KerasTensor mean = GlobalAveragePooling1D.of().apply(all);
        return Model.functional(
                List.of(tokens), List.of(Dense.of(2).apply(Concatenate.of().apply(read, mean))));
    }

    private static Model frozen() {
        Dense first = Dense.builder(4).activation("relu").build();
        first.setTrainable(false);
        return Model.sequential(InputLayer.of(3), first, BatchNormalization.of(), Dense.of(2));
    }

    private static Model dropouts() {
        return Model.sequential(
                InputLayer.of(6, 4),
                Dropout.of(0.3),
                SpatialDropout.of(1, 0.2),
                GaussianNoise.of(0.1),
                AlphaDropout.of(0.1),
                Cropping1D.of(1),
                Permute.of(2, 1),
                ActivationLayer.of("relu"),
                Softmax.of());
    }

    private static Model texts() {
        TextVectorization words =
                TextVectorization.builder().outputSequenceLength(4).adapt(List.of("a b b c", "c m m a", "m"));
        return Model.sequential(InputLayer.ofText(1), words, Embedding.of(8, 3, true), LSTM.of(3), Dense.of(2));
    }

    private static Model words() {
        KerasTensor word = InputLayer.ofText(1).apply();
        Tensor seen = Tensor.of(Shape.of(4), "a", "b", "b", "m");
        KerasTensor counted = StringLookup.builder()
                .numOovIndices(2)
                .outputMode("multi_hot")
                .adapt(seen)
                .apply(word);
        KerasTensor hashed = Embedding.of(7, 2).apply(Hashing.of(7).apply(word));
        return Model.functional(
                List.of(word),
                List.of(Concatenate.of().apply(counted, Flatten.of().apply(hashed))));
    }

    private static Model bins() {
        KerasTensor x = InputLayer.input("x", 2);
        KerasTensor scaled =
                Normalization.adapt(Tensor.of(Shape.of(3, 2), 1, 2, 3, 5, 2, 9)).apply(x);
        KerasTensor binned =
                Discretization.adapt(3, 0.1f, 0.5f, -0.4f, 0.2f, 0.9f, -0.8f).apply(x);
        return Model.functional(List.of(x), List.of(scaled, binned));
    }

    private static Model nested(int depth) {
        Network network = Network.sequential("level_0", true, List.of(InputLayer.of(3), Dense.of(3, "tanh")));
        for (int i = 1; i <= depth; i++) {
            if (i % 2 == 0) {
                network = Network.sequential("level_" + i, true, List.of(InputLayer.of(3), network, Dense.of(3)));
            } else {
                KerasTensor x = InputLayer.input("x_" + i, 3);
                KerasTensor y = Add.of().apply(x, network.apply(Dense.of(3).apply(x)));
                network = Network.functional("level_" + i, true, List.of(), List.of(x), List.of(y));
            }
        }
        return Model.of(network, depth);
    }

    /** Names of layers and weights that no attribute of an HDF5 file has room for. */
    private static Model manyNames() {
        List<Layer> layers = new ArrayList<>(List.of(InputLayer.of(2)));
        for (int i = 0; i < 700; i++) {
            layers.add(Dense.builder(2)
                    .name("a_layer_whose_name_is_long_".repeat(4) + i)
                    .build());
        }
        List<Layer> inner = new ArrayList<>(List.of(InputLayer.of(2)));
        for (int i = 0; i < 400; i++) {
            inner.add(Dense.builder(2)
                    .name("an_inner_layer_whose_name_is_long_".repeat(4) + i)
                    .build());
        }
        layers.add(Network.sequential("inner", true, inner));
        return Model.sequential(layers.toArray(new Layer[0]));
    }

    private static Model largeVocabulary() {
        List<String> tokens = Stream.concat(
                        Stream.of("a", "b"), IntStream.range(0, 50_000).mapToObj(i -> "wört-" + i + "-字"))
                .toList();
        return Model.sequential(
                InputLayer.ofText(2), StringLookup.builder().vocabulary(tokens), Embedding.of(50_003, 2));
    }
}
