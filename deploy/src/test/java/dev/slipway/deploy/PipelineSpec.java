package dev.slipway.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline of Kubeflow Pipelines 2: the messages of its protocol buffer {@code PipelineSpec} (API v2alpha1) that a pipeline of
 * containers has, field by field in their JSON form. No library for Java carries them, so this is our own reading.
 */
record PipelineSpec(
        @JsonProperty(required = true) Info pipelineInfo,
        @JsonProperty(required = true) String schemaVersion,
        @JsonProperty(required = true) String sdkVersion,
        @JsonProperty(required = true) Component root,
        @JsonProperty(required = true) Map<String, Component> components,
        @JsonProperty(required = true) Deployment deploymentSpec,
        @Nullable String defaultPipelineRoot) {

    enum Type {
        NUMBER_DOUBLE,
        NUMBER_INTEGER,
        STRING,
        BOOLEAN,
        LIST,
        STRUCT
    }

    record Info(
            @JsonProperty(required = true) String name,
            @Nullable String displayName,
            @Nullable String description) {}

    record Component(
            @Nullable Definitions inputDefinitions,
            @Nullable Definitions outputDefinitions,
            @Nullable Dag dag,
            @Nullable String executorLabel) {}

    record Definitions(
            @Nullable Map<String, Parameter> parameters,
            @Nullable Map<String, Artifact> artifacts) {}

    record Parameter(
            @JsonProperty(required = true) Type parameterType,
            @Nullable Object defaultValue,
            @Nullable Boolean isOptional,
            @Nullable String description) {}

    record Artifact(
            @JsonProperty(required = true) ArtifactType artifactType,
            @Nullable Boolean isArtifactList,
            @Nullable Boolean isOptional,
            @Nullable Map<String, Object> metadata,
            @Nullable String description) {}

    record ArtifactType(
            @JsonProperty(required = true) String schemaTitle,
            @Nullable String schemaVersion) {}

    record Dag(@JsonProperty(required = true) Map<String, Task> tasks) {}

    record Task(
            @JsonProperty(required = true) TaskInfo taskInfo,
            @JsonProperty(required = true) ComponentRef componentRef,
            @Nullable Inputs inputs,
            @Nullable List<String> dependentTasks,
            @Nullable CachingOptions cachingOptions,
            @Nullable RetryPolicy retryPolicy) {}

    record TaskInfo(@JsonProperty(required = true) String name) {}

    record ComponentRef(@JsonProperty(required = true) String name) {}

    record CachingOptions(@JsonProperty(required = true) boolean enableCache) {}

    record RetryPolicy(
            @Nullable Integer maxRetryCount,
            @Nullable String backoffDuration,
            @Nullable Double backoffFactor,
            @Nullable String backoffMaxDuration) {}

    record Inputs(
            @Nullable Map<String, ParameterSource> parameters,
            @Nullable Map<String, ArtifactSource> artifacts) {}

    record ParameterSource(
            @Nullable String componentInputParameter,
            @Nullable TaskOutputParameter taskOutputParameter,
            @Nullable Constant runtimeValue) {}

    record ArtifactSource(
            @Nullable String componentInputArtifact,
            @Nullable TaskOutputArtifact taskOutputArtifact) {}

    record TaskOutputParameter(
            @JsonProperty(required = true) String producerTask,
            @JsonProperty(required = true) String outputParameterKey) {}

    record TaskOutputArtifact(
            @JsonProperty(required = true) String producerTask,
            @JsonProperty(required = true) String outputArtifactKey) {}

    record Constant(@JsonProperty(required = true) Object constant) {}

    record Deployment(@JsonProperty(required = true) Map<String, Executor> executors) {}

    record Executor(@JsonProperty(required = true) Container container) {}

    record Container(
            @JsonProperty(required = true) String image,
            @Nullable List<String> command,
            @Nullable List<String> args,
            @Nullable List<EnvVar> env,
            @Nullable Resources resources) {}

    record EnvVar(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String value) {}

    record Resources(
            @Nullable String resourceCpuLimit,
            @Nullable String resourceMemoryLimit,
            @Nullable String resourceCpuRequest,
            @Nullable String resourceMemoryRequest) {}

    /** The second document: what only a platform knows. */
    record Platforms(@JsonProperty(required = true) Map<String, Platform> platforms) {}

    record Platform(@JsonProperty(required = true) PlatformDeployment deploymentSpec) {}

    record PlatformDeployment(@JsonProperty(required = true) Map<String, KubernetesExecutor> executors) {}

    record KubernetesExecutor(@JsonProperty(required = true) List<PvcMount> pvcMount) {}

    record PvcMount(
            @JsonProperty(required = true) String constant,
            @JsonProperty(required = true) String mountPath) {}
}
