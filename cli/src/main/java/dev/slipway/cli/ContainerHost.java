package dev.slipway.cli;

import dev.slipway.server.ScoringOptions;
import dev.slipway.server.ServeOptions;
import dev.slipway.server.ServerOptions;
import java.util.Map;

/**
 * What hosts of containers ask for in their own variables of the environment; the project's settings come before it.
 *
 * <p>Source: Cloud Run's container contract ({@code PORT}); Vertex AI, "Custom container requirements for prediction" ({@code
 * AIP_…}); SageMaker, "Custom inference code" ({@code SAGEMAKER_BIND_TO_PORT}).
 */
final class ContainerHost {
    private ContainerHost() {}

    /** The options where a host sets what it sets. */
    static ServerOptions applyTo(ServerOptions defaults, Map<String, String> environment) {
        ServeOptions serve = defaults.serve();
        ScoringOptions scoring = defaults.scoring();
        return defaults.withServe(new ServeOptions(
                        serve.host(),
                        HostPort.of(environment).orElse(serve.port()),
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

    private static String path(Map<String, String> environment, String name, String otherwise) {
        String path = environment.getOrDefault(name, "");
        return path.startsWith("/") ? path : otherwise;
    }
}
