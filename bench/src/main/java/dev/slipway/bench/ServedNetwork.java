package dev.slipway.bench;

import dev.slipway.graph.Dimension;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A network as a file, and a request for it: {@code ServedNetwork NETWORK MODEL-FILE REQUEST-FILE ROWS}. The request is one of
 * the Open Inference Protocol with binary tensors both ways, whole with its HTTP headers; the model is named after its file.
 */
public final class ServedNetwork {
    private ServedNetwork() {}

    /**
     * Writes both files.
     *
     * @param arguments see above
     * @throws IOException if a file cannot be written
     */
    public static void main(String... arguments) throws IOException {
        Path file = Path.of(arguments[1]);
        try (Model model = Networks.named(arguments[0])) {
            model.save(file);
            String name = file.getFileName().toString().replaceFirst("\\..*", "");
            Files.write(Path.of(arguments[2]), request(name, model.inputs().get(0), Integer.parseInt(arguments[3])));
        }
    }

    private static byte[] request(String model, TensorSpec input, int rows) throws IOException {
        int numbers = (int) (rows * input.shape().slice(1, input.shape().rank()).elementCount());
        ByteBuffer tensor = ByteBuffer.allocate(4 * numbers).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(1);
        while (tensor.hasRemaining()) {
            tensor.putFloat(random.nextFloat());
        }
        String shape = input.shape().with(0, Dimension.of(rows)).toString();
        String json = """
                {"inputs":[{"name":"%s","shape":%s,"datatype":"FP32","parameters":{"binary_data_size":%d}}],\
                "parameters":{"binary_data_output":true}}""".formatted(input.name(), shape, tensor.capacity());
        String head = """
                POST /v2/models/%s/infer HTTP/1.1\r
                Host: 127.0.0.1\r
                Content-Type: application/octet-stream\r
                Inference-Header-Content-Length: %d\r
                Content-Length: %d\r
                \r
                """.formatted(model, json.length(), json.length() + tensor.capacity());
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write((head + json).getBytes(StandardCharsets.US_ASCII));
        request.write(tensor.array());
        return request.toByteArray();
    }
}
