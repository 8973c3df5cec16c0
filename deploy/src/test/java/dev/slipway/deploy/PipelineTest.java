package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kubeflow would take the pipeline; broken ones are refused. {@code scripts/test-commands} runs its commands. */
final class PipelineTest {
    private static final String PIPELINE = DeployFiles.text(DeployFiles.of("kubeflow/pipeline.yaml"));

    private static PipelineSpec read(String yaml) {
        List<Map<String, Object>> documents = DeployFiles.documents(yaml);
        new TypedSchema(PipelineSpec.Platforms.class).require(documents.get(1));
        return (PipelineSpec) new TypedSchema(PipelineSpec.class).read(documents.get(0));
    }

    @Test
    void trainsEvaluatesRegistersAndDeploys() {
        PipelineSpec pipeline = read(PIPELINE);

        assertThat(PipelineProblems.of(pipeline)).isEmpty();
        assertThat(pipeline.root().dag())
                .extracting(PipelineSpec.Dag::tasks, MAP)
                .containsOnlyKeys("train", "evaluate", "register", "deploy");
    }

    @Test
    void mountsClaimsOnlyIntoItsOwnContainers() {
        PipelineSpec.Platforms platforms = (PipelineSpec.Platforms) new TypedSchema(PipelineSpec.Platforms.class)
                .read(DeployFiles.documents(PIPELINE).get(1));

        assertThat(platforms.platforms().values())
                .singleElement()
                .satisfies(kubernetes -> assertThat(
                                read(PIPELINE).deploymentSpec().executors().keySet())
                        .containsAll(kubernetes.deploymentSpec().executors().keySet()));
    }

    @Test
    void letsItsLastStepChangeServicesAndNothingElse() {
        List<Map<String, Object>> objects = Schemas.require(DeployFiles.text(DeployFiles.of("kubeflow/rbac.yaml")));

        assertThat(objects.get(0).get("rules"))
                .asString()
                .isEqualTo("[{apiGroups=[serving.kserve.io], resources=[inferenceservices], verbs=[get, patch]}]");
    }

    @ParameterizedTest
    @CsvSource({
        "parameterType: NUMBER_DOUBLE, parameterType: NUMBER, NUMBER",
        "componentRef, component, component",
        "mountPath, path, mountPath",
        "schemaVersion: 2.1.0, schema: 2.1.0, schema",
    })
    void isRefusedWhenItDoesNotFitItsTypes(String text, String broken, String named) {
        assertThat(PIPELINE).contains(text);
        assertThatThrownBy(() -> read(PIPELINE.replace(text, broken)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource({
        "name: comp-deploy, name: comp-ship, deploy: no component comp-ship",
        "'dependentTasks: [register]', 'dependentTasks: [evaluate]', deploy: does not wait for register",
        "outputParameterKey: version, outputParameterKey: number, deploy: register has no output number",
        "outputArtifactKey: model, outputArtifactKey: file, evaluate: train has no output file",
        "componentInputParameter: bound, componentInputParameter: limit, evaluate: the pipeline has no parameter limit",
        "executorLabel: exec-train, executorLabel: exec-fit, comp-train: no executor exec-fit",
        "inputs.parameters['metric'], inputs.parameters['measure'], not defined: {{$.inputs.parameters['measure']}}",
        "outputs.artifacts['metrics'].path, outputs.artifact['metrics'].path, no placeholder",
    })
    void isRefusedWhenWhatItRefersToIsNotThere(String text, String broken, String problem) {
        assertThat(PIPELINE).contains(text);
        assertThat(PipelineProblems.of(read(PIPELINE.replace(text, broken))))
                .anySatisfy(each -> assertThat(each).contains(problem));
    }
}
