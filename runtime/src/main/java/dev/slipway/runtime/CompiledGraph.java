package dev.slipway.runtime;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.OnnxWriter;
import dev.slipway.graph.UnsignedBorder;
import dev.slipway.graph.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A graph that ONNX Runtime has loaded and optimized, ready to run.
 *
 * <p>Safe for use by several threads at once, {@link #close()} included. Owns native memory: whoever compiles or opens it
 * closes it; the memory is freed as soon as no run is under way and no {@link Binding} is open any more.
 */
public final class CompiledGraph extends Computation {
    private final OrtSession session;
    private final List<OnnxTensor> parameters;
    private volatile List<Tensor> owned = List.of();
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final Lifetime lifetime = new Lifetime("compiled graph", this::free);

    private CompiledGraph(
            OrtSession session, List<OnnxTensor> parameters, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        this.session = session;
        this.parameters = parameters;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /**
     * Compiles a graph.
     *
     * @param graph the graph
     * @param parameters the content of each of the graph's parameters, by name; the memory is shared where the engine
     *     can, so it must not change while the compiled graph is open
     * @param options how it is to run
     * @return the compiled graph, to be closed by the caller
     * @throws IllegalArgumentException if a parameter is missing or of another type or shape
     * @throws EngineException if the engine refuses the graph
     */
    public static CompiledGraph compile(Graph graph, Map<String, Tensor> parameters, EngineOptions options) {
        List<Tensor> contents = graph.parameters().stream()
                .map(p -> requireContent(p, parameters))
                .toList();
        List<OnnxTensor> handles = new ArrayList<>();
        try (OrtSession.SessionOptions native_ = sessionOptions(options)) {
            Map<String, OnnxTensorLike> initializers = new HashMap<>();
            for (int i = 0; i < contents.size(); i++) {
                handles.add(NativeTensor.handle(contents.get(i)));
                initializers.put(graph.parameters().get(i).name(), handles.get(i));
            }
            if (!initializers.isEmpty()) {
                native_.addExternalInitializers(initializers);
            }
            return describe(session(graph, native_), handles, graph.inputsThatMayMiss());
        } catch (OrtException e) {
            handles.forEach(OnnxTensor::close);
            throw new EngineException("graph '" + graph.name() + "' cannot be compiled", e);
        } catch (RuntimeException | Error e) {
            handles.forEach(OnnxTensor::close);
            throw e;
        }
    }

    private static OrtSession session(Graph graph, OrtSession.SessionOptions native_) throws OrtException {
        byte[] onnx = OnnxWriter.toBytes(graph);
        boolean crosses = Stream.concat(graph.inputs().stream(), graph.outputs().values().stream())
                .anyMatch(value -> UnsignedBorder.crosses(value.type()));
        return crosses ? crossed(ByteBuffer.wrap(onnx), native_) : environment().createSession(onnx, native_);
    }

    private static OrtSession crossed(ByteBuffer onnx, OrtSession.SessionOptions native_) throws OrtException {
        ByteBuffer changed = UnsignedBorder.of(onnx);
        try {
            return environment().createSession(changed, native_);
        } finally {
            DirectMemory.free(changed);
        }
    }

    private static Tensor requireContent(Value parameter, Map<String, Tensor> parameters) {
        Tensor content = parameters.get(parameter.name());
        if (content == null
                || content.type() != parameter.type()
                || !content.shape().equals(parameter.shape())) {
            String found = content == null ? "missing" : content.type() + " " + content.shape();
            throw new IllegalArgumentException("parameter '" + parameter.name() + "': " + found + " (expected: "
                    + parameter.type() + " " + parameter.shape() + ")");
        }
        return content;
    }

    /**
     * Loads an ONNX file that any framework wrote. One with inputs or outputs of unsigned integers that the engine does not take is
     * opened twice: as it is, and as it runs.
     *
     * @param onnx the file
     * @param options how it is to run
     * @return the compiled graph, to be closed by the caller
     * @throws EngineException if the engine refuses the file
     * @throws UncheckedIOException if it cannot be read
     */
    public static CompiledGraph open(Path onnx, EngineOptions options) {
        try (OrtSession.SessionOptions native_ = sessionOptions(options)) {
            CompiledGraph opened = describe(environment().createSession(onnx.toString(), native_), List.of(), Set.of());
            boolean crosses = Stream.concat(opened.inputs.stream(), opened.outputs.stream())
                    .anyMatch(spec -> UnsignedBorder.crosses(spec.type()));
            if (!crosses) {
                return opened;
            }
            opened.close();
            return describe(crossed(onnx, native_), List.of(), Set.of());
        } catch (OrtException e) {
            throw new EngineException(onnx + " cannot be loaded", e);
        } catch (IOException e) {
            throw new UncheckedIOException(onnx + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** A file whose inputs or outputs are unsigned integers; the engine has read it, so that it is known to be whole. */
    private static OrtSession crossed(Path onnx, OrtSession.SessionOptions native_) throws IOException, OrtException {
        Path folder = requireNonNull(onnx.toAbsolutePath().getParent(), "folder");
        native_.addConfigEntry("session.model_external_initializers_file_folder_path", folder.toString());
        try (FileChannel file = FileChannel.open(onnx)) {
            return crossed(file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()), native_);
        }
    }

    /** What goes wrong is an exception already; a line for it too would let every bad request write into a server's log. */
    private static OrtEnvironment environment() {
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    }

    private static OrtSession.SessionOptions sessionOptions(EngineOptions options) throws OrtException {
        environment();
        OrtSession.SessionOptions native_ = new OrtSession.SessionOptions();
        native_.setIntraOpNumThreads(options.threads());
        native_.setInterOpNumThreads(1);
        native_.addConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
        native_.setMemoryPatternOptimization(options.planning());
        native_.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        return native_;
    }

    /** Takes over a session, which is closed if its inputs or outputs are none that we have types for. */
    private static CompiledGraph describe(OrtSession session, List<OnnxTensor> parameters, Set<Value> mayMiss)
            throws OrtException {
        try {
            return new CompiledGraph(
                    session,
                    parameters,
                    specs(session.getInputInfo(), mayMiss),
                    specs(session.getOutputInfo(), Set.of()));
        } catch (OrtException | RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    private static List<TensorSpec> specs(Map<String, NodeInfo> nodes, Set<Value> mayMiss) {
        Set<String> names = mayMiss.stream().map(Value::name).collect(Collectors.toSet());
        List<TensorSpec> specs = new ArrayList<>();
        nodes.forEach((name, node) -> {
            ValueInfo info = node.getInfo();
            if (!(info instanceof TensorInfo tensor)) {
                throw new IllegalArgumentException("'" + name + "': " + info + " (expected: a tensor)");
            }
            TensorSpec spec = NativeTensor.spec(name, tensor);
            specs.add(new TensorSpec(spec.name(), spec.type(), spec.shape(), names.contains(spec.name())));
        });
        return List.copyOf(specs);
    }

    /**
     * What is fed with every run.
     *
     * @return the inputs in the graph's order
     */
    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    /**
     * What every run gives.
     *
     * @return the outputs in the graph's order
     */
    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    /**
     * Runs the graph once. For many runs of the same shapes a {@link Binding} is faster.
     *
     * @param feeds a tensor for each input, by name
     * @return a tensor of its own for each output, by name, in the graph's order
     * @throws IllegalArgumentException if an input is missing, unknown, or of another type, rank or length
     * @throws EngineException if the run fails
     * @throws IllegalStateException if this graph is closed
     */
    public Map<String, Tensor> run(Map<String, Tensor> feeds) {
        List<Tensor> ordered = requireFeeds(feeds);
        lifetime.enter();
        try {
            return compute(ordered);
        } finally {
            lifetime.leave();
        }
    }

    @Override
    Map<String, Tensor> compute(List<Tensor> ordered) {
        Map<String, OnnxTensor> handles = new HashMap<>();
        try {
            for (int i = 0; i < ordered.size(); i++) {
                handles.put(NativeTensor.nameOf(inputs.get(i)), NativeTensor.borderHandle(ordered.get(i)));
            }
            try (OrtSession.Result result = session.run(handles)) {
                Map<String, Tensor> computed = new LinkedHashMap<>();
                for (TensorSpec output : outputs) {
                    OnnxValue value = result.get(NativeTensor.nameOf(output)).orElseThrow();
                    computed.put(output.name(), NativeTensor.copyOf((OnnxTensor) value, output.type()));
                }
                return computed;
            }
        } catch (OrtException e) {
            throw new EngineException("run failed", e);
        } finally {
            handles.values().forEach(OnnxTensor::close);
        }
    }

    /**
     * Ties tensors to the inputs and outputs for any number of runs.
     *
     * @param feeds a tensor for each input, by name
     * @param results a tensor for each output wanted, by name, of just the shape that the run will give
     * @return the binding, to be closed by the caller
     * @throws IllegalArgumentException if a feed is missing, unknown, or of another type, rank or length, or text, or a result
     *     of another type
     * @throws IllegalStateException if this graph is closed
     */
    public Binding bind(Map<String, Tensor> feeds, Map<String, Tensor> results) {
        requireFeeds(feeds);
        refuseText(feeds);
        refuseText(results);
        requireTypes(results);
        return new Binding(session, lifetime, feeds, results);
    }

    /** Text is copied with every run: a handle would not see what is written later. */
    private static void refuseText(Map<String, Tensor> tensors) {
        tensors.forEach((name, tensor) -> {
            if (tensor.type() == DataType.STRING) {
                throw new IllegalArgumentException(
                        "'" + name + "': " + tensor.type() + " (expected: numbers; run text without a binding)");
            }
        });
    }

    private void requireTypes(Map<String, Tensor> results) {
        for (TensorSpec output : outputs) {
            Tensor result = results.get(output.name());
            if (result != null && result.type() != output.type()) {
                throw new IllegalArgumentException(
                        "output '" + output.name() + "': " + result.type() + " (expected: " + output.type() + ")");
            }
        }
    }

    @Override
    Lifetime lifetime() {
        return lifetime;
    }

    @Override
    void own(Collection<Tensor> memory) {
        owned = List.copyOf(memory);
    }

    /**
     * Refuses new runs and bindings and returns at once. The engine's memory is freed now or, if runs are under way or
     * bindings open, in the thread that ends the last of them. Closing again does nothing.
     */
    @Override
    public void close() {
        lifetime.close();
    }

    private void free() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("session cannot be closed", e);
        } finally {
            parameters.forEach(OnnxTensor::close);
            owned.forEach(Tensor::free);
        }
    }
}
