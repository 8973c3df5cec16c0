package dev.slipway.cli;

import dev.slipway.server.ScoringOptions;
import dev.slipway.server.ServeOptions;
import dev.slipway.server.ServerOptions;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What hosts of containers ask for in their own variables of the environment; the project's settings come before it.
 *
 * <p>Source: Cloud Run's container contract ({@code PORT}); Vertex AI, "Custom container requirements for prediction" ({@code
 * AIP_…}); SageMaker, "Custom inference code" ({@code SAGEMAKER_BIND_TO_PORT}).
 */
final class ContainerHost {
    private static final int MAX_PORT = 65_535;

    private ContainerHost() {}

    /** The options where a host sets what it sets. */
    static ServerOptions applyTo(ServerOptions defaults, Map<String, String> environment) {
        ServeOptions serve = defaults.serve();
        ScoringOptions scoring = defaults.scoring();
        return defaults.withServe(new ServeOptions(
                        serve.host(),
                        port(environment, serve.port()),
                        serve.adminPort(),
                        serve.eventLoops(),
                        serve.maxBody(),
                        serve.drain(),
                        serve.memoryBudget()))
                .withScoring(new ScoringOptions(
                        scoring.defaultModel(),
                        path(environment, "AIP_HEALTH_ROUTE", scoring.healthPath()),
                        path(environment, "AIP_PREDICT_ROUTE", scoring.predictPath())));
    }

    private static int port(Map<String, String> environment, int otherwise) {
        return Stream.of("AIP_HTTP_PORT", "SAGEMAKER_BIND_TO_PORT", "PORT")
                .map(environment::get)
                .filter(Objects::nonNull)
                .filter(text -> text.matches("\\d{1,5}") && Integer.parseInt(text) <= MAX_PORT)
                .findFirst()
                .map(Integer::parseInt)
                .orElse(otherwise);
    }

    private static String path(Map<String, String> environment, String name, String otherwise) {
        String path = environment.getOrDefault(name, "");
        return path.startsWith("/") ? path : otherwise;
    }
}
