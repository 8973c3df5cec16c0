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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of KServe that are used here: fields, types and enumerations as in the Go types that its custom resource definitions are
 * made from ({@code servingruntime_types.go}, {@code component.go}, {@code predictor.go}, {@code predictor_model.go}; versions 0.15 and
 * 0.19), and what its webhooks refuse besides. Fewer fields than there: what passes here has none that KServe does not have. No library
 * for Java or JavaScript carries the definitions.
 */
final class KServe {
    private static final Pattern SERVICE_NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

    private KServe() {}

    private static void require(boolean holds, String refusal) {
        if (!holds) {
            throw new IllegalArgumentException(refusal);
        }
    }

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
            @Nullable Boolean hostIPC) {

        /**
         * Whether KServe lets this runtime serve the model that names it: it is not disabled, has the model's protocol if both say
         * one, and its format, with the version if the model says one.
         */
        boolean supports(Model model) {
            return !Boolean.TRUE.equals(disabled)
                    && speaks(model.protocolVersion())
                    && supportedModelFormats != null
                    && supportedModelFormats.stream().anyMatch(each -> each.fits(model.modelFormat()));
        }

        private boolean speaks(@Nullable Protocol protocol) {
            return protocol == null
                    || protocolVersions == null
                    || protocolVersions.isEmpty()
                    || protocolVersions.contains(protocol);
        }
    }

    record SupportedFormat(
            @JsonProperty(required = true) String name,
            @Nullable String version,
            @Nullable Boolean autoSelect,
            @Nullable Integer priority) {

        SupportedFormat {
            require(priority == null || priority >= 1, "priority: " + priority + " (expected: at least 1)");
        }

        boolean fits(ModelFormat format) {
            return name.equals(format.name())
                    && (format.version() == null || format.version().equals(version));
        }
    }

    record InferenceService(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) ObjectMeta metadata,
            @JsonProperty(required = true) ServiceSpec spec) {

        InferenceService {
            require(
                    SERVICE_NAME.matcher(metadata.getName()).matches(),
                    "name: " + metadata.getName()
                            + " (expected: lower-case letters, digits and dashes, a letter first)");
        }
    }

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
            @Nullable List<Toleration> tolerations) {

        Predictor {
            int least = minReplicas == null ? 1 : minReplicas;
            int most = maxReplicas == null ? 0 : maxReplicas; // 0: no limit
            require(least >= 0 && most >= 0, "replicas: " + least + " to " + most + " (expected: 0 or more)");
            require(
                    most == 0 || least <= most,
                    "replicas: " + least + " to " + most + " (expected: minReplicas <= maxReplicas)");
            require(
                    scaleMetric != ScaleMetric.CPU && scaleMetric != ScaleMetric.MEMORY,
                    "scaleMetric: " + scaleMetric + " (expected: concurrency or rps, as Knative scales)");
        }
    }

    record Model(
            @JsonProperty(required = true) ModelFormat modelFormat,
            @Nullable String runtime,
            @Nullable String runtimeVersion,
            @Nullable Protocol protocolVersion,
            @Nullable String storageUri,
            @Nullable List<String> args,
            @Nullable List<EnvVar> env,
            @Nullable ResourceRequirements resources) {

        Model {
            require(
                    env == null || env.stream().noneMatch(each -> each.getName().equals("PYTHONPATH")),
                    "env: PYTHONPATH (expected: another variable, as KServe refuses this one)");
        }
    }

    record ModelFormat(
            @JsonProperty(required = true) String name,
            @Nullable String version) {}
}
