package dev.slipway.server.oip;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the JSON of a request said whose inputs were all in binary. The next request most often says the same, byte for byte, and
 * then need not be parsed: only the tensors behind it differ. Immutable.
 */
final class BinaryHeader {
    /** Longer ones are not kept. */
    private static final int MOST_BYTES = 4096;

    private final byte[] json;
    private final List<Blob> blobs;
    private final List<Shape> shapes;
    private final Optional<String> id;
    private final List<RequestedOutput> outputs;
    private final boolean namesNan;
    private final Optional<Duration> timeout;

    /**
     * The bytes of one input, in the order of the request.
     *
     * @param input its place among the model's inputs
     * @param length their number
     */
    record Blob(int input, int length) {}

    private BinaryHeader(byte[] json, List<Blob> blobs, InferRequest request) {
        this.json = json;
        this.blobs = List.copyOf(blobs);
        this.shapes = request.tensors().shapes();
        this.id = request.id();
        this.outputs = request.outputs();
        this.namesNan = request.namesNan();
        this.timeout = request.timeout();
    }

    /** What a request said; empty if it is not to be kept, or has inputs in JSON. */
    static Optional<BinaryHeader> of(byte[] body, int jsonLength, List<Blob> blobs, InferRequest request) {
        return jsonLength <= MOST_BYTES
                        && blobs.size() == request.tensors().shapes().size()
                ? Optional.of(new BinaryHeader(Arrays.copyOf(body, jsonLength), blobs, request))
                : Optional.empty();
    }

    /** Whether a request says the same. */
    boolean isOf(byte[] body, int jsonLength) {
        if (!Arrays.equals(json, 0, json.length, body, 0, jsonLength)) {
            return false;
        }
        int left = body.length - jsonLength;
        for (Blob blob : blobs) {
            left -= blob.length();
        }
        return left == 0;
    }

    /** A request that says the same. */
    InferRequest read(byte[] body, List<TensorSpec> inputs) {
        InputTensors tensors = new InputTensors(inputs, shapes);
        int start = json.length;
        for (int i = 0; i < blobs.size(); i++) {
            Blob blob = blobs.get(i);
            ByteBuffer raw = ByteBuffer.wrap(body, start, blob.length()).slice();
            tensors.setRaw(blob.input(), raw, List.of("inputs", i));
            start += blob.length();
        }
        return new InferRequest(id, tensors.request(), outputs, namesNan, timeout);
    }
}
