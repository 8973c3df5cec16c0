package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kubernetes and its extensions would take the manifests; broken ones are refused. */
final class ManifestsTest {
    /** Files that only tools on this side read. */
    private static boolean isForTheCluster(Path file) {
        String name = file.getFileName().toString();
        return !name.equals("kustomization.yaml")
                && !name.equals("slipway.yaml")
                && !name.equals("adapter-values.yaml");
    }

    static Stream<Path> manifests() {
        return Stream.of("kubernetes", "kserve", "cloud-run")
                .flatMap(directory -> DeployFiles.yamlBelow(directory).stream())
                .filter(ManifestsTest::isForTheCluster);
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void fitTheirSchemas(Path file) {
        assertThatCode(() -> Schemas.require(DeployFiles.text(file))).doesNotThrowAnyException();
    }

    /** What Kustomize makes of them; {@code scripts/validate-deploy} sees to it that CI has {@code kubectl}. */
    @Test
    void fitTheirSchemasAsKustomizeBuildsThem() throws IOException {
        assumeTrue(isOnPath("kubectl"), "no kubectl");
        Process kustomize = new ProcessBuilder("kubectl", "kustomize", "kubernetes/example")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String built = new String(kustomize.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(Schemas.require(built))
                .hasSize(11)
                .allSatisfy(
                        object -> assertThat(object.get("metadata")).asString().contains("slipway"));
        assertThat(built)
                .contains("image: ghcr.io/OWNER/slipway:0.1.0", "maxReplicas: 4")
                .doesNotContain("replicas:");
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    @ParameterizedTest
    @CsvSource({
        "kubernetes/base/deployment.yaml, readinessProbe:, readyProbe:, readyProbe",
        "kubernetes/base/deployment.yaml, '- name: slipway\n          image', '- image', name",
        "kubernetes/base/horizontalpodautoscaler.yaml, maxReplicas: 10, maxReplicas: ten, ten",
        "kubernetes/base/horizontalpodautoscaler.yaml, autoscaling/v2, autoscaling/v3, autoscaling/v3",
        "kubernetes/base/poddisruptionbudget.yaml, minAvailable, minimumAvailable, minimumAvailable",
        "kubernetes/base/networkpolicy.yaml, 'podSelector:', 'podSelectors:', podSelectors",
        "kubernetes/base/service.yaml, targetPort, target, target",
        "kubernetes/monitoring/servicemonitor.yaml, interval, every, every",
        "kubernetes/monitoring/prometheusrule.yaml, 'expr:', 'query:', query",
        "kserve/servingruntime.yaml, protocolVersions: [v2, protocolVersions: [v3, v3",
        "kserve/servingruntime.yaml, containerPort, port, port",
        "kserve/inferenceservice.yaml, storageUri, storage-uri, storage-uri",
        "cloud-run/service.yaml, containerConcurrency, concurrency, concurrency",
        "cloud-run/service.yaml, failureThreshold: 60, failureThreshold: many, many",
        "kserve/inferenceservice.yaml, minReplicas: 0, minReplicas: none, none",
        "kserve/servingruntime.yaml, '- name: kserve-container\n      image', '- image', name",
        "kserve/servingruntime.yaml, '- name: tmp\n      emptyDir', '- emptyDir', name",
        "kserve/servingruntime.yaml, priority: 1, priority: 0, priority",
        "kserve/inferenceservice.yaml, 'name: line\n', 'name: Line\n', Line",
        "kserve/inferenceservice.yaml, minReplicas: 0, minReplicas: 5, minReplicas <= maxReplicas",
        "kserve/inferenceservice.yaml, scaleMetric: concurrency, scaleMetric: cpu, as Knative scales",
        "kserve/inferenceservice.yaml, 'storageUri: gs:', 'env: [{name: PYTHONPATH, value: x}]\n      storageUri: gs:', PYTHONPATH",
    })
    void areRefusedWhenBroken(String file, String text, String broken, String named) {
        String whole = DeployFiles.text(DeployFiles.of(file));
        assertThat(whole).contains(text);
        assertThatThrownBy(() -> Schemas.require(whole.replace(text, broken)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }
}
