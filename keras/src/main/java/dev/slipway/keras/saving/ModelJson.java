package dev.slipway.keras.saving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Origin;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An architecture without weights, as {@code model.to_json()} of Keras 1, 2 or 3 gives it, {@code model.to_yaml()} of Keras 1 or
 * 2, or {@code model.get_config()}.
 *
 * @param architecture the model in Keras 3's form
 * @param kerasVersion the version of Keras that wrote it; empty if it does not say
 * @param origin what that Keras was, and what it computed with; the newest Keras 3 if nothing tells
 * @param written the model in the form of the Keras that wrote it
 */
public record ModelJson(ObjectNode architecture, String kerasVersion, Origin origin, ObjectNode written) {
    /**
     * Reads a file.
     *
     * @param file a {@code .json} file, or a {@code .yaml} one
     * @param limits how much it may ask for
     * @return the architecture
     * @throws MalformedFileException if it is neither JSON nor YAML, or asks for more than the limits allow
     * @throws dev.slipway.keras.config.ConfigException if it is of a version before 1.0, or has calls or operations that
     *     Keras 3 does not have
     * @throws UncheckedIOException if it cannot be read
     */
    public static ModelJson read(Path file, ReadLimits limits) {
        return of(parse(file, limits), file.toString());
    }

    /**
     * Reads a file, and leaves its architecture as it is written.
     *
     * @param file a {@code .json} file, or a {@code .yaml} one
     * @param limits how much it may ask for
     * @return the architecture in the form of the Keras that wrote it
     * @throws MalformedFileException if it is neither JSON nor YAML, or asks for more than the limits allow
     * @throws UncheckedIOException if it cannot be read
     */
    public static ObjectNode parse(Path file, ReadLimits limits) {
        try {
            if (Files.size(file) > limits.configBytes()) {
                throw new MalformedFileException(
                        file, Files.size(file) + " bytes (expected: <= " + limits.configBytes() + ")");
            }
            JsonNode root = ModelYaml.isNamed(file)
                    ? ModelYaml.read(file, limits)
                    : KerasFile.mapper(limits).readTree(Files.readAllBytes(file));
            // What to_json() gave, written as JSON once more.
            JsonNode model = root.isTextual() ? KerasFile.mapper(limits).readTree(root.textValue()) : root;
            if (model.isArray()) {
                model = Config.json().put("class_name", "Sequential").set("config", model);
            }
            if (model instanceof ObjectNode object) {
                return object;
            }
            throw new MalformedFileException(file, "neither a JSON object nor a list (expected: a model)");
        } catch (JsonProcessingException e) {
            throw new MalformedFileException(file, "not JSON: " + e.getOriginalMessage(), e);
        } catch (CharConversionException e) {
            throw new MalformedFileException(file, "not text: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * An architecture that was parsed already.
     *
     * @param written the architecture in the form of any Keras
     * @return it in Keras 3's form
     * @throws dev.slipway.keras.config.ConfigException if it is of a version before 1.0, or has calls or operations that
     *     Keras 3 does not have
     */
    public static ModelJson of(ObjectNode written) {
        return of(written, "architecture");
    }

    private static ModelJson of(ObjectNode written, String place) {
        String version = Dialect.version("", written);
        Dialect dialect = Dialect.of(place, version, written);
        Origin origin =
                dialect.origin(version, written.path("backend").asText(""), written.path("compile_config"), written);
        return new ModelJson(dialect.toKeras3(written, version, origin.backend()), version, origin, written);
    }

    /**
     * How Keras 2 would write a file of this model.
     *
     * @param layers the names of the top-level layers, in order
     * @param variables where each weight lies
     * @return the form; empty if Keras 2 did not write this architecture, or has layers of cuDNN in it, whose weights it
     *     stores in other shapes
     */
    public Optional<OldForm> oldForm(List<String> layers, List<StoredVariable> variables) {
        boolean isOfCudnn = written.findValuesAsText("class_name").stream().anyMatch(name -> name.startsWith("CuDNN"));
        if (!kerasVersion.startsWith("2.") || isOfCudnn) {
            return Optional.empty();
        }
        ObjectNode bare = written.deepCopy();
        bare.remove(List.of("keras_version", "backend"));
        OldWeights form = new OldWeights(Dialect.KERAS_2, origin.backend() == Backend.THEANO);
        Map<String, List<StoredVariable>> byLayer = new TreeMap<>();
        variables.stream()
                .filter(variable -> variable.legacyIndex() >= 0)
                .sorted(Comparator.comparingInt(StoredVariable::legacyIndex))
                .forEach(variable -> byLayer.computeIfAbsent(variable.layer(), none -> new ArrayList<>())
                        .add(variable));
        Map<String, OldPlaces> places = new HashMap<>();
        byLayer.forEach((layer, own) -> places.put(
                layer,
                new OldPlaces(
                        layer,
                        own.stream().map(variable -> variable.path() + ":0").toList(),
                        own.stream().map(StoredVariable::shape).toList(),
                        form)));
        return Optional.of(new OldForm(
                bare, Optional.empty(), kerasVersion, origin.backend().kerasName(), layers, places, variables));
    }
}
