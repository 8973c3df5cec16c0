package dev.slipway.keras.saving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Weights in several files: a {@code .weights.json} says under {@code weight_map} which {@code .weights.h5} files beside it have
 * variables of a group, {@code /layers/dense/vars}; one name or a list.
 *
 * <p>Source: {@code ShardedH5IOStore} of Keras 3.10 and later.
 */
final class ShardedWeights implements AutoCloseable {
    private static final String ENDING = ".json";

    /** No name of another directory or, on Windows, of another drive. */
    private static final Pattern BESIDE = Pattern.compile("[^/\\\\:\\p{Cntrl}]+\\.h5");

    private final Path path;
    private final JsonNode files;
    private final ReadLimits limits;
    private final Map<String, Hdf5Reader> open = new HashMap<>();

    private ShardedWeights(Path path, JsonNode files, ReadLimits limits) {
        this.path = path;
        this.files = files;
        this.limits = limits;
    }

    /** Whether a file says where others have weights. */
    static boolean isOne(Path path) {
        return path.toString().endsWith(ENDING);
    }

    static Map<String, Tensor> read(Path path, List<StoredVariable> variables, ReadLimits limits) {
        Map<String, Tensor> contents = new LinkedHashMap<>();
        try (ShardedWeights shards = new ShardedWeights(path, files(path, limits), limits)) {
            for (StoredVariable variable : variables) {
                Optional<Hdf5Reader> shard = shards.find(variable.archivePath());
                if (shard.isPresent()) {
                    Tensor found = shard.get().read(variable.archivePath(), variable.type(), variable.shape());
                    contents.put(variable.path(), found);
                } else if (variable.legacyIndex() >= 0) {
                    throw new MalformedFileException(
                            path,
                            "weight '" + variable.path() + "' in none of its files, at " + variable.archivePath());
                }
            }
        }
        return contents;
    }

    private static JsonNode files(Path path, ReadLimits limits) {
        try {
            if (Files.size(path) > limits.configBytes()) {
                throw new MalformedFileException(
                        path, Files.size(path) + " bytes (expected: <= " + limits.configBytes() + ")");
            }
            JsonNode map =
                    KerasFile.mapper(limits).readTree(Files.readAllBytes(path)).path("weight_map");
            if (map.isObject()) {
                return map;
            }
            throw new MalformedFileException(path, "no weight_map (expected: a .weights.json file of Keras 3)");
        } catch (JsonProcessingException e) {
            throw new MalformedFileException(path, "not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The file that has a variable. */
    private Optional<Hdf5Reader> find(String place) {
        String group = "/" + place.substring(0, place.lastIndexOf('/'));
        JsonNode named = files.has(group) ? files.get(group) : MissingNode.getInstance();
        List<String> names = new ArrayList<>();
        if (named.isTextual()) {
            names.add(named.textValue());
        }
        named.forEach(name -> names.add(name.asText("")));
        return names.stream()
                .map(this::shard)
                .filter(shard -> shard.exists(place))
                .findFirst();
    }

    private Hdf5Reader shard(String name) {
        if (!BESIDE.matcher(name).matches()) {
            throw new MalformedFileException(path, "'" + name + "' (expected: the name of a .h5 file beside it)");
        }
        return open.computeIfAbsent(name, n -> Hdf5Reader.open(path.resolveSibling(n), limits));
    }

    @Override
    public void close() {
        open.values().forEach(Hdf5Reader::close);
    }
}
