package dev.slipway.deploy;

import dev.slipway.deploy.PipelineSpec.Component;
import dev.slipway.deploy.PipelineSpec.Container;
import dev.slipway.deploy.PipelineSpec.Definitions;
import dev.slipway.deploy.PipelineSpec.Executor;
import dev.slipway.deploy.PipelineSpec.Task;
import dev.slipway.deploy.PipelineSpec.TaskOutputArtifact;
import dev.slipway.deploy.PipelineSpec.TaskOutputParameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What types do not say of a pipeline: that all it refers to is there. */
final class PipelineProblems {
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "\\{\\{\\$\\.(inputs|outputs)\\.(parameters|artifacts)\\['([^']*)'](?:\\.(path|output_file))?}}");

    private final PipelineSpec pipeline;
    private final Map<String, Task> tasks;
    private final List<String> problems = new ArrayList<>();

    private PipelineProblems(PipelineSpec pipeline) {
        this.pipeline = pipeline;
        this.tasks =
                pipeline.root().dag() == null ? Map.of() : pipeline.root().dag().tasks();
    }

    static List<String> of(PipelineSpec pipeline) {
        PipelineProblems found = new PipelineProblems(pipeline);
        found.require(!found.tasks.isEmpty(), "root: no tasks");
        found.tasks.forEach(found::look);
        pipeline.components().forEach(found::look);
        return found.problems;
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    private void look(String name, Task task) {
        Component component = pipeline.components().get(task.componentRef().name());
        if (component == null) {
            problems.add(name + ": no component " + task.componentRef().name());
            return;
        }
        List<String> before = task.dependentTasks() == null ? List.of() : task.dependentTasks();
        before.forEach(each -> require(tasks.containsKey(each), name + ": waits for " + each + ", which is no task"));
        PipelineSpec.Inputs inputs =
                task.inputs() == null ? new PipelineSpec.Inputs(Map.of(), Map.of()) : task.inputs();
        require(
                names(inputs.parameters()).equals(names(parameters(component.inputDefinitions()))),
                name + ": parameters " + names(inputs.parameters()) + " (expected: "
                        + names(parameters(component.inputDefinitions())) + ")");
        require(
                names(inputs.artifacts()).equals(names(artifacts(component.inputDefinitions()))),
                name + ": artifacts " + names(inputs.artifacts()) + " (expected: "
                        + names(artifacts(component.inputDefinitions())) + ")");
        orEmpty(inputs.parameters()).forEach((key, source) -> {
            String outer = source.componentInputParameter();
            if (outer != null) {
                require(
                        names(parameters(pipeline.root().inputDefinitions())).contains(outer),
                        name + ": the pipeline has no parameter " + outer);
            }
            TaskOutputParameter output = source.taskOutputParameter();
            if (output != null) {
                require(before.contains(output.producerTask()), name + ": does not wait for " + output.producerTask());
                require(
                        names(parameters(outputs(output.producerTask()))).contains(output.outputParameterKey()),
                        name + ": " + output.producerTask() + " has no output " + output.outputParameterKey());
            }
        });
        orEmpty(inputs.artifacts()).forEach((key, source) -> {
            TaskOutputArtifact output = source.taskOutputArtifact();
            if (output != null) {
                require(before.contains(output.producerTask()), name + ": does not wait for " + output.producerTask());
                require(
                        names(artifacts(outputs(output.producerTask()))).contains(output.outputArtifactKey()),
                        name + ": " + output.producerTask() + " has no output " + output.outputArtifactKey());
            }
        });
    }

    private @Nullable Definitions outputs(String task) {
        Task producer = tasks.get(task);
        Component component = producer == null
                ? null
                : pipeline.components().get(producer.componentRef().name());
        return component == null ? null : component.outputDefinitions();
    }

    private void look(String name, Component component) {
        Executor executor = pipeline.deploymentSpec()
                .executors()
                .get(Objects.requireNonNullElse(component.executorLabel(), "none"));
        if (executor == null) {
            problems.add(name + ": no executor " + component.executorLabel());
            return;
        }
        texts(executor.container()).forEach(text -> {
            require(!PLACEHOLDER.matcher(text).replaceAll("").contains("{{"), name + ": no placeholder: " + text);
            Matcher placeholder = PLACEHOLDER.matcher(text);
            while (placeholder.find()) {
                Definitions definitions = placeholder.group(1).equals("inputs")
                        ? component.inputDefinitions()
                        : component.outputDefinitions();
                Set<String> known = placeholder.group(2).equals("parameters")
                        ? names(parameters(definitions))
                        : names(artifacts(definitions));
                require(known.contains(placeholder.group(3)), name + ": not defined: " + placeholder.group());
            }
        });
    }

    private static Stream<String> texts(Container container) {
        List<String> none = List.of();
        return Stream.concat(
                Objects.requireNonNullElse(container.command(), none).stream(),
                Objects.requireNonNullElse(container.args(), none).stream());
    }

    private static @Nullable Map<String, ?> parameters(@Nullable Definitions definitions) {
        return definitions == null ? null : definitions.parameters();
    }

    private static @Nullable Map<String, ?> artifacts(@Nullable Definitions definitions) {
        return definitions == null ? null : definitions.artifacts();
    }

    private static Set<String> names(@Nullable Map<String, ?> map) {
        return map == null ? Set.of() : map.keySet();
    }

    private static <T> Map<String, T> orEmpty(@Nullable Map<String, T> map) {
        return map == null ? Map.of() : map;
    }
}
