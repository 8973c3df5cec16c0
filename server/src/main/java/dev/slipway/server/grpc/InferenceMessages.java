package dev.slipway.server.grpc;

import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.grpc.proto.DataType;
import dev.slipway.server.grpc.proto.InferBatchStatistics;
import dev.slipway.server.grpc.proto.InferStatistics;
import dev.slipway.server.grpc.proto.ModelConfig;
import dev.slipway.server.grpc.proto.ModelConfigResponse;
import dev.slipway.server.grpc.proto.ModelInput;
import dev.slipway.server.grpc.proto.ModelMetadataResponse;
import dev.slipway.server.grpc.proto.ModelOutput;
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
                .setDatatype(Datatypes.nameOf(spec.type()))
                .addAllShape(lengths(spec));
        return tensor.build();
    }

    /** The model in the words of Triton's configurations; batches are of any size. */
    static ModelConfigResponse config(ServedModel model) {
        ModelConfig.Builder config = ModelConfig.newBuilder()
                .setName(model.name())
                .setPlatform("onnx_onnxv1")
                .setBackend("onnxruntime");
        model.inputs()
                .forEach(spec -> config.addInput(ModelInput.newBuilder()
                        .setName(spec.name())
                        .setDataType(dataType(spec))
                        .addAllDims(lengths(spec))));
        model.outputs()
                .forEach(spec -> config.addOutput(ModelOutput.newBuilder()
                        .setName(spec.name())
                        .setDataType(dataType(spec))
                        .addAllDims(lengths(spec))));
        return ModelConfigResponse.newBuilder().setConfig(config).build();
    }

    private static DataType dataType(TensorSpec spec) {
        String name = Datatypes.nameOf(spec.type());
        return DataType.valueOf("TYPE_" + (name.equals("BYTES") ? "STRING" : name));
    }

    private static List<Long> lengths(TensorSpec spec) {
        return spec.shape().dimensions().stream()
                .map(length -> length.isKnown() ? length.size() : -1)
                .toList();
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
