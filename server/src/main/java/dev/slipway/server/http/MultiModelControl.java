package dev.slipway.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.graph.SlipwayException;
import dev.slipway.server.inference.ModelChange;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.MalformedJsonException;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelLoadException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelSource;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Lets models come and go as SageMaker asks for it: {@code POST /models} with {@code {"model_name", "url"}} and {@code DELETE
 * /models/{name}}. A URL is a path in the directory of models; nothing outside of it is looked at.
 *
 * <p>Source: SageMaker, "Custom containers contract for multi-model endpoints". Its statuses: 409 for what is loaded already, 507
 * where there is no memory, 404 for what is not there.
 */
public final class MultiModelControl {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModelRepository models;
    private final Context loop;
    private final long maxBodyBytes;

    /**
     * The part of {@link Scoring} that changes what is served.
     *
     * @param models the served models
     * @param loop the event loop's context
     * @param maxBodyBytes the longest body read
     */
    public MultiModelControl(ModelRepository models, Context loop, long maxBodyBytes) {
        this.models = models;
        this.loop = loop;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** What is to be loaded, and where it lies. */
    private record Wanted(String name, Path place) {
        static Wanted read(byte[] body) {
            try {
                JsonNode request = JSON.readTree(new String(body, UTF_8));
                return new Wanted(text(request, "model_name"), Path.of(text(request, "url")));
            } catch (JsonProcessingException e) {
                throw new MalformedJsonException(e);
            } catch (InvalidPathException e) {
                throw new InputException("url", List.of("body", "url"), "expected: a path", e.getInput());
            }
        }

        private static String text(JsonNode request, String field) {
            JsonNode value = request.path(field);
            if (!value.isTextual()) {
                String found = value.isMissingNode() ? "nothing" : "something else";
                throw new InputException("string_type", List.of("body", field), "expected: text", found);
            }
            return value.textValue();
        }
    }

    /** Answers {@code POST /models}, and refuses other methods. */
    void load(Exchange exchange) {
        if (!exchange.isPost()) {
            exchange.refuseMethod("GET, HEAD, POST");
        } else if (exchange.requireAdmin()) {
            exchange.readJson(maxBodyBytes, body -> load(exchange, body));
        }
    }

    private void load(Exchange exchange, byte[] body) {
        try {
            Wanted wanted = Wanted.read(body);
            ModelSource source = models.source(wanted.name());
            if (models.answers(ModelAddress.of(wanted.name()))) {
                exchange.refuse(Refusal.loadedAlready(wanted.name()));
                return;
            }
            change(exchange, ModelChange.LOAD, () -> source.load(wanted.name(), wanted.place()));
        } catch (SlipwayException e) {
            exchange.failAsBadRequest(e);
        }
    }

    /** Answers {@code DELETE /models/{name}}, and refuses other methods. */
    void unload(Exchange exchange, String rawName) {
        if (!exchange.isDelete()) {
            exchange.refuseMethod("GET, HEAD, DELETE");
        } else if (exchange.requireAdmin()) {
            exchange.readBody(maxBodyBytes, nothing -> unloadNamed(exchange, rawName));
        }
    }

    private void unloadNamed(Exchange exchange, String rawName) {
        try {
            String name = PathSegment.require(rawName);
            ModelSource source = models.source(name);
            if (models.answers(ModelAddress.of(name))) {
                change(exchange, ModelChange.UNLOAD, () -> source.unload(name));
            } else {
                exchange.refuse(Refusal.notLoaded(name));
            }
        } catch (SlipwayException e) {
            exchange.failAsBadRequest(e);
        }
    }

    private void change(Exchange exchange, ModelChange change, Runnable work) {
        change.on(loop, work)
                .onSuccess(done -> exchange.ok(Buffer.buffer("{}")))
                .onFailure(failure -> {
                    if (failure instanceof ModelLoadException broken && broken.isForWantOfMemory()) {
                        exchange.refuse(Refusal.noMemory(broken));
                    } else {
                        exchange.failAsBadRequest(failure);
                    }
                });
    }
}
