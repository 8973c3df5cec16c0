package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.OnnxWriter;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.RowBuffer;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowStream;
import dev.slipway.keras.layers.DTypePolicy;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.layers.WeightSpec;
import dev.slipway.keras.saving.KerasArchiveWriter;
import dev.slipway.keras.saving.KerasFile;
import dev.slipway.keras.saving.LegacyH5Writer;
import dev.slipway.keras.saving.ModelDocument;
import dev.slipway.keras.saving.ModelJson;
import dev.slipway.keras.saving.OldForm;
import dev.slipway.keras.saving.OldParts;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.keras.saving.TrainingFile;
import dev.slipway.keras.saving.WeightsFile;
import dev.slipway.keras.trainers.Carried;
import dev.slipway.keras.trainers.CompileOptions;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.keras.trainers.Trainer;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network with weights: trains, is judged, predicts.
 *
 * <p>For one thread at a time; {@link #predictor} gives what many threads may use. Owns native memory: whoever makes a
 * model closes it.
 *
 * <p>Source: {@code keras.Model} of Keras 3.
 */
public final class Model implements AutoCloseable {
    private final Network network;

    /** The layers and functions known where the model was read, for what is to be said otherwise in a file. */
    private final LayerRegistry registry;

    private List<Weight> weights;
    private final Carried carried;
    private final Map<String, Tensor> values = new LinkedHashMap<>();
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private @Nullable Training training;
    private @Nullable Predictor predictor;

    /** How the file of an older Keras said this model. */
    private @Nullable OldForm oldForm;

    /** How the file said that it is compiled. */
    private @Nullable CompileSpec compiledAsRead;

    /** Why the file's compile configuration could not be taken over. */
    private @Nullable String untrainable;

    /** What {@link #compile} made. */
    private record Training(CompileSpec spec, OptimizerState optimizer, Trainer trainer) {}

    /** A model whose weights begin as they are given. */
    Model(Network network, LayerRegistry registry, Function<Weight, Tensor> contents) {
        this.network = network;
        this.registry = registry;
        this.weights = weightsOf(network);
        for (Weight weight : weights) {
            values.put(weight.path(), contents.apply(weight));
        }
        this.carried = Carried.of(network, shapes(network), batch(network));
        values.putAll(carried.zeros());
        this.inputs = specs(network.inputs(), network);
        this.outputs = specs(network.outputs(), network);
    }

    static List<Weight> weightsOf(Network network) {
        return Weight.of("", network, shapes(network));
    }

    private static List<Shape> shapes(Network network) {
        return network.inputs().stream().map(KerasTensor::shape).toList();
    }

    /** The rows that the inputs always have, if a file says so of one of them. */
    private static Dimension batch(Network network) {
        return network.inputs().stream()
                .map(input -> input.source().layer())
                .filter(InputLayer.class::isInstance)
                .map(input -> ((InputLayer) input).rows())
                .filter(Dimension::isKnown)
                .findFirst()
                .orElse(Dimension.symbol(InputLayer.BATCH));
    }

    private static List<TensorSpec> specs(List<KerasTensor> tensors, Network network) {
        List<TensorSpec> specs = new ArrayList<>();
        for (KerasTensor tensor : tensors) {
            String base = network.nameOf(tensor.source().layer());
            String name = base;
            for (int i = 1; contains(specs, name); i++) {
                name = base + "_" + i;
            }
            specs.add(new TensorSpec(name, tensor.type(), tensor.shape()));
        }
        return List.copyOf(specs);
    }

    private static boolean contains(List<TensorSpec> specs, String name) {
        return specs.stream().anyMatch(spec -> spec.name().equals(name));
    }

    /**
     * A chain of layers with new weights.
     *
     * @param layers the layers, an {@code InputLayer} first
     * @return the model, to be closed by the caller
     * @throws IllegalArgumentException if a layer does not fit the one before
     */
    public static Model sequential(Layer... layers) {
        return of(Network.sequential("sequential", true, List.of(layers)), 0);
    }

    /**
     * A graph of layer calls with new weights.
     *
     * @param inputs where data enters
     * @param outputs what comes out
     * @return the model, to be closed by the caller
     * @throws IllegalArgumentException if an output depends on an input that is not listed
     */
    public static Model functional(List<KerasTensor> inputs, List<KerasTensor> outputs) {
        return of(Network.functional("functional", true, List.of(), inputs, outputs), 0);
    }

    /**
     * A network with new weights.
     *
     * @param network the network
     * @param seed what the weights are drawn from: the same seed gives the same weights
     * @return the model, to be closed by the caller
     */
    public static Model of(Network network, long seed) {
        return of(network, seed, LayerRegistry.builtIn());
    }

    private static Model of(Network network, long seed, LayerRegistry registry) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Model(network, registry, weight -> initial(weight, random));
    }

    static Tensor initial(Weight weight, SplittableRandom random) {
        WeightSpec spec = weight.spec();
        return spec.initializer().create(spec.type(), spec.shape(), random.split());
    }

    /**
     * A model of an architecture that Keras serialized ({@code model.to_json()}), with new weights.
     *
     * @param architecture the architecture in the form of Keras 1, 2 or 3
     * @param registry the layers known
     * @param seed what the weights are drawn from
     * @return the model, to be closed by the caller
     * @throws dev.slipway.keras.config.ConfigException naming every layer that is not supported
     */
    public static Model fromJson(ObjectNode architecture, LayerRegistry registry, long seed) {
        ModelJson read = ModelJson.of(architecture);
        return of(
                        ArchitectureReader.read(read.architecture(), registry, read.origin(), ReadLimits.defaults()),
                        seed,
                        registry)
                .writtenAs(read)
                .inKerasOrder();
    }

    private Model writtenAs(ModelJson read) {
        read.oldForm(ModelWriter.layerNames(network), StoredVariables.of(network))
                .ifPresent(this::writtenAs);
        return this;
    }

    /** Keeps how a file said this model, for what Keras 3 cannot say. */
    void writtenAs(OldForm form) {
        oldForm = form;
    }

    /** Keeps in mind that the model is compiled as its file said. */
    void keepCompiledAsRead() {
        compiledAsRead = training == null ? null : training.spec();
    }

    /**
     * Reads a model from two files: what {@code model.to_json()} and {@code model.save_weights()} of Keras 1, 2 or 3 gave.
     *
     * @param architecture a {@code .json} file
     * @param weights a file as {@link #loadWeights} takes it
     * @param registry the layers known
     * @param limits how much the files may ask for
     * @return the model, to be closed by the caller
     * @throws dev.slipway.keras.saving.MalformedFileException if a file is broken or the weights are others
     * @throws dev.slipway.keras.config.ConfigException naming every layer that is not supported
     */
    public static Model load(Path architecture, Path weights, LayerRegistry registry, ReadLimits limits) {
        ModelJson read = ModelJson.read(architecture, limits);
        Network network = ArchitectureReader.read(read.architecture(), registry, read.origin(), limits);
        Map<String, Tensor> contents = WeightsFile.read(weights, StoredVariables.of(network), limits);
        SplittableRandom random = new SplittableRandom(0);
        return new Model(network, registry, weight -> {
                    Tensor found = contents.get(weight.path());
                    return found == null ? initial(weight, random) : found;
                })
                .writtenAs(read)
                .inKerasOrder();
    }

    /** This model, or one in its place: weights and what the optimizer remembers were found by the places in the file. */
    private Model inKerasOrder() {
        if (!network.putInKerasOrder()) {
            return this;
        }
        Model arranged = new Model(network, registry, weight -> weight(weight.path()));
        arranged.untrainable = untrainable;
        arranged.oldForm = oldForm == null ? null : oldForm.arranged(StoredVariables.of(network));
        if (training != null) {
            arranged.compile(training.spec());
            arranged.optimizerState().orElseThrow().assign(training.optimizer());
            if (training.spec().equals(compiledAsRead)) {
                arranged.keepCompiledAsRead();
            }
        }
        close();
        return arranged;
    }

    /**
     * Reads a model file, {@code .keras} or {@code .h5}: architecture, weights, how it was compiled, and what its optimizer
     * remembers, so that training goes on where it stopped. If it was compiled with something that is not supported, the
     * model only predicts until it is compiled anew; {@link #untrainable} says why.
     *
     * @param file the file
     * @return the model, to be closed by the caller
     * @throws dev.slipway.keras.saving.MalformedFileException if the file is broken
     * @throws dev.slipway.keras.config.ConfigException naming every layer that is not supported
     */
    public static Model load(Path file) {
        return load(file, LayerRegistry.builtIn());
    }

    /**
     * Reads a model file with layers of the program's own.
     *
     * @param file the file
     * @param registry the layers known
     * @return the model, to be closed by the caller
     * @throws dev.slipway.keras.saving.MalformedFileException if the file is broken
     * @throws dev.slipway.keras.config.ConfigException naming every layer that is not supported
     */
    public static Model load(Path file, LayerRegistry registry) {
        return load(file, registry, ReadLimits.defaults());
    }

    /**
     * Reads a model file of a stranger, or one that is larger than the usual limits allow.
     *
     * @param file the file
     * @param registry the layers known
     * @param limits how much the file may ask for
     * @return the model, to be closed by the caller
     * @throws dev.slipway.keras.saving.MalformedFileException if the file is broken
     * @throws dev.slipway.keras.config.ConfigException naming every layer that is not supported
     */
    public static Model load(Path file, LayerRegistry registry, ReadLimits limits) {
        try (KerasFile stored = KerasFile.open(file, limits)) {
            return ModelReader.read(stored, registry, stored.origin()).inKerasOrder();
        }
    }

    /**
     * Reads a model file for predictions only: neither how the model was compiled nor what its optimizer remembers, and its
     * weights lie in memory once. They go back to the system when the predictor is closed.
     *
     * @param file the file
     * @param engine how it is to run
     * @return the predictor, safe for many threads, to be closed by the caller
     * @throws dev.slipway.keras.saving.MalformedFileException if the file is broken
     * @throws dev.slipway.keras.config.ConfigException naming every layer that is not supported
     */
    public static Predictor loadPredictor(Path file, EngineOptions engine) {
        try (KerasFile stored = KerasFile.open(file, ReadLimits.defaults())) {
            return ModelReader.untrained(stored, LayerRegistry.builtIn(), stored.origin())
                    .handOver(engine);
        }
    }

    /**
     * Reads a model file as what Keras computed with another backend than the file seems to say: a {@code .keras} file of an
     * uncompiled model does not tell, and is taken for PyTorch's.
     *
     * @param file the file
     * @param registry the layers known
     * @param limits how much the file may ask for
     * @param backend what Keras computed with
     * @return the model, to be closed by the caller
     * @throws dev.slipway.keras.saving.MalformedFileException if the file is broken
     * @throws dev.slipway.keras.config.ConfigException naming every layer that is not supported
     */
    public static Model load(Path file, LayerRegistry registry, ReadLimits limits, Backend backend) {
        try (KerasFile stored = KerasFile.open(file, limits)) {
            return ModelReader.read(stored, registry, stored.origin().with(backend))
                    .inKerasOrder();
        }
    }

    /**
     * Writes a file that Keras 3 reads: architecture, weights, how the model is compiled, and what its optimizer remembers.
     * The file appears whole or not at all. Keras 3 has no {@code /} in names of layers, so there it is {@code _}.
     *
     * <p>Of a model that came from an older Keras, what Keras 3 has no word for is said in other words where the results stay the
     * same, such as {@code hard_sigmoid} by other weights. The optimizer then begins anew, as what it remembers is about the
     * weights before. This model stays as it is. Where there are no such words, a {@code .h5} file is written as {@link
     * #saveInOwnForm} does: without what the optimizer remembers.
     *
     * @param file the file, ending in {@code .keras} or {@code .h5}; replaced if it is there
     * @return what was said in other words and of which layers, and what is not in the file, a line each; empty for a model of
     *     Keras 3
     * @throws IllegalArgumentException for another ending
     * @throws IllegalStateException if the model's own file was compiled with something that is not supported: it would be
     *     lost
     * @throws dev.slipway.keras.config.ConfigException if the model came from an older Keras and has something in it that
     *     cannot be said in Keras 3, and {@code file} is a {@code .keras} file or there is no older form to write it in, or two
     *     layers whose names become the same
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    public List<String> save(Path file) {
        requireEnding(file);
        requireTrainable();
        Keras3Form form = Keras3Form.of(network, this::weight, registry);
        List<String> problems = problems(form);
        if (!problems.isEmpty()) {
            List<String> notes = new ArrayList<>();
            notes.add("written in the form of the model's own file, as Keras 3 has no word for "
                    + String.join("; ", problems));
            notes.addAll(writeInOwnForm(file, requireOldForm(file, problems)));
            return List.copyOf(notes);
        }
        Optional<OptimizerState> state = Optional.ofNullable(training)
                .map(compiled -> form.optimizerState(compiled.spec().optimizer(), compiled.optimizer()));
        ModelDocument document = ModelWriter.document(form.network(), form::weight, compileSpec(), state)
                .withPlainNames();
        if (file.toString().endsWith(".h5")) {
            LegacyH5Writer.write(file, document);
        } else {
            KerasArchiveWriter.write(file, document, LocalDateTime.now(ZoneOffset.UTC));
        }
        return form.notes(state.isPresent());
    }

    private static void requireEnding(Path file) {
        if (!file.toString().endsWith(".h5") && !file.toString().endsWith(".keras")) {
            throw new IllegalArgumentException(file + " (expected: a name ending in .keras or .h5)");
        }
    }

    /**
     * Refuses what {@link #save} would refuse, but for what only writing tells: to be asked before a long training.
     *
     * @param file the file, ending in {@code .keras} or {@code .h5}
     * @throws IllegalArgumentException for another ending
     * @throws IllegalStateException as {@link #save} does
     * @throws dev.slipway.keras.config.ConfigException as {@link #save} does
     */
    public void requireSavable(Path file) {
        requireEnding(file);
        requireTrainable();
        Keras3Form form = Keras3Form.of(network, this::weight, registry);
        List<String> problems = problems(form);
        if (problems.isEmpty()) {
            ModelWriter.document(form.network(), form::weight, compileSpec(), Optional.empty())
                    .withPlainNames();
        } else {
            requireOldForm(file, problems).requireSame(document());
        }
    }

    /** What Keras 3 has no words for. */
    private static List<String> problems(Keras3Form form) {
        return OldParts.in(
                ArchitectureWriter.toJson(form.network()), form.network().backend());
    }

    private OldForm requireOldForm(Path file, List<String> problems) {
        if (oldForm != null && file.toString().endsWith(".h5")) {
            return oldForm;
        }
        String advice = "; write it as .onnx" + (oldForm == null ? "" : ", or as .h5, in the form of its own file");
        throw new ConfigException(
                problems.stream().map(problem -> problem + advice).toList());
    }

    /**
     * Writes a model out of a {@code .h5} file of Keras 1 or 2, or the {@code to_json()} of Keras 2, in the words of its own file: for
     * the Keras that wrote that, and for Slipway. How the model is compiled is then only said if it is as the file said or in words
     * that mean the same in Keras 2 (SGD, Adam and Adamax, losses and metrics by name), and what the optimizer remembers is not, nor
     * the learning rate as it is now. The file appears whole or not at all.
     *
     * @param file the file, ending in {@code .h5}; replaced if it is there
     * @return what is not in the file, a line each; empty for a model that is not compiled
     * @throws IllegalArgumentException for another ending
     * @throws ConfigException if something was changed that these words cannot say, such as what is frozen in a layer of others
     * @throws IllegalStateException if the model came from no such file, or its own file was compiled with something that is
     *     not supported
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    public List<String> saveInOwnForm(Path file) {
        if (!file.toString().endsWith(".h5")) {
            throw new IllegalArgumentException(file + " (expected: a name ending in .h5)");
        }
        requireTrainable();
        if (oldForm == null) {
            throw new IllegalStateException(network.name()
                    + ": a model of Keras 3 (expected: one out of a file of Keras 1 or 2); save it by save()");
        }
        return writeInOwnForm(file, oldForm);
    }

    private List<String> writeInOwnForm(Path file, OldForm form) {
        boolean isCompiledThere =
                form.write(file, document(), training != null && training.spec().equals(compiledAsRead));
        if (training == null) {
            return List.of();
        }
        return List.of(
                isCompiledThere
                        ? "the optimizer begins anew there, with the learning rate that the model was compiled with"
                        : "not compiled there, as the model's own Keras has no words that mean the same");
    }

    /**
     * Writes weights and the optimizer's state into a file that Keras 3 reads by {@code load_weights}. The file appears
     * whole or not at all. The weights are those of this model, even where {@link #save} would write others.
     *
     * @param file the file, ending in {@code .weights.h5}; replaced if it is there
     * @throws IllegalArgumentException for another ending
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    public void saveWeights(Path file) {
        if (!file.toString().endsWith(".weights.h5")) {
            throw new IllegalArgumentException(file + " (expected: a name ending in .weights.h5)");
        }
        TrainingFile.writeWeights(file, document());
    }

    /** What is to be written of this model. */
    ModelDocument document() {
        return ModelWriter.document(network, this::weight, compileSpec(), optimizerState());
    }

    private Optional<CompileSpec> compileSpec() {
        return Optional.ofNullable(training).map(Training::spec);
    }

    /**
     * The architecture as Keras 3 serializes it.
     *
     * @return a new JSON object
     */
    public ObjectNode toJson() {
        return ArchitectureWriter.toJson(network);
    }

    /**
     * The model's name.
     *
     * @return the network's name
     */
    public String name() {
        return network.name();
    }

    /**
     * The architecture.
     *
     * @return the network
     */
    public Network network() {
        return network;
    }

    /**
     * What a prediction needs. {@link #inputsThatMayMiss} tells what may be missing, which is seen from the whole graph only.
     *
     * @return the inputs in order
     */
    public List<TensorSpec> inputs() {
        return inputs;
    }

    /**
     * What a prediction gives.
     *
     * @return the outputs in order
     */
    public List<TensorSpec> outputs() {
        return outputs;
    }

    /**
     * The declarations of the weights.
     *
     * @return in Keras's order
     */
    public List<Weight> weights() {
        return weights;
    }

    /**
     * The content of a weight, or of a state that a stateful recurrent layer carries between batches, which {@link #weights}
     * does not list.
     *
     * @param path its path, such as {@code dense/kernel}, or {@code lstm/rnn_state_0} for a state
     * @return the tensor the model uses: to be read, and to be written only through {@link #assign}
     * @throws IllegalArgumentException if there is no such weight
     */
    public Tensor weight(String path) {
        Tensor found = values.get(path);
        if (found == null) {
            throw new IllegalArgumentException("weight '" + path + "' (expected: one of " + values.keySet() + ")");
        }
        return found;
    }

    /**
     * Changes a weight, or a state; what the optimizer remembers stays.
     *
     * @param path its path, as {@link #weight} takes it
     * @param value its new content; copied
     * @throws IllegalArgumentException if there is no such weight, or it has another type or shape
     */
    public void assign(String path, Tensor value) {
        change(path, value);
        forgetPredictor();
    }

    private void change(String path, Tensor value) {
        weight(path).assign(value);
        if (training != null) {
            training.trainer().assign(path, value);
        }
    }

    /**
     * Takes over the weights of a file: a {@code .weights.h5} of Keras 3, a weights-only {@code .h5} of Keras 1 or 2, or a whole
     * model of the same architecture. If the file does not fit, no weight is changed.
     *
     * @param file the file
     * @throws dev.slipway.keras.saving.MalformedFileException if the file is broken or its weights are others
     * @throws IllegalStateException if the model is compiled: load weights before compiling
     */
    public void loadWeights(Path file) {
        WeightsFile.read(file, StoredVariables.of(network), ReadLimits.defaults())
                .forEach(this::assign);
    }

    /**
     * Says how to train, by Keras's names.
     *
     * @param optimizer such as {@code sgd}
     * @param loss such as {@code mean_squared_error}; the same for every output
     * @param metrics such as {@code mae} and {@code accuracy}; the same for every output
     * @throws IllegalArgumentException if there is none of such a name
     */
    public void compile(String optimizer, String loss, String... metrics) {
        ObjectNode config = Config.json().put("optimizer", optimizer).put("loss", loss);
        ArrayNode entries = config.putArray("metrics");
        for (int i = 0; i < outputs.size(); i++) {
            ArrayNode entry = outputs.size() == 1 ? entries : entries.addArray();
            List.of(metrics).forEach(entry::add);
        }
        compile(config);
    }

    /**
     * Says how to train, as Keras writes it into a file. As in Keras, what is computed in half precision with weights of
     * single precision ({@code mixed_float16}) is trained by a {@code LossScaleOptimizer} around the optimizer, unless {@code
     * auto_scale_loss} is false: some steps then change nothing but the scale.
     *
     * @param compileConfig {@code optimizer}, {@code loss}, {@code metrics}
     * @throws IllegalArgumentException if a name is not known
     * @throws dev.slipway.keras.config.ConfigException if a key is not supported
     */
    public void compile(ObjectNode compileConfig) {
        boolean isHalf = network.dtypePolicies().containsKey(DTypePolicy.MIXED_FLOAT16);
        CompileSpec spec = CompileSpec.read(
                compileConfig, outputs.stream().map(TensorSpec::name).toList(), isHalf);
        compile(spec);
    }

    private void compile(CompileSpec spec) {
        CompileOptions options = spec.options(network.origin().version());
        // Layers may have been frozen or let go since.
        weights = weightsOf(network);
        List<Weight> trained = weights.stream().filter(Weight::trainable).toList();
        OptimizerState state = OptimizerState.initial(options.optimizer(), trained);
        closeTraining();
        Trainer trainer = new Trainer(
                network, inputs, outputs, weights, carried, values, options, state, EngineOptions.defaults());
        training = new Training(spec, state, trainer);
        untrainable = null;
    }

    /** What a file asks for that cannot be done: the model predicts, and says why it does not train. */
    void refuseTraining(String reason) {
        closeTraining();
        untrainable = reason;
    }

    /**
     * Why the configuration with which a file was compiled was not taken over.
     *
     * @return what the file asks for that is not supported; empty if there is nothing, or the model was compiled anew
     */
    public Optional<String> untrainable() {
        return Optional.ofNullable(untrainable);
    }

    private Training requireCompiled() {
        requireTrainable();
        Training compiled = training;
        if (compiled == null) {
            throw new IllegalStateException(
                    "model '" + name() + "' is not compiled (expected: compile before fit and" + " evaluate)");
        }
        return compiled;
    }

    private void requireTrainable() {
        if (untrainable != null) {
            throw new IllegalStateException(
                    "model '" + name() + "': its file asks for a training that is not supported: " + untrainable
                            + "; compile it anew to train or save it");
        }
    }

    /**
     * What the optimizer remembers.
     *
     * @return its state, empty before {@link #compile}
     */
    public Optional<OptimizerState> optimizerState() {
        return Optional.ofNullable(training).map(Training::optimizer);
    }

    /**
     * Trains.
     *
     * @param x rows of the only input
     * @param y targets of the only output
     * @param options how long and in what order
     * @return loss and metrics of every epoch
     * @throws IllegalArgumentException if the data does not fit
     * @throws IllegalStateException if the model is not compiled
     */
    public History fit(Tensor x, Tensor y, FitOptions options) {
        return fit(new Dataset(List.of(x), List.of(y)), options);
    }

    /**
     * Trains.
     *
     * @param data the rows
     * @param options how long and in what order
     * @return loss and metrics of every epoch
     * @throws IllegalArgumentException if the data does not fit
     * @throws IllegalStateException if the model is not compiled
     */
    public History fit(RowSource data, FitOptions options) {
        Training compiled = requireCompiled();
        forgetPredictor();
        return compiled.trainer().fit(data, options, new ModelInTraining(this, compiled.trainer()));
    }

    /**
     * Judges the model.
     *
     * @param data the rows
     * @param batchSize the rows of one step
     * @return loss and metrics by name
     * @throws IllegalArgumentException if the data does not fit
     * @throws IllegalStateException if the model is not compiled
     */
    public Map<String, Double> evaluate(RowSource data, int batchSize) {
        return requireCompiled().trainer().evaluate(data, batchSize, OptionalInt.empty());
    }

    /**
     * Judges the model by the first batches of some rows.
     *
     * @param data the rows
     * @param batchSize the rows of one step
     * @param steps how many batches
     * @return loss and metrics by name
     * @throws IllegalArgumentException if the data does not fit
     * @throws IllegalStateException if the model is not compiled
     */
    public Map<String, Double> evaluate(RowSource data, int batchSize, int steps) {
        return requireCompiled().trainer().evaluate(data, batchSize, OptionalInt.of(steps));
    }

    /**
     * One step of training. Loss and metrics accumulate, as in Keras, until they are reset or another training begins.
     *
     * @param rows the rows of the step
     * @return loss and metrics so far, by name
     * @throws IllegalArgumentException if the rows do not fit
     * @throws IllegalStateException if the model is not compiled
     */
    public Map<String, Double> trainOnBatch(Dataset rows) {
        Training compiled = requireCompiled();
        forgetPredictor();
        return compiled.trainer().trainOnBatch(rows);
    }

    /**
     * Judges the model by some rows. Loss and metrics accumulate, as in Keras, until they are reset or another evaluation
     * begins.
     *
     * @param rows the rows
     * @return loss and metrics so far, by name
     * @throws IllegalArgumentException if the rows do not fit
     * @throws IllegalStateException if the model is not compiled
     */
    public Map<String, Double> testOnBatch(Dataset rows) {
        return requireCompiled().trainer().testOnBatch(rows);
    }

    /** Lets loss and metrics of {@link #trainOnBatch} and {@link #testOnBatch} begin anew. */
    public void resetMetrics() {
        requireCompiled().trainer().resetMetrics();
    }

    /**
     * Brings the states of stateful recurrent layers back to zeros. Otherwise they pass from one batch of training or
     * evaluation to the next, whatever it belongs to; to be called by a callback, for example, at the end of an epoch.
     */
    public void resetStates() {
        // A prediction begins with zeros of its own, so that the predictor stays.
        carried.zeros().forEach(this::change);
    }

    /**
     * Predicts with a model of one input and one output, both matrices.
     *
     * @param rows the rows
     * @return a row for each
     * @throws IllegalArgumentException if the rows do not fit
     */
    public float[][] predict(float[][] rows) {
        return rows(predict(Tensor.of(rows)));
    }

    private static float[][] rows(Tensor result) {
        int columns = (int) result.shape().slice(1, result.shape().rank()).elementCount();
        float[][] rows = new float[(int) result.shape().size(0)][columns];
        FloatBuffer floats = result.floats();
        for (float[] row : rows) {
            floats.get(row);
        }
        return rows;
    }

    /**
     * Predicts with a model of one input of texts and one output of numbers.
     *
     * @param texts the texts, one a row
     * @return a row for each
     * @throws IllegalArgumentException if the model takes something else
     */
    public float[][] predict(String... texts) {
        boolean columns = inputs.get(0).shape().rank() == 2;
        Shape shape = columns ? Shape.of(texts.length, 1) : Shape.of(texts.length);
        return rows(predict(Tensor.of(shape, texts)));
    }

    /**
     * Predicts with a model of one input and one output.
     *
     * @param x the input's rows
     * @return the output's rows
     * @throws IllegalArgumentException if the rows do not fit
     */
    public Tensor predict(Tensor x) {
        return predict(Map.of(inputs.get(0).name(), x)).values().iterator().next();
    }

    /**
     * Predicts.
     *
     * @param x the rows of each input, by name
     * @return the rows of each output, by name, in order
     * @throws IllegalArgumentException if an input is missing, unknown or does not fit
     */
    public Map<String, Tensor> predict(Map<String, Tensor> x) {
        Predictor ready = predictor;
        if (ready == null) {
            ready = predictor(EngineOptions.defaults());
            predictor = ready;
        }
        return ready.predict(x);
    }

    /**
     * Predicts for one batch: the same as {@link #predict(Map)}, under Keras's name.
     *
     * @param x the rows of each input, by name
     * @return the rows of each output, by name, in order
     * @throws IllegalArgumentException if an input is missing, unknown or does not fit
     */
    public Map<String, Tensor> predictOnBatch(Map<String, Tensor> x) {
        return predict(x);
    }

    /**
     * Predicts for rows that need not be in memory; nor need the results.
     *
     * @param rows the rows; their targets and weights are not looked at
     * @param batchSize the rows of one call into the engine, at least 1
     * @param results is given the rows of each output, by name, batch by batch, in the order of the rows
     * @throws IllegalArgumentException if the rows do not fit the inputs, or the batch size is below 1
     */
    public void predict(RowSource rows, int batchSize, Consumer<Map<String, Tensor>> results) {
        if (batchSize < 1 || rows.spec().inputs().size() != inputs.size()) {
            throw new IllegalArgumentException("predict: batches of " + batchSize + " rows of "
                    + rows.spec().inputs().size() + " inputs (expected: at least 1 row, and " + inputs.size()
                    + " inputs)");
        }
        List<Tensor> batch = RowBuffer.of(rows.spec(), batchSize).tensors();
        try (RowStream stream = rows.open(0)) {
            for (int read = stream.read(batch); read > 0; read = stream.read(batch)) {
                Map<String, Tensor> feeds = new LinkedHashMap<>();
                for (int i = 0; i < inputs.size(); i++) {
                    feeds.put(inputs.get(i).name(), batch.get(i).rows(0, read));
                }
                results.accept(predict(feeds));
            }
        }
    }

    /**
     * Predicts for rows that need not be in memory.
     *
     * @param rows the rows; their targets and weights are not looked at
     * @param batchSize the rows of one call into the engine, at least 1
     * @return the rows of each output, by name
     * @throws IllegalArgumentException if there are no rows, they do not fit the inputs, or the batch size is below 1
     */
    public Map<String, Tensor> predict(RowSource rows, int batchSize) {
        Map<String, List<Tensor>> parts = new LinkedHashMap<>();
        predict(
                rows,
                batchSize,
                batch -> batch.forEach((name, part) ->
                        parts.computeIfAbsent(name, key -> new ArrayList<>()).add(part)));
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("data: no rows (expected: at least one)");
        }
        Map<String, Tensor> all = new LinkedHashMap<>();
        parts.forEach((name, found) -> all.put(name, RowBuffer.joined(found)));
        return all;
    }

    /**
     * A predictor with the weights as they are now, independent of this model from then on.
     *
     * @param engine how it is to run
     * @return the predictor, safe for many threads, to be closed by the caller
     */
    public Predictor predictor(EngineOptions engine) {
        Map<String, Tensor> frozen = new LinkedHashMap<>();
        Graph graph = inferenceGraph(new Graph(name()));
        graph.parameters().forEach(p -> frozen.put(p.name(), weight(p.name()).copy()));
        return Predictor.owning(graph, frozen, engine);
    }

    /** A predictor with the weights themselves: this model may not be used any more. */
    private Predictor handOver(EngineOptions engine) {
        Graph graph = inferenceGraph(new Graph(name()));
        Map<String, Tensor> own = new LinkedHashMap<>();
        graph.parameters().forEach(p -> own.put(p.name(), weight(p.name())));
        return Predictor.owning(graph, own, engine);
    }

    /**
     * The model as an ONNX file, which any ONNX runtime runs; inputs and outputs keep their names.
     *
     * @return the bytes of a {@code .onnx} file
     * @throws dev.slipway.graph.NotInOnnxException if the model does something that no ONNX operator does, such as hashing
     *     a text
     */
    public byte[] toOnnx() {
        Graph graph = inferenceGraph(Graph.forOnnx(name()));
        Map<String, Constant> contents = new LinkedHashMap<>();
        graph.parameters().forEach(p -> contents.put(p.name(), weight(p.name()).toConstant()));
        return OnnxWriter.toBytes(graph, contents);
    }

    /**
     * The ONNX operators that a prediction applies.
     *
     * @return how often, by name
     */
    public Map<String, Integer> operators() {
        return inferenceGraph(new Graph(name())).operators();
    }

    /**
     * The inputs whose elements may be missing in what is predicted or trained for: NaN of a number, the empty one of a text.
     *
     * @return the names of inputs for which the model knows by itself what stands in
     */
    public Set<String> inputsThatMayMiss() {
        return inferenceGraph(new Graph(name())).inputsThatMayMiss().stream()
                .map(Value::name)
                .collect(Collectors.toSet());
    }

    private Graph inferenceGraph(Graph graph) {
        Map<String, Value> parameters = new LinkedHashMap<>();
        List<Value> feeds = inputs.stream()
                .map(input -> graph.input(input.name(), input.type(), input.shape()))
                .toList();
        LayerCall call = LayerCall.root(new Ops(graph), feeds, false, path -> {
            Value known = parameters.get(path);
            if (known == null) {
                Tensor content = weight(path);
                known = graph.parameter(path, content.type(), content.shape());
                parameters.put(path, known);
            }
            return known;
        });
        List<Value> results = network.call(call);
        for (int i = 0; i < results.size(); i++) {
            graph.output(outputName(graph, i), results.get(i));
        }
        return graph;
    }

    /** An output that is an input itself, or shares the name of an input or a weight, gets another one: ONNX wants them apart. */
    private String outputName(Graph graph, int index) {
        String wish = outputs.get(index).name();
        if (!graph.isFromOutside(wish)) {
            return wish;
        }
        String name = wish + "_output";
        while (graph.isFromOutside(name) || graph.outputs().containsKey(name) || contains(outputs, name)) {
            name += "_output";
        }
        return name;
    }

    /**
     * The model as a table of its layers.
     *
     * @return the text that Keras's {@code model.summary()} prints
     */
    public String summary() {
        return summary(false);
    }

    /**
     * The model as a table of its layers.
     *
     * @param expandNested whether the layers of models in this one are listed, too
     * @return the text that Keras's {@code model.summary(expand_nested=…)} prints
     */
    public String summary(boolean expandNested) {
        return Summary.of(this, expandNested);
    }

    private void forgetPredictor() {
        if (predictor != null) {
            predictor.close();
            predictor = null;
        }
    }

    private void closeTraining() {
        if (training != null) {
            training.trainer().close();
            training = null;
        }
    }

    /** Frees the engine's memory. */
    @Override
    public void close() {
        forgetPredictor();
        closeTraining();
    }
}
