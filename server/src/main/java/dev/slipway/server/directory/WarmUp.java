package dev.slipway.server.directory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.PredictRequestReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Requests that a model answers before anybody else's: {@code warmup.json} beside its file, a list of bodies of {@code
 * POST /v1/models/{name}:predict}. A model that cannot answer them is not served.
 */
final class WarmUp {
    private static final ObjectMapper JSON = new ObjectMapper();

    private WarmUp() {}

    /**
     * Sends a model its recorded requests, if there are any.
     *
     * @throws IllegalArgumentException if one fails
     */
    static void run(ServedModel model, Path file) {
        Path recorded = file.resolveSibling("warmup.json");
        if (!Files.isRegularFile(recorded)) {
            return;
        }
        JsonNode requests = read(recorded);
        PredictRequestReader reader = new PredictRequestReader(model.inputs());
        for (int i = 0; i < requests.size(); i++) {
            try {
                byte[] body = requests.get(i).toString().getBytes(StandardCharsets.UTF_8);
                InferenceService.tryOut(model, reader.read(body), results -> results.size());
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("warmup.json: request " + i + " fails: " + e.getMessage(), e);
            }
        }
    }

    private static JsonNode read(Path recorded) {
        try {
            JsonNode requests = JSON.readTree(Files.readAllBytes(recorded));
            if (!requests.isArray()) {
                throw new IllegalArgumentException("warmup.json: not a list (expected: a list of bodies of requests)");
            }
            return requests;
        } catch (IOException e) {
            throw new IllegalArgumentException("warmup.json cannot be read: " + e.getMessage(), e);
        }
    }
}
