package dev.slipway.server.http;

import dev.slipway.graph.SlipwayException;
import dev.slipway.server.inference.ModelChange;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets models come and go by request: {@code POST /v2/repository/models/{name}/load} and {@code /unload}.
 *
 * <p>Source: Triton's model repository extension of the Open Inference Protocol. Differs from it in that a load cannot bring
 * files or a configuration with it.
 */
public final class RepositoryControl implements Endpoint {
    private static final Pattern PATH = Pattern.compile("/v2/repository/models/(?<name>[^/]+)/(?<what>load|unload)");

    private final ModelRepository models;
    private final Context loop;
    private final long maxBodyBytes;

    /**
     * The endpoint for an event loop.
     *
     * @param models the served models
     * @param loop the event loop's context
     * @param maxBodyBytes the longest body read
     */
    public RepositoryControl(ModelRepository models, Context loop, long maxBodyBytes) {
        this.models = models;
        this.loop = loop;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public List<String> routes() {
        return List.of("/v2/repository/models/{model}/load", "/v2/repository/models/{model}/unload");
    }

    @Override
    public boolean handle(Exchange exchange) {
        Matcher path = PATH.matcher(exchange.path());
        if (!path.matches()) {
            return false;
        }
        if (exchange.requirePost() && exchange.requireAdmin()) {
            exchange.readBody(maxBodyBytes, body -> change(exchange, path.group("name"), path.group("what"), body));
        }
        return true;
    }

    private void change(Exchange exchange, String rawName, String what, byte[] body) {
        try {
            String name = PathSegment.require(rawName);
            RepositoryRequest.refuseFiles(body);
            ModelSource source = models.source(name);
            Future<Void> change = what.equals("load")
                    ? ModelChange.LOAD.on(loop, () -> source.load(name))
                    : ModelChange.UNLOAD.on(loop, () -> source.unload(name));
            change.onSuccess(done -> exchange.ok(Buffer.buffer("{}"))).onFailure(exchange::failAsBadRequest);
        } catch (SlipwayException e) {
            exchange.failAsBadRequest(e);
        }
    }
}
