package dev.slipway.server.http;

import dev.slipway.graph.SlipwayException;
import dev.slipway.runtime.EngineException;
import dev.slipway.runtime.RefusedInputException;
import dev.slipway.server.inference.DeadlineExceededException;
import dev.slipway.server.inference.OverloadedException;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.json.MalformedJsonException;
import dev.slipway.server.models.FixedModelsException;
import dev.slipway.server.models.ModelLoadException;
import dev.slipway.server.models.ModelNotFoundException;
import dev.slipway.server.models.ModelNotLoadedException;
import dev.slipway.server.models.ModelOnDemandException;
import dev.slipway.server.models.ModelUnavailableException;
import dev.slipway.server.security.Admission.Refused;
import dev.slipway.server.traffic.NoTrafficRuleException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Why a request gets no result: the one table of statuses.
 *
 * @param status the HTTP status
 * @param problems what is wrong, at least one
 */
record Refusal(int status, List<InputProblem> problems) {
    private static Refusal of(int status, String type, List<Object> location, String message, String input) {
        return new Refusal(status, List.of(new InputProblem(type, location, message, input)));
    }

    /** All problems in one text. */
    String text() {
        return problems.stream().map(InputProblem::toString).collect(Collectors.joining("; "));
    }

    /** The same for protocols that have no 422. */
    Refusal asBadRequest() {
        return status == 422 ? new Refusal(400, problems) : this;
    }

    static Refusal unknownPath(String path, String known) {
        return of(404, "not_found", List.of("path"), "expected: " + known, path);
    }

    static Refusal method(String method, String allowed) {
        return of(405, "method_not_allowed", List.of("method"), "expected: " + allowed, method);
    }

    static Refusal tooLarge(String length, long limit) {
        return of(413, "too_large", List.of("body"), "expected: at most " + limit + " bytes", length);
    }

    static Refusal mediaType(String header, String value, String expected) {
        return of(415, "media_type", List.of("header", header), "expected: " + expected, value);
    }

    static Refusal expectation(String value) {
        return of(417, "expectation_failed", List.of("header", "expect"), "expected: 100-continue or none", value);
    }

    static Refusal host(String found) {
        return of(400, "host", List.of("header", "host"), "expected: one header 'host' with a name and a port", found);
    }

    static Refusal loadedAlready(String model) {
        return of(409, "conflict", List.of("body", "model_name"), "expected: a model that is not loaded", model);
    }

    static Refusal notLoaded(String model) {
        return of(404, "not_found", List.of("path", "model"), "expected: a model that is loaded", model);
    }

    /** There may be room when another model has been unloaded. */
    static Refusal noMemory(ModelLoadException failure) {
        return of(507, "no_memory", List.of("path", "model"), String.valueOf(failure.getMessage()), "one more model");
    }

    static Refusal badRequest(String type, List<Object> location, String message, String input) {
        return of(400, type, location, message, input);
    }

    /** What the HTTP layer could not read. */
    static Refusal broken(Throwable why) {
        if (why instanceof TooLongHttpLineException) {
            String expected = "expected: at most " + HttpServerOptions.DEFAULT_MAX_INITIAL_LINE_LENGTH + " bytes";
            return of(414, "too_long", List.of("path"), expected, "a line that is longer");
        }
        if (why instanceof TooLongHttpHeaderException) {
            String expected = "expected: at most " + HttpServerOptions.DEFAULT_MAX_HEADER_SIZE + " bytes in all";
            return of(431, "too_long", List.of("header"), expected, "headers that are longer");
        }
        return of(400, "malformed_request", List.of("head"), "expected: that of a request of HTTP", "something else");
    }

    static Refusal otherPort() {
        return of(403, "forbidden", List.of("path"), "expected: the port serve.admin-port", "another port");
    }

    static Refusal foreignPage() {
        String expected = "expected: a page of this server, called by number or as localhost, or one of cors.origins";
        return of(403, "forbidden", List.of("header", "origin"), expected, "a page of another origin");
    }

    /** What the gate says. */
    static Refusal of(Refused refused) {
        return switch (refused.reason()) {
            case UNAUTHENTICATED ->
                of(
                        401,
                        "unauthenticated",
                        List.of("header", "authorization"),
                        refused.message(),
                        "no valid credentials");
            case FORBIDDEN -> of(403, "forbidden", List.of("path"), refused.message(), "another scope");
            case RATE_LIMITED -> of(429, "rate_limited", List.of("header"), refused.message(), "too many requests");
        };
    }

    /** What a failure means for whoever sent the request; a failure that is not theirs is 500 and says nothing of it. */
    static Refusal of(Throwable failure) {
        if (failure instanceof InputException refused) {
            return new Refusal(422, refused.problems());
        }
        if (failure instanceof MalformedJsonException broken) {
            return badRequest(
                    "json_invalid",
                    List.of("body", "line " + broken.line(), "column " + broken.column()),
                    String.valueOf(broken.getMessage()),
                    "text that is not JSON");
        }
        if (failure instanceof RefusedInputException refused) {
            return of(422, "value_error", List.of("body"), String.valueOf(refused.getMessage()), "a value it refuses");
        }
        if (failure instanceof EngineException engine && engine.refusesInput()) {
            String expected = "expected: values that the model takes, such as indices within its tables";
            return of(422, "value_error", List.of("body"), expected, "values that it refuses");
        }
        if (failure instanceof ModelNotFoundException missing) {
            return of(
                    404,
                    "not_found",
                    List.of("path", missing.part()),
                    "expected: " + missing.expected(),
                    missing.value());
        }
        if (failure instanceof ModelUnavailableException away) {
            return of(
                    503,
                    "unavailable",
                    List.of("path", "model"),
                    String.valueOf(away.getMessage()),
                    "a model that is not ready");
        }
        if (failure instanceof ModelNotLoadedException || failure instanceof ModelOnDemandException) {
            return of(
                    503,
                    "unavailable",
                    List.of("path", "model"),
                    String.valueOf(failure.getMessage()),
                    "a model that is not loaded");
        }
        if (failure instanceof OverloadedException full) {
            return of(
                    429, "overloaded", List.of("path", "model"), String.valueOf(full.getMessage()), "one more request");
        }
        if (failure instanceof DeadlineExceededException late) {
            String message = String.valueOf(late.getMessage());
            return of(504, "deadline_exceeded", List.of("header", "slipway-timeout"), message, "the time given");
        }
        if (failure instanceof ModelLoadException broken) {
            return badRequest("load_failed", List.of("path", "model"), String.valueOf(broken.getMessage()), "load");
        }
        if (failure instanceof FixedModelsException fixed) {
            return of(
                    501,
                    "unsupported",
                    List.of("path"),
                    String.valueOf(fixed.getMessage()),
                    "a change of what is served");
        }
        if (failure instanceof NoTrafficRuleException none) {
            return of(404, "not_found", List.of("path", "model"), String.valueOf(none.getMessage()), "traffic");
        }
        String kind = failure instanceof SlipwayException ? "the model failed" : "the server failed";
        return of(500, "internal", List.of(), kind + "; the server's log says more", "a valid request");
    }
}
