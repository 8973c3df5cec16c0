package dev.slipway.server.oip;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The JSON of an answer whose outputs were all numbers in binary. The next answer most often has the same, and then need not be
 * written: only the tensors behind it differ. Immutable.
 */
final class BinaryAnswer {
    /** Longer ones are not kept. */
    private static final int MOST_BYTES = 4096;

    private final byte[] json;
    private final Optional<String> id;
    private final List<RequestedOutput> outputs;
    private final List<Shape> shapes;

    private BinaryAnswer(byte[] json, InferRequest request, List<Shape> shapes) {
        this.json = json;
        this.id = request.id();
        this.outputs = request.outputs();
        this.shapes = shapes;
    }

    /** What an answer said; empty if it is not to be kept, or says more than shapes. */
    static Optional<BinaryAnswer> of(byte[] json, InferRequest request, List<Tensor> results) {
        List<Shape> shapes = new ArrayList<>(request.outputs().size());
        for (RequestedOutput output : request.outputs()) {
            Tensor result = results.get(output.index());
            if (!output.binary() || output.classes() != 0 || result.type() == DataType.STRING) {
                return Optional.empty();
            }
            shapes.add(result.shape());
        }
        return json.length <= MOST_BYTES ? Optional.of(new BinaryAnswer(json, request, shapes)) : Optional.empty();
    }

    /** Whether an answer says the same. */
    boolean isOf(InferRequest request, List<Tensor> results) {
        if (!id.equals(request.id()) || !outputs.equals(request.outputs())) {
            return false;
        }
        for (int i = 0; i < shapes.size(); i++) {
            if (!shapes.get(i).equals(results.get(outputs.get(i).index()).shape())) {
                return false;
            }
        }
        return true;
    }

    /** An answer that says the same. */
    InferAnswer write(List<Tensor> results) {
        int length = json.length;
        for (RequestedOutput output : outputs) {
            length = Math.addExact(length, results.get(output.index()).bytes().limit());
        }
        ByteBuffer all = ByteBuffer.allocate(length).put(json);
        for (RequestedOutput output : outputs) {
            all.put(RawTensors.bytesOf(results.get(output.index())));
        }
        return new InferAnswer(all.array(), json.length, true);
    }
}
