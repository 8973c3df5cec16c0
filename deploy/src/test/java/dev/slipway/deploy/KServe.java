package dev.slipway.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of KServe that are used here, field by field as its documentation of version 0.15 has them. No library for Java or
 * JavaScript carries its custom resource definitions, so this is our own reading of them.
 */
final class KServe {
    private KServe() {}

    enum Protocol {
        @JsonProperty("v1")
        V1,
        @JsonProperty("v2")
        V2,
        @JsonProperty("grpc-v1")
        GRPC_V1,
        @JsonProperty("grpc-v2")
        GRPC_V2
    }

    enum ScaleMetric {
        @JsonProperty("cpu")
        CPU,
        @JsonProperty("memory")
        MEMORY,
        @JsonProperty("concurrency")
        CONCURRENCY,
        @JsonProperty("rps")
        RPS
    }

    record ServingRuntime(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) ObjectMeta metadata,
            @JsonProperty(required = true) RuntimeSpec spec) {}

    record RuntimeSpec(
            @Nullable List<SupportedFormat> supportedModelFormats,
            @Nullable Boolean multiModel,
            @Nullable Boolean disabled,
            @Nullable List<Protocol> protocolVersions,
            @JsonProperty(required = true) List<Container> containers,
            @Nullable List<Volume> volumes,
            @Nullable Map<String, String> nodeSelector,
            @Nullable Affinity affinity,
            @Nullable List<Toleration> tolerations,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> annotations,
            @Nullable List<LocalObjectReference> imagePullSecrets,
            @Nullable Boolean hostIPC) {}

    record SupportedFormat(
            @JsonProperty(required = true) String name,
            @Nullable String version,
            @Nullable Boolean autoSelect,
            @Nullable Integer priority) {}

    record InferenceService(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) ObjectMeta metadata,
            @JsonProperty(required = true) ServiceSpec spec) {}

    record ServiceSpec(@JsonProperty(required = true) Predictor predictor) {}

    record Predictor(
            @JsonProperty(required = true) Model model,
            @Nullable Integer minReplicas,
            @Nullable Integer maxReplicas,
            @Nullable Integer scaleTarget,
            @Nullable ScaleMetric scaleMetric,
            @Nullable Long containerConcurrency,
            @Nullable Long timeout,
            @Nullable Long canaryTrafficPercent,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> annotations,
            @Nullable String serviceAccountName,
            @Nullable Map<String, String> nodeSelector,
            @Nullable List<Toleration> tolerations) {}

    record Model(
            @JsonProperty(required = true) ModelFormat modelFormat,
            @Nullable String runtime,
            @Nullable String runtimeVersion,
            @Nullable Protocol protocolVersion,
            @Nullable String storageUri,
            @Nullable List<String> args,
            @Nullable List<EnvVar> env,
            @Nullable ResourceRequirements resources) {}

    record ModelFormat(
            @JsonProperty(required = true) String name,
            @Nullable String version) {}
}
