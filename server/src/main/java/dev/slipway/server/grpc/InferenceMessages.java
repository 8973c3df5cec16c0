package dev.slipway.server.grpc;

import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.grpc.proto.InferBatchStatistics;
import dev.slipway.server.grpc.proto.InferStatistics;
import dev.slipway.server.grpc.proto.ModelMetadataResponse;
import dev.slipway.server.grpc.proto.ModelStatistics;
import dev.slipway.server.grpc.proto.StatisticDuration;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.inference.Statistics;
import dev.slipway.server.oip.Datatypes;
import java.util.List;

/** What a model is and has done, as messages. */
final class InferenceMessages {
    private InferenceMessages() {}

    static ModelMetadataResponse metadata(ServedModel model, List<String> versions) {
        ModelMetadataResponse.Builder response = ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addAllVersions(versions)
                .setPlatform("onnx_onnxv1");
        model.inputs().forEach(spec -> response.addInputs(tensor(spec)));
        model.outputs().forEach(spec -> response.addOutputs(tensor(spec)));
        return response.build();
    }

    private static ModelMetadataResponse.TensorMetadata tensor(TensorSpec spec) {
        ModelMetadataResponse.TensorMetadata.Builder tensor = ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(spec.name())
                .setDatatype(Datatypes.nameOf(spec.type()));
        spec.shape().dimensions().forEach(length -> tensor.addShape(length.isKnown() ? length.size() : -1));
        return tensor.build();
    }

    static ModelStatistics statistics(ServedModel model) {
        Statistics statistics = model.statistics();
        ModelStatistics.Builder message = ModelStatistics.newBuilder()
                .setName(model.name())
                .setVersion(model.version())
                .setLastInference(statistics.lastMillis())
                .setInferenceCount(statistics.rows())
                .setExecutionCount(statistics.computeInfer().count())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(duration(statistics.success()))
                        .setFail(duration(statistics.fail()))
                        .setQueue(duration(statistics.queue()))
                        .setComputeInput(duration(statistics.computeInput()))
                        .setComputeInfer(duration(statistics.computeInfer()))
                        .setComputeOutput(duration(statistics.computeOutput())));
        statistics
                .batches()
                .forEach((rows, tally) -> message.addBatchStats(
                        InferBatchStatistics.newBuilder().setBatchSize(rows).setComputeInfer(duration(tally))));
        return message.build();
    }

    private static StatisticDuration duration(Statistics.Tally tally) {
        return StatisticDuration.newBuilder()
                .setCount(tally.count())
                .setNs(tally.nanos())
                .build();
    }
}
