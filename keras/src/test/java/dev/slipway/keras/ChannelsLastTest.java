package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.keras.layers.ActivationLayer;
import dev.slipway.keras.layers.Add;
import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.Concatenate;
import dev.slipway.keras.layers.Conv2D;
import dev.slipway.keras.layers.Conv2DTranspose;
import dev.slipway.keras.layers.DepthwiseConv2D;
import dev.slipway.keras.layers.GlobalAveragePooling2D;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.MaxPooling2D;
import dev.slipway.keras.layers.UpSampling2D;
import dev.slipway.keras.layers.ZeroPadding2D;
import dev.slipway.keras.models.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images run through a model without being transposed between its layers: the engine takes those transposes away. */
class ChannelsLastTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void chainIsTransposedAtItsEndsOnly() {
        try (Model model = Model.sequential(
                InputLayer.of(32, 32, 3),
                Conv2D.of(8, 3),
                ActivationLayer.of("relu"),
                Conv2D.builder(8, 3).padding("same").activation("relu").build(),
                MaxPooling2D.of(2))) {
            assertThat(optimized(model)).containsExactly("Transpose", "FusedConv", "FusedConv", "MaxPool", "Transpose");
        }
    }

    @Test
    void mobileBlockIsTransposedAtItsBeginningOnly() {
        try (Model model = Model.sequential(
                InputLayer.of(32, 32, 3),
                Conv2D.of(8, 3),
                BatchNormalization.of(),
                ActivationLayer.of("relu"),
                ZeroPadding2D.of(1),
                DepthwiseConv2D.builder(3).strides(2).build(),
                BatchNormalization.of(),
                ActivationLayer.of("relu"),
                Conv2D.of(8, 1),
                GlobalAveragePooling2D.of())) {
            assertThat(optimized(model)).startsWith("Transpose").containsOnlyOnce("Transpose");
        }
    }

    @Test
    void branchesAreTransposedAtTheirEndsOnly() {
        KerasTensor x = InputLayer.input("x", 16, 16, 8);
        KerasTensor a =
                Conv2D.builder(8, 3).padding("same").activation("relu").build().apply(x);
        KerasTensor b = Conv2D.builder(8, 3).padding("same").build().apply(a);
        KerasTensor c = ActivationLayer.of("relu").apply(Add.of().apply(a, b));
        KerasTensor d = Conv2DTranspose.builder(8, 2)
                .strides(2)
                .build()
                .apply(MaxPooling2D.of(2).apply(c));
        KerasTensor e = Conv2D.of(4, 3).apply(Concatenate.of(-1).apply(d, c));
        KerasTensor f = Conv2D.of(4, 3).apply(UpSampling2D.of("bilinear", 2).apply(e));
        try (Model model = Model.functional(List.of(x), List.of(f))) {
            assertThat(optimized(model)).filteredOn("Transpose"::equals).hasSize(2);
        }
    }

    private List<String> optimized(Model model) {
        Path file = folder.resolve("optimized.onnx");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // The next level's layouts depend on the processor.
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
            options.setOptimizedModelFilePath(file.toString());
            OrtEnvironment.getEnvironment()
                    .createSession(model.toOnnx(), options)
                    .close();
            return operators(Files.readAllBytes(file));
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** ModelProto.graph is field 7, GraphProto.node 1, NodeProto.op_type 4. */
    private static List<String> operators(byte[] model) {
        return field(model, 7).stream()
                .flatMap(graph -> field(graph, 1).stream())
                .flatMap(node -> field(node, 4).stream())
                .map(name -> new String(name, StandardCharsets.UTF_8))
                .toList();
    }

    /** The contents of a repeated field of a Protocol Buffers message. */
    private static List<byte[]> field(byte[] message, int number) {
        List<byte[]> found = new ArrayList<>();
        int[] at = {0};
        while (at[0] < message.length) {
            long key = varint(message, at);
            int length = switch ((int) (key & 7)) {
                case 0 -> {
                    varint(message, at);
                    yield 0;
                }
                case 1 -> 8;
                case 2 -> (int) varint(message, at);
                default -> 4;
            };
            if (key >>> 3 == number && (key & 7) == 2) {
                found.add(Arrays.copyOfRange(message, at[0], at[0] + length));
            }
            at[0] += length;
        }
        return found;
    }

    private static long varint(byte[] message, int[] at) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = message[at[0]++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
