package dev.slipway.server.http;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.slipway.graph.SlipwayException;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.json.NonFinite;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.openapi.ScalarModel;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code GET /prediction/{input_value}}: one number in, {@code {"prediction": [[number]]}} out, for the first served model that
 * takes and gives one number a row.
 */
public final class ScalarPrediction implements Endpoint {
    private static final String PREFIX = "/prediction/";

    /** Java's own grammar of floats has more than digits: spaces, hexadecimal, suffixes. Possessive, so never slow. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?+(?:\\d++\\.?+\\d*+|\\.\\d++)(?:[eE][+-]?+\\d++)?+");

    private final ModelRepository models;
    private final InferenceService service;

    /** Found once for each state of the repository. */
    private Object snapshot = new Object();

    private Optional<ModelAddress> model = Optional.empty();

    /**
     * The endpoint for an event loop.
     *
     * @param models the served models
     * @param service the event loop's predictions
     */
    public ScalarPrediction(ModelRepository models, InferenceService service) {
        this.models = models;
        this.service = service;
    }

    private Optional<ModelAddress> model() {
        Object now = models.snapshot();
        if (now != snapshot) {
            model = ScalarModel.find(models.latest()).map(found -> ModelAddress.of(found.name()));
            snapshot = now;
        }
        return model;
    }

    @Override
    public boolean handle(Exchange exchange) {
        String path = exchange.path();
        if (!path.startsWith(PREFIX)) {
            return false;
        }
        if (!exchange.requireGet()) {
            return true;
        }
        Optional<ModelAddress> asked = model();
        if (asked.isEmpty()) {
            exchange.refuse(Refusal.unknownPath(
                    path, "a served model of one number in and one number out, for which there is none"));
            return true;
        }
        float number;
        try {
            number = parse(PathSegment.decode(path.substring(PREFIX.length())));
        } catch (InputException e) {
            exchange.fail(e);
            return true;
        } catch (IllegalArgumentException e) {
            exchange.refuse(Refusal.badRequest(
                    "url_invalid", List.of("path", "input_value"), "expected: valid percent-encoding", path));
            return true;
        }
        predict(exchange, asked.get(), number);
        return true;
    }

    private void predict(Exchange exchange, ModelAddress asked, float number) {
        Lease lease;
        try {
            lease = models.lease(asked);
        } catch (SlipwayException e) {
            exchange.fail(e);
            return;
        }
        exchange.about(lease, "scalar");
        exchange.record(() -> "{\"input_value\":" + text(number) + "}");
        service.predict(lease, number, ScalarPrediction::encode)
                .onSuccess(exchange::ok)
                .onFailure(exchange::fail);
    }

    private static float parse(String text) {
        Optional<Double> named = NonFinite.parse(text);
        if (named.isPresent()) {
            return named.get().floatValue();
        }
        if (!NUMBER.matcher(text).matches()) {
            throw refused("float_parsing", "expected: a number", text);
        }
        float number = Float.parseFloat(text);
        if (!Float.isFinite(number)) {
            throw refused("finite_number", "expected: a number within the range of float32", text);
        }
        return number;
    }

    private static InputException refused(String type, String message, String text) {
        return new InputException(
                List.of(new InputProblem(type, List.of("path", "input_value"), message, InputProblem.cut(text))));
    }

    private static Buffer encode(float number) {
        return Buffer.buffer("{\"prediction\":[[" + text(number) + "]]}");
    }

    private static String text(float number) {
        return Float.isFinite(number) ? NumberOutput.toString(number, true) : "\"" + number + "\"";
    }
}
