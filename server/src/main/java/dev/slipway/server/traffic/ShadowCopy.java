package dev.slipway.server.traffic;

import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.PredictRequest;
import java.util.List;

/**
 * A request that has been answered.
 *
 * @param version the version that has answered
 * @param inputs what the version takes
 * @param outputs what the version gives
 * @param request what it was asked
 * @param results what it answered, in memory of its own
 */
record ShadowCopy(
        String version,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs,
        PredictRequest request,
        List<Tensor> results) {
    private static final int BYTES_PER_CHARACTER = 2;

    static ShadowCopy of(ServedModel model, PredictRequest request, List<Tensor> results) {
        return new ShadowCopy(
                model.version(),
                model.inputs(),
                model.outputs(),
                request,
                results.stream().map(Tensor::copy).toList());
    }

    /** The memory it keeps, about. */
    long bytes() {
        long asked = request.contents().stream()
                .mapToLong(each -> each.bytes().remaining() + bytes(each.texts()))
                .sum();
        return asked
                + results.stream()
                        .mapToLong(each -> each.shape().elementCount()
                                * Math.max(BYTES_PER_CHARACTER, each.type().byteSize()))
                        .sum();
    }

    private static long bytes(List<String> texts) {
        return texts.stream().mapToLong(String::length).sum() * BYTES_PER_CHARACTER;
    }
}
