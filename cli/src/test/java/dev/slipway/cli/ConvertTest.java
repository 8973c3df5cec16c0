package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.graph.DataType;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model that Keras wrote, converted to every format, gives what it gave. */
final class ConvertTest {
    private static final Path FIXTURES = Path.of("../keras/src/test/resources/fixtures/inference");

    @TempDir
    private Path directory = Path.of("");

    static Stream<Path> fixtures() throws IOException {
        try (Stream<Path> folders = Files.list(FIXTURES)) {
            return folders.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void convertsInBothDirectionsAndToOnnx(Path fixture) throws IOException, OrtException {
        Path keras = fixture.resolve("model.keras");
        Path h5 = fixture.resolve("model.h5");
        try (Model model = Model.load(keras)) {
            Map<String, Tensor> inputs = inputs(fixture, model);
            Map<String, Tensor> outputs = model.predict(inputs);
            requireEqual(convert(convert(keras, "there.h5"), "back.keras"), inputs, outputs);
            if (Files.exists(h5)) {
                requireEqual(convert(convert(h5, "there.keras"), "back.h5"), inputs, outputs);
            }
            Path onnx = convert(keras, "model.onnx");
            List<String> names = model.outputs().stream().map(TensorSpec::name).toList();
            requireClose(run(onnx, inputs), names, outputs);
        }
    }

    /** A file of Keras 2.3.1. */
    @Test
    void saysWhatItWroteInOtherWords() {
        Path old = Path.of("../keras/src/test/resources/fixtures/rewritten/images.h5");
        Path copy = directory.resolve("new.keras");
        StringWriter err = new StringWriter();
        Slipway.commandLine().setErr(new PrintWriter(err)).execute("convert", old.toString(), copy.toString());
        assertThat(err.toString().lines())
                .containsExactly(
                        "LocallyConnected written as fixed DepthwiseConv, Reshape and EinsumDense: local",
                        "hard_sigmoid of Keras 2 written as Keras 3's by multiplying the weights before it by 1.2:"
                                + " local/product, conv, transposed, weather",
                        "hard_sigmoid of Keras 2 written as Keras 3's behind a Rescaling by 1.2: hard",
                        "wrote " + copy);
    }

    private Path convert(Path from, String name) {
        Path to = directory.resolve(name);
        StringWriter err = new StringWriter();
        int exit =
                Slipway.commandLine().setErr(new PrintWriter(err)).execute("convert", from.toString(), to.toString());
        assertThat(exit).as(err.toString()).isZero();
        return to;
    }

    private static Map<String, Tensor> inputs(Path fixture, Model model) throws IOException {
        Map<String, Tensor> arrays = Npz.read(fixture.resolve("inputs.npz"));
        JsonNode order = new ObjectMapper()
                .readTree(fixture.resolve("fixture.json").toFile())
                .path("inputs");
        Map<String, Tensor> inputs = new HashMap<>();
        for (int i = 0; i < order.size(); i++) {
            inputs.put(
                    model.inputs().get(i).name(),
                    Objects.requireNonNull(arrays.get(order.get(i).asText())));
        }
        return inputs;
    }

    private static void requireEqual(Path file, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        try (Model model = Model.load(file)) {
            Map<String, Tensor> found = model.predict(inputs);
            assertThat(found.keySet()).containsExactlyElementsOf(outputs.keySet());
            found.forEach((name, tensor) -> assertThat(tensor.bytes())
                    .isEqualTo(Objects.requireNonNull(outputs.get(name)).bytes()));
        }
    }

    /** By the engine alone, as any other program would. */
    private static Map<String, ByteBuffer> run(Path onnx, Map<String, Tensor> inputs) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> feeds = new HashMap<>();
        try (OrtSession session = environment.createSession(onnx.toString(), new OrtSession.SessionOptions())) {
            assertThat(session.getInputNames()).containsExactlyInAnyOrderElementsOf(inputs.keySet());
            for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                feeds.put(input.getKey(), handle(environment, input.getValue()));
            }
            Map<String, ByteBuffer> results = new LinkedHashMap<>();
            try (OrtSession.Result computed = session.run(feeds)) {
                for (String name : session.getOutputNames()) {
                    OnnxTensor output = (OnnxTensor) computed.get(name).orElseThrow();
                    results.put(name, output.getByteBuffer());
                }
            }
            return results;
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor handle(OrtEnvironment environment, Tensor tensor) throws OrtException {
        long[] shape = tensor.shape().toArray();
        return switch (tensor.type()) {
            case FLOAT -> OnnxTensor.createTensor(environment, tensor.floats(), shape);
            case INT32 -> OnnxTensor.createTensor(environment, tensor.ints(), shape);
            case INT64 -> OnnxTensor.createTensor(environment, tensor.longs(), shape);
            default -> throw new IllegalArgumentException(tensor.toString());
        };
    }

    private static void requireClose(Map<String, ByteBuffer> found, List<String> names, Map<String, Tensor> outputs) {
        assertThat(found).hasSameSizeAs(outputs);
        List<ByteBuffer> computed = List.copyOf(found.values());
        List<Tensor> expected = List.copyOf(outputs.values());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(List.copyOf(found.keySet()).get(i)).startsWith(names.get(i));
            Tensor wanted = expected.get(i);
            Tensor got = Tensor.over(wanted.type(), wanted.shape(), direct(computed.get(i)));
            for (int k = 0; k < wanted.shape().elementCount(); k++) {
                double bound = wanted.type() == DataType.FLOAT ? 1e-5 * Math.max(1, Math.abs(wanted.element(k))) : 0;
                assertThat(Math.abs(got.element(k) - wanted.element(k))).isLessThanOrEqualTo(bound);
            }
        }
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocateDirect(bytes.remaining()).order(bytes.order());
        return copy.put(bytes).flip();
    }
}
