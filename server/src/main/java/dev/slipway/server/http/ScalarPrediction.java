package dev.slipway.server.http;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.slipway.graph.Shape;
import dev.slipway.graph.SlipwayException;
import dev.slipway.server.http.Predictions.Coding;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.Elements;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.json.NonFinite;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelOnDemandException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.openapi.ScalarModel;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * {@code GET /prediction/{input_value}}: one number in, {@code {"prediction": [[number]]}} out, for the first served model that
 * takes and gives one number a row.
 */
public final class ScalarPrediction implements Endpoint {
    private static final String PREFIX = "/prediction/";

    private static final byte[] BEFORE = "{\"prediction\":[[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEHIND = "]]}".getBytes(StandardCharsets.US_ASCII);

    /** Java's own grammar of floats has more than digits: spaces, hexadecimal, suffixes. Possessive, so never slow. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?+(?:\\d++\\.?+\\d*+|\\.\\d++)(?:[eE][+-]?+\\d++)?+");

    private final ModelRepository models;
    private final InferenceService service;
    private final Predictions predictions;

    /** Found once for each state of the repository. */
    private Object snapshot = new Object();

    private Optional<ModelAddress> model = Optional.empty();

    /**
     * The endpoint for an event loop.
     *
     * @param predictions the event loop's predictions
     */
    public ScalarPrediction(Predictions predictions) {
        this.models = predictions.models();
        this.service = predictions.service();
        this.predictions = predictions;
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
    public List<String> routes() {
        return List.of(PREFIX + "{input_value}");
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
        exchange.speaks("scalar");
        if (predictions.traffic().decides(asked)) {
            predictAsOthersDo(exchange, asked, number);
            return;
        }
        Lease lease;
        try {
            lease = models.lease(asked);
        } catch (ModelOnDemandException asleep) {
            predictAsOthersDo(exchange, asked, number);
            return;
        } catch (SlipwayException e) {
            exchange.fail(e);
            return;
        }
        exchange.about(lease, "scalar");
        exchange.record(() -> json(number));
        service.predict(lease, number, ScalarPrediction::encode).onComplete(exchange::ok, exchange::fail);
    }

    /** The long way: a rule may send the request to any version, and copy it; a version may have to be loaded. */
    private void predictAsOthersDo(Exchange exchange, ModelAddress asked, float number) {
        predictions
                .predict(
                        exchange,
                        "scalar",
                        asked,
                        json(number).getBytes(StandardCharsets.US_ASCII),
                        model -> coding(exchange, model, number))
                .onSuccess(exchange::ok)
                .onFailure(exchange::fail);
    }

    /** What whoever logs requests sees of one without a body. */
    private static String json(float number) {
        return "{\"input_value\":" + text(number) + "}";
    }

    private static Coding<PredictRequest, Buffer> coding(Exchange exchange, ServedModel model, float number) {
        if (ScalarModel.find(List.of(model)).isEmpty()) {
            throw refused(
                    "signature",
                    "expected: a version of one number in and one number out, which version " + model.version()
                            + " of '" + model.name() + "' is not; see its traffic rule",
                    RequestLog.printable(exchange.path()));
        }
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.nativeOrder());
        Elements elements = new Elements(bytes.putFloat(number).flip(), List.of());
        PredictRequest request =
                new PredictRequest(PredictRequest.Form.ROWS, List.of(Shape.of(1, 1)), List.of(elements));
        return new Coding<>(
                0,
                () -> request,
                Function.identity(),
                (any, results) -> encode((float) results.get(0).element(0)));
    }

    private static float parse(String text) {
        Optional<Double> named = NonFinite.parse(text);
        if (named.isPresent()) {
            return named.get().floatValue();
        }
        if (!isDecimal(text) && !NUMBER.matcher(text).matches()) {
            throw refused("float_parsing", "expected: a number", text);
        }
        float number = Float.parseFloat(text);
        if (!Float.isFinite(number)) {
            throw refused("finite_number", "expected: a number within the range of float32", text);
        }
        return number;
    }

    /** Whether it is one of the numbers that most clients send: digits, perhaps with a sign, perhaps with more behind a point. */
    private static boolean isDecimal(String text) {
        int digits = 0;
        int points = 0;
        for (int i = text.startsWith("-") ? 1 : 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each >= '0' && each <= '9') {
                digits++;
            } else if (each != '.' || ++points > 1) {
                return false;
            }
        }
        return digits > 0;
    }

    private static InputException refused(String type, String message, String text) {
        return new InputException(
                List.of(new InputProblem(type, List.of("path", "input_value"), message, InputProblem.cut(text))));
    }

    /** Put together as bytes: a text would be made only to be made bytes. */
    @SuppressWarnings("deprecation")
    private static Buffer encode(float number) {
        String text = text(number);
        byte[] answer = new byte[BEFORE.length + text.length() + BEHIND.length];
        System.arraycopy(BEFORE, 0, answer, 0, BEFORE.length);
        text.getBytes(0, text.length(), answer, BEFORE.length);
        System.arraycopy(BEHIND, 0, answer, BEFORE.length + text.length(), BEHIND.length);
        return Buffer.buffer(answer);
    }

    private static String text(float number) {
        return Float.isFinite(number) ? NumberOutput.toString(number, true) : "\"" + number + "\"";
    }
}
