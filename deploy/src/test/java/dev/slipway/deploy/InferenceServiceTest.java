package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The service and the runtime that it names belong together, as KServe finds one by the other. */
final class InferenceServiceTest {
    private static final KServe.Model MODEL = ((KServe.InferenceService)
                    read("kserve/inferenceservice.yaml", KServe.InferenceService.class))
            .spec()
            .predictor()
            .model();
    private static final KServe.ServingRuntime RUNTIME =
            (KServe.ServingRuntime) read("kserve/servingruntime.yaml", KServe.ServingRuntime.class);

    private static Object read(String file, Class<?> type) {
        List<Map<String, Object>> documents = DeployFiles.documents(DeployFiles.text(DeployFiles.of(file)));
        return new TypedSchema(type).read(documents.get(0));
    }

    @Test
    void namesTheRuntime() {
        assertThat(MODEL.runtime()).isEqualTo(RUNTIME.metadata().getName());
    }

    @Test
    void asksTheRuntimeForWhatItSupports() {
        assertThat(RUNTIME.spec().supports(MODEL)).isTrue();
        assertThat(RUNTIME.spec().supports(with(new KServe.ModelFormat("keras", "4"), MODEL.protocolVersion())))
                .isFalse();
        assertThat(RUNTIME.spec().supports(with(MODEL.modelFormat(), KServe.Protocol.GRPC_V1)))
                .isFalse();
    }

    @Test
    void needsNoProtocolToBeSaid() {
        assertThat(RUNTIME.spec().supports(with(MODEL.modelFormat(), null))).isTrue();
        assertThat(runtime(null, null).supports(MODEL)).isTrue();
        assertThat(runtime(null, List.of()).supports(MODEL)).isTrue();
    }

    @Test
    void isRefusedByARuntimeThatIsDisabled() {
        assertThat(runtime(true, RUNTIME.spec().protocolVersions()).supports(MODEL))
                .isFalse();
        assertThat(runtime(false, RUNTIME.spec().protocolVersions()).supports(MODEL))
                .isTrue();
    }

    /** The runtime with other values of what may be left out. */
    private static KServe.RuntimeSpec runtime(@Nullable Boolean disabled, @Nullable List<KServe.Protocol> protocols) {
        KServe.RuntimeSpec its = RUNTIME.spec();
        return new KServe.RuntimeSpec(
                its.supportedModelFormats(),
                its.multiModel(),
                disabled,
                protocols,
                its.containers(),
                its.volumes(),
                its.nodeSelector(),
                its.affinity(),
                its.tolerations(),
                its.labels(),
                its.annotations(),
                its.imagePullSecrets(),
                its.hostIPC());
    }

    private static KServe.Model with(KServe.ModelFormat format, KServe.@Nullable Protocol protocol) {
        return new KServe.Model(format, MODEL.runtime(), null, protocol, MODEL.storageUri(), null, null, null);
    }

    /** Where the storage initializer can fetch from. */
    @Test
    void saysWhereTheModelIsByASchemeOfKServe() {
        assertThat(MODEL.storageUri()).matches("(gs|s3|https|pvc)://.+");
    }
}
