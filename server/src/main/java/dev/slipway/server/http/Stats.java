package dev.slipway.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.SlipwayException;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.VersionStatus;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** {@code GET /stats} and {@code GET /stats/{model}}: what every version of every model, or of one, has done. */
public final class Stats implements Endpoint {
    private static final String ALL = "/stats";
    private static final String ONE = "/stats/";

    private final ModelRepository models;
    private final String version;
    private final long startedMillis = System.currentTimeMillis();

    /**
     * The endpoint for an event loop.
     *
     * @param models the served models
     * @param version the server's version
     */
    public Stats(ModelRepository models, String version) {
        this.models = models;
        this.version = version;
    }

    @Override
    public List<String> routes() {
        return List.of(ALL, ONE + "{model}");
    }

    @Override
    public boolean handle(Exchange exchange) {
        String path = exchange.path();
        if (!path.equals(ALL) && !path.startsWith(ONE)) {
            return false;
        }
        if (exchange.requireGet()) {
            try {
                List<VersionStatus> asked = path.equals(ALL)
                        ? models.index()
                        : models.versions(PathSegment.require(path.substring(ONE.length())));
                exchange.ok(Buffer.buffer(write(asked).toString()));
            } catch (SlipwayException e) {
                exchange.fail(e);
            }
        }
        return true;
    }

    private ObjectNode write(List<VersionStatus> versions) {
        long now = System.currentTimeMillis();
        ObjectNode stats = JsonNodeFactory.instance.objectNode();
        stats.put("server_version", version).put("uptime_seconds", (now - startedMillis) / 1000);
        ArrayNode all = stats.putArray("models");
        for (VersionStatus each : versions) {
            all.add(StatsJson.of(each, models.find(ModelAddress.version(each.name(), each.version())), now));
        }
        return stats;
    }
}
