package dev.slipway.server.http;

import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.traffic.RuleReader;
import dev.slipway.server.traffic.Traffic;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rule of a model's traffic by request: {@code GET}, {@code PUT} and {@code DELETE /v2/repository/models/{name}/traffic}, and
 * {@code POST /v2/repository/models/{name}/traffic/reset}, which gives a variant that was rolled back its share again. Each but
 * DELETE answers with the rule in force and what came of it.
 */
public final class TrafficControl implements Endpoint {
    private static final Pattern PATH =
            Pattern.compile("/v2/repository/models/(?<name>[^/]+)/traffic(?<reset>/reset|)");

    private final ModelRepository models;
    private final Traffic traffic;
    private final Context loop;
    private final long maxBodyBytes;

    /**
     * The endpoint for an event loop.
     *
     * @param models the served models
     * @param loop the event loop's context
     * @param maxBodyBytes the longest body read
     */
    public TrafficControl(ModelRepository models, Context loop, long maxBodyBytes) {
        this.models = models;
        this.traffic = Traffic.of(models);
        this.loop = loop;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public List<String> routes() {
        return List.of("/v2/repository/models/{model}/traffic", "/v2/repository/models/{model}/traffic/reset");
    }

    @Override
    public boolean handle(Exchange exchange) {
        Matcher path = PATH.matcher(exchange.path());
        if (!path.matches()) {
            return false;
        }
        boolean reset = !path.group("reset").isEmpty();
        if (reset ? exchange.requirePost() : isKnown(exchange)) {
            if (exchange.requireAdmin()) {
                exchange.readBody(maxBodyBytes, body -> answer(exchange, path.group("name"), reset, body));
            }
        }
        return true;
    }

    private static boolean isKnown(Exchange exchange) {
        boolean known = exchange.isGet() || exchange.isPut() || exchange.isDelete();
        if (!known) {
            exchange.refuseMethod("GET, HEAD, PUT, DELETE");
        }
        return known;
    }

    private void answer(Exchange exchange, String rawName, boolean reset, byte[] body) {
        boolean put = exchange.isPut();
        boolean delete = exchange.isDelete();
        // A rule may be kept in a file, which an event loop does not wait for.
        loop.executeBlocking(
                        () -> {
                            String name = PathSegment.require(rawName);
                            if (reset) {
                                traffic.reset(name);
                            } else if (delete) {
                                traffic.remove(name);
                                return "{}";
                            } else if (put) {
                                // Where nobody can add a version there is nothing to choose from.
                                models.source(name);
                                traffic.put(name, RuleReader.read(body));
                            }
                            return traffic.describe(name).toString();
                        },
                        false)
                .onSuccess(answer -> exchange.ok(Buffer.buffer(answer)))
                .onFailure(exchange::failAsBadRequest);
    }
}
