package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Helm chart, with Helm itself as a library: it passes lint, and what it renders passes the schemas. */
final class HelmChartTest {
    private static final Path CHART = DeployFiles.of("helm/slipway");

    private static TemplateCommand template(Path chart) {
        return new Helm(chart)
                .template()
                .withName("slipway")
                .withNamespace("models")
                .withKubeVersion("1.32.0");
    }

    private static List<String> kinds(List<Map<String, Object>> objects) {
        return objects.stream().map(each -> (String) each.get("kind")).toList();
    }

    @Test
    void passesLint() {
        LintResult result = new Helm(CHART).lint().strict().call();

        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @Test
    void rendersWhatKubernetesTakes() {
        assertThat(kinds(Schemas.require(template(CHART).call())))
                .containsExactlyInAnyOrder(
                        "ServiceAccount",
                        "ConfigMap",
                        "PersistentVolumeClaim",
                        "Deployment",
                        "Service",
                        "HorizontalPodAutoscaler",
                        "PodDisruptionBudget",
                        "NetworkPolicy");
    }

    @Test
    void rendersEveryBranch(@TempDir Path directory) throws IOException {
        Path values = Files.writeString(directory.resolve("values.yaml"), """
                image: {repository: example.com/slipway, tag: 1.2.3, pullPolicy: Always}
                imagePullSecrets: [{name: pull}]
                settings: {load: {queue: 64}, auth: {open: [metrics]}}
                auth: {keysSecret: '', mode: none}
                models: {existingClaim: ours}
                autoscaling: {enabled: false}
                replicas: 3
                service: {type: LoadBalancer, port: 8080}
                networkPolicy: {egress: [{ports: [{port: 443, protocol: TCP}]}]}
                monitoring: {enabled: true, labels: {release: prometheus}, runbooks: https://runbooks.example.com}
                podAnnotations: {team: models}
                nodeSelector: {disk: fast}
                tolerations: [{key: models, operator: Exists}]
                """);

        String rendered = template(CHART).withValuesFile(values).call();

        assertThat(kinds(Schemas.require(rendered)))
                .contains("ServiceMonitor", "PrometheusRule")
                .doesNotContain("HorizontalPodAutoscaler", "PersistentVolumeClaim");
        assertThat(rendered)
                .contains(
                        "image: \"example.com/slipway:1.2.3\"",
                        "replicas: 3",
                        "claimName: ours",
                        "queue: 64",
                        "mode: none")
                .contains("runbook_url: https://runbooks.example.com/SlipwayDown.md")
                .doesNotContain("OWNER", "keys-file", "slipway-keys");
    }

    @Test
    void rendersAnotherNameForAnotherRelease() {
        String rendered = template(CHART).withName("blue").call();

        assertThat(rendered).contains("name: blue-slipway", "claimName: blue-slipway-models");
    }

    @Test
    void refusesValuesThatItDoesNotKnow() {
        assertThatThrownBy(() -> template(CHART).set("replica", "3").call()).hasMessageContaining("replica");
        assertThatThrownBy(() -> template(CHART).set("service.port", "high").call())
                .hasMessageContaining("port");
        assertThatThrownBy(() -> template(CHART)
                        .set("autoscaling.cpu", "0")
                        .set("autoscaling.requestsPerSecond", "0")
                        .call())
                .hasMessageContaining("neither requestsPerSecond nor cpu");
    }

    static Stream<String> templates() throws IOException {
        try (Stream<Path> files = Files.list(CHART.resolve("templates"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void isRefusedWhenATemplateIsBroken(String name, @TempDir Path directory) throws IOException {
        Path chart = copy(directory.resolve("slipway"));
        Files.writeString(chart.resolve("templates").resolve(name), "{{ end }}", StandardOpenOption.APPEND);

        assertThat(new Helm(chart).lint().call().isFailed()).isTrue();
        assertThatThrownBy(() -> template(chart).call()).hasMessageContaining(name);
    }

    @Test
    void isRefusedWhenATemplateRendersWhatKubernetesDoesNotKnow(@TempDir Path directory) throws IOException {
        Path chart = copy(directory.resolve("slipway"));
        Path service = chart.resolve("templates/service.yaml");
        Files.writeString(service, DeployFiles.text(service).replace("targetPort", "target"));

        String rendered = template(chart).call();

        assertThatThrownBy(() -> Schemas.require(rendered)).hasMessageContaining("target");
    }

    private static Path copy(Path to) throws IOException {
        Files.walkFileTree(CHART, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(CHART.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(CHART.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
        return to;
    }
}
