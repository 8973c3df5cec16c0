package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What KServe asks of a runtime's container and its schema does not say. */
final class ServingRuntimeTest {
    private static final KServe.RuntimeSpec RUNTIME = runtime();
    private static final Container CONTAINER = RUNTIME.containers().get(0);

    private static KServe.RuntimeSpec runtime() {
        List<Map<String, Object>> documents =
                DeployFiles.documents(DeployFiles.text(DeployFiles.of("kserve/servingruntime.yaml")));
        return ((KServe.ServingRuntime) new TypedSchema(KServe.ServingRuntime.class).read(documents.get(0))).spec();
    }

    /** By this name KServe finds the container that gets the model and whose fields a service may replace. */
    @Test
    void callsItsContainerAsKServeDoes() {
        assertThat(RUNTIME.containers()).singleElement().isSameAs(CONTAINER);
        assertThat(CONTAINER.getName()).isEqualTo("kserve-container");
    }

    /** Knative lets one port through, and takes HTTP/2 without TLS, which gRPC needs, only by this name. */
    @Test
    void hasOnePortThatTakesGrpc() {
        assertThat(CONTAINER.getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getName()).isEqualTo("h2c"));
    }

    @Test
    void namesThePortOfItsContainerEverywhere() {
        ContainerPort port = CONTAINER.getPorts().get(0);
        int number = port.getContainerPort();

        assertThat(CONTAINER.getArgs()).contains("--port=" + number);
        assertThat(RUNTIME.annotations())
                .containsEntry("prometheus.kserve.io/port", String.valueOf(number))
                .containsEntry("prometheus.kserve.io/path", "/metrics");
        assertThat(Stream.of(CONTAINER.getReadinessProbe(), CONTAINER.getLivenessProbe()))
                .allSatisfy(probe ->
                        assertThat(probe.getHttpGet().getPort().getIntVal()).isEqualTo(number));
    }

    /** Where the storage initializer puts a model, under the name that the service has. */
    @Test
    void servesWhatTheStorageInitializerFetched() {
        assertThat(CONTAINER.getArgs()).contains("/mnt/models/$(MODEL_FILE)", "--name={{.Name}}");
        assertThat(CONTAINER.getEnv())
                .extracting(variable -> variable.getName())
                .contains("MODEL_FILE");
        assertThat(Objects.requireNonNull(RUNTIME.volumes()))
                .noneSatisfy(volume -> assertThat(volume.getName()).isEqualTo("kserve-provision-location"));
    }

    @Test
    void speaksTheOpenInferenceProtocolForOneModel() {
        assertThat(RUNTIME.protocolVersions()).contains(KServe.Protocol.V2, KServe.Protocol.GRPC_V2);
        assertThat(RUNTIME.multiModel()).isFalse();
        assertThat(Objects.requireNonNull(RUNTIME.supportedModelFormats()))
                .extracting(KServe.SupportedFormat::name)
                .containsExactly("keras", "onnx");
    }
}
