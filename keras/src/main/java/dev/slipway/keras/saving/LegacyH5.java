package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Origin;
import dev.slipway.runtime.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A {@code .h5} file as Keras 1, 2 and 3 write it: the document in attributes of the root, the weights of each layer listed by
 * the attribute {@code weight_names} of its group.
 *
 * <p>Source: {@code keras.src.legacy.saving.legacy_h5_format} of Keras 3.
 */
final class LegacyH5 extends KerasFile {
    private static final String WEIGHTS = "model_weights";
    private static final String OPTIMIZER = "optimizer_weights";

    private final Hdf5Reader reader;
    private final String version;
    private final ObjectNode written;
    private final ObjectNode config;
    private final Dialect dialect;
    private final LegacyWeights weights;
    private List<StoredVariable> expected = List.of();

    private LegacyH5(Path path, Hdf5Reader reader, ReadLimits limits) {
        super(path, limits);
        this.reader = reader;
        this.written = reader.text("", "model_config")
                .map(text -> parse("model_config", text.getBytes(StandardCharsets.UTF_8)))
                .orElseThrow(() -> new MalformedFileException(
                        path,
                        "no model_config: only weights (expected: a whole model, as model.save writes it; or its"
                                + " configuration as model.json, with this file as its weights)"));
        String said = reader.text("", "keras_version")
                .or(() -> reader.text(WEIGHTS, "keras_version"))
                .orElse("");
        this.version = Dialect.version(said, written);
        this.dialect = Dialect.of(path.toString(), version, written);
        this.config = dialect.toKeras3(written, version, backend());
        this.weights = new LegacyWeights(path, reader, WEIGHTS, dialect);
    }

    static LegacyH5 openLegacy(Path path, ReadLimits limits) {
        Hdf5Reader reader = Hdf5Reader.open(path, limits);
        try {
            return new LegacyH5(path, reader, limits);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    @Override
    public ObjectNode architecture() {
        return config;
    }

    /** {@code training_config} says the same as {@code compile_config} in other words. */
    @Override
    public Optional<ObjectNode> compileConfig() {
        return reader.text("", "training_config").map(text -> {
            ObjectNode compile = parse("training_config", text.getBytes(StandardCharsets.UTF_8));
            JsonNode optimizer = compile.remove("optimizer_config");
            if (optimizer != null) {
                compile.set("optimizer", optimizer);
            }
            compile.remove("sample_weight_mode");
            return dialect == Dialect.KERAS_3 ? compile : Keras2Training.compileConfig(compile, version);
        });
    }

    @Override
    public Origin origin() {
        return dialect.origin(version, reader.text("", "backend").orElse(""), MissingNode.getInstance(), written);
    }

    @Override
    public String kerasVersion() {
        return version;
    }

    @Override
    public boolean stores(StoredVariable variable) {
        return variable.legacyIndex() >= 0;
    }

    @Override
    public void expect(List<StoredVariable> variables) {
        super.expect(variables);
        weights.expect(variables);
        expected = variables;
    }

    @Override
    public Optional<OldForm> oldForm() {
        if (dialect == Dialect.KERAS_3) {
            return Optional.empty();
        }
        return weights.places()
                .map(places -> new OldForm(
                        written,
                        reader.text("", "training_config"),
                        version,
                        reader.text("", "backend").orElse(""),
                        weights.layerNames(),
                        places,
                        expected));
    }

    @Override
    public Tensor read(StoredVariable variable) {
        return weights.read(variable);
    }

    @Override
    public List<Content> optimizerVariables(List<StoredVariable> trained) {
        List<String> names = reader.longList(OPTIMIZER, "weight_names");
        if (dialect == Dialect.KERAS_3) {
            return names.stream().<Content>map(Variable::new).toList();
        }
        JsonNode optimizer =
                compileConfig().map(compile -> compile.path("optimizer")).orElse(MissingNode.getInstance());
        return Keras2Slots.inOrder(names, optimizer, trained.size()).stream()
                .map(variable -> switch (variable.kind()) {
                    case NO_STEPS -> new Scalar(0);
                    case CONFIGURED_RATE ->
                        new Scalar(optimizer.at("/config/learning_rate").asDouble());
                    case STORED -> new Variable(variable.name());
                    case SLOT -> new Slot(variable.name(), trained.get(variable.weight()));
                })
                .toList();
    }

    private class Variable implements Content {
        final String name;

        Variable(String name) {
            this.name = name;
        }

        @Override
        public Shape shape() {
            return reader.shape(OPTIMIZER + "/" + name);
        }

        @Override
        public Tensor read(DataType type, Shape shape) {
            return reader.read(OPTIMIZER + "/" + name, type, shape);
        }
    }

    /** Slots of old versions have the shapes that weights had there, such as those of cuDNN or of single gates. */
    private final class Slot extends Variable {
        private final StoredVariable weight;

        Slot(String name, StoredVariable weight) {
            super(name);
            this.weight = weight;
        }

        @Override
        public Tensor read(DataType type, Shape shape) {
            Shape stored = shape();
            boolean isRearranged = dialect == Dialect.KERAS_1 && weight.owner().isConvolution();
            if (!stored.equals(shape) && !isRearranged) {
                throw new ConfigException("optimizer: " + name + " of shape " + stored + " (expected: " + shape
                        + ", as the weights have now)");
            }
            return weights.slot(OPTIMIZER, name, weight);
        }
    }

    /** What the file has among the options only, or not at all. */
    private record Scalar(double value) implements Content {
        @Override
        public Shape shape() {
            return Shape.scalar();
        }

        @Override
        public Tensor read(DataType type, Shape shape) {
            return Tensor.of(Shape.scalar(), value).cast(type);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
