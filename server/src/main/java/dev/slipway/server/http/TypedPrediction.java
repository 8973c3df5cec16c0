package dev.slipway.server.http;

import dev.slipway.graph.SlipwayException;
import dev.slipway.server.http.Predictions.Coding;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.RowsReader;
import dev.slipway.server.json.RowsWriter;
import dev.slipway.server.models.ModelAddress;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code POST /models/{name}/predict} and {@code /models/{name}/versions/{version}/predict}: an object whose fields are the
 * model's inputs is answered by one whose fields are its outputs, a list of them by a list.
 */
public final class TypedPrediction implements Endpoint {
    private static final Pattern PATH =
            Pattern.compile("/models/(?<name>[^/]+)(?:/versions/(?<version>[^/]+))?/predict");

    private final Predictions predictions;
    private final KnownPaths<ModelAddress> paths = KnownPaths.of(PATH, TypedPrediction::address);

    /** A model's reader and writer. */
    private record Codec(RowsReader reader, RowsWriter writer) {
        static Codec of(ServedModel model) {
            return new Codec(new RowsReader(model.inputs()), new RowsWriter(model.outputs()));
        }
    }

    /**
     * The endpoint for an event loop.
     *
     * @param predictions the event loop's predictions
     */
    public TypedPrediction(Predictions predictions) {
        this.predictions = predictions;
    }

    @Override
    public List<String> routes() {
        return List.of("/models/{model}/predict", "/models/{model}/versions/{version}/predict");
    }

    @Override
    public boolean handle(Exchange exchange) {
        try {
            Optional<ModelAddress> asked = paths.find(exchange.path());
            if (asked.isEmpty()) {
                return false;
            }
            if (exchange.requirePost()) {
                predict(exchange, asked.get());
            }
        } catch (SlipwayException e) {
            // What cannot be read in the path is found before the method is looked at, and counts less.
            if (exchange.requirePost()) {
                exchange.fail(e);
            }
        }
        return true;
    }

    private static ModelAddress address(Matcher path) {
        return new ModelAddress(
                PathSegment.require(path.group("name")),
                Optional.ofNullable(path.group("version")).map(PathSegment::require),
                Optional.empty());
    }

    private void predict(Exchange exchange, ModelAddress address) {
        predictions.requireRoom(exchange, "typed", address);
        exchange.readJson(
                predictions.maxBodyBytes(),
                body -> predictions
                        .predict(exchange, "typed", address, body, model -> coding(model, body))
                        .onSuccess(exchange::ok)
                        .onFailure(exchange::fail));
    }

    private static Coding<RowsReader.Rows, Buffer> coding(ServedModel model, byte[] body) {
        Codec codec = model.companion(Codec.class, Codec::of);
        return new Coding<>(
                body.length,
                () -> codec.reader().read(body),
                RowsReader.Rows::tensors,
                (rows, results) -> Buffer.buffer(codec.writer().write(rows.isList(), results)));
    }
}
