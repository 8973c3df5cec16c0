package dev.slipway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.server.ModelServer;
import dev.slipway.server.directory.ModelDirectory;
import dev.slipway.server.models.ModelLoadException;
import dev.slipway.server.models.VersionStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crac.Core;

/**
 * A Lambda function that answers what {@code slipway serve} answers, for events of API Gateway, of a function URL or of an
 * application load balancer. Its handler is {@code dev.slipway.lambda.SlipwayFunction}.
 *
 * <p>Models are loaded and warmed up when it is made, which Lambda does once for each environment, before the first event; with
 * SnapStart, before the snapshot. Events of an environment come one after another.
 */
public final class SlipwayFunction implements RequestStreamHandler, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** What is left for writing the answer when a prediction's time ends, so that the client gets it. */
    private static final Duration MARGIN = Duration.ofMillis(100);

    private final ModelServer server;
    private final Loopback loopback;
    private final Priming priming = new Priming(this);

    /**
     * Loads the models of the directory that the environment names.
     *
     * @throws IllegalArgumentException if there is no such directory
     * @throws ModelLoadException if one of the models cannot be served, or there is none
     */
    public SlipwayFunction() {
        this(FunctionOptions.of(System.getenv()));
    }

    SlipwayFunction(FunctionOptions options) {
        server = ModelServer.follow(
                options.server(),
                models -> new ModelDirectory(models, options.models(), new ModelFiles(), options.directory()));
        try {
            requireAllReady(server.models().index(), options);
        } catch (ModelLoadException e) {
            server.close();
            throw e;
        }
        loopback = new Loopback(server.port());
        Core.getGlobalContext().register(priming);
    }

    /** A deployed package does not change: a model that cannot be loaded from it is a fault of the deployment. */
    private static void requireAllReady(List<VersionStatus> index, FunctionOptions options) {
        if (index.isEmpty()) {
            throw new ModelLoadException(
                    options.models().toString(),
                    "no model (expected: a .keras, .h5 or .onnx file, or a folder of versions)");
        }
        for (VersionStatus version : index) {
            if (!version.state().answers()) {
                throw new ModelLoadException(version.name(), "version " + version.version() + ": " + version.reason());
            }
        }
    }

    /**
     * Answers one event.
     *
     * @param input the event, as JSON
     * @param output gets the answer, as JSON in the form that the event's sender reads
     * @param context what Lambda says of the call
     * @throws IOException if the event cannot be read, or the answer not written
     * @throws UnknownEventException if the event is none of an HTTP request
     */
    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        handle(input, output, Duration.ofMillis(context.getRemainingTimeInMillis()), context.getAwsRequestId());
    }

    /** Answers one event within a time. */
    void handle(InputStream input, OutputStream output, Duration remaining, String call) throws IOException {
        JsonNode json = JSON.readTree(input);
        EventKind kind = EventReader.kind(json);
        boolean severalValues = json.path("multiValueHeaders").isObject();
        output.write(AnswerWriter.write(answer(json, kind, remaining, call), kind, severalValues));
    }

    private Answer answer(JsonNode json, EventKind kind, Duration remaining, String call) {
        try {
            return send(EventReader.read(json, kind), remaining.minus(MARGIN), call);
        } catch (MalformedEventException e) {
            return Answer.error(400, "event_invalid", String.valueOf(e.getMessage()));
        }
    }

    private Answer send(Event event, Duration left, String call) {
        if (left.isNegative() || left.isZero()) {
            String message = "time: " + left.toMillis() + " ms (expected: more before the function's timeout)";
            return Answer.error(504, "deadline_exceeded", message);
        }
        Map<String, String> headers = new HashMap<>();
        if (!has(event, "slipway-timeout")) {
            headers.put("slipway-timeout", left.toMillis() + "ms");
        }
        if (!has(event, "x-request-id")) {
            headers.put("x-request-id", event.id().isEmpty() ? call : event.id());
        }
        return loopback.send(event, headers, left);
    }

    private static boolean has(Event event, String header) {
        return event.headers().stream().anyMatch(each -> each.getKey().equals(header));
    }

    /** What runs before a snapshot of SnapStart. */
    Priming priming() {
        return priming;
    }

    /** Ends the server and frees the models. Lambda does not call it; its environments end with their processes. */
    @Override
    public void close() {
        loopback.close();
        server.close();
    }
}
