package dev.slipway.graph;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Runs a graph without parameters on the engine. */
final class Evaluator implements AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);

    private final Graph graph;
    private final OrtSession session;

    Evaluator(Graph graph) throws OrtException {
        this(graph, OnnxWriter.toBytes(graph), 1);
    }

    Evaluator(Graph graph, byte[] onnx, int threads) throws OrtException {
        this.graph = graph;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            this.session = ENVIRONMENT.createSession(onnx, options);
        }
    }

    /** The outputs for given inputs. */
    Map<String, Array> run(Map<String, Array> feeds) throws OrtException {
        Map<String, OnnxTensor> handles = new HashMap<>();
        try {
            for (Value input : graph.inputs()) {
                Array feed = feeds.get(input.name());
                if (feed == null) {
                    throw new IllegalArgumentException("input '" + input.name() + "' (expected: a feed)");
                }
                handles.put(input.name(), handle(input.type(), feed));
            }
            Map<String, Array> results = new LinkedHashMap<>();
            try (OrtSession.Result result = session.run(handles)) {
                for (Map.Entry<String, OnnxValue> entry : result) {
                    results.put(entry.getKey(), read((OnnxTensor) entry.getValue()));
                }
            }
            return results;
        } finally {
            handles.values().forEach(OnnxTensor::close);
        }
    }

    /** The type that the engine gives an output. */
    DataType type(String output) throws OrtException {
        NodeInfo node = Objects.requireNonNull(session.getOutputInfo().get(output));
        String name = ((TensorInfo) node.getInfo()).onnxType.name();
        return DataType.valueOf(name.substring(name.lastIndexOf('_') + 1));
    }

    private static OnnxTensor handle(DataType type, Array feed) throws OrtException {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(feed.count() * type.byteSize()).order(ByteOrder.nativeOrder());
        for (double value : feed.values()) {
            switch (type) {
                case FLOAT -> bytes.putFloat((float) value);
                case DOUBLE -> bytes.putDouble(value);
                case INT64 -> bytes.putLong((long) value);
                case INT32 -> bytes.putInt((int) value);
                case BOOL -> bytes.put((byte) value);
                default -> throw new IllegalArgumentException(type + " (expected: a type that tests feed)");
            }
        }
        OnnxJavaType javaType = switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case INT64 -> OnnxJavaType.INT64;
            case INT32 -> OnnxJavaType.INT32;
            default -> OnnxJavaType.BOOL;
        };
        return OnnxTensor.createTensor(ENVIRONMENT, bytes.flip(), feed.shape().toArray(), javaType);
    }

    private static Array read(OnnxTensor tensor) {
        ByteBuffer bytes = tensor.getByteBuffer();
        Shape shape = Shape.of(tensor.getInfo().getShape());
        double[] values = new double[Math.toIntExact(shape.elementCount())];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.getInfo().type) {
                case FLOAT -> bytes.getFloat();
                case DOUBLE -> bytes.getDouble();
                case INT64 -> bytes.getLong();
                case INT32 -> bytes.getInt();
                case BOOL, INT8, UINT8 -> bytes.get();
                default ->
                    throw new IllegalArgumentException(tensor.getInfo().type + " (expected: a type that tests read)");
            };
        }
        return new Array(shape, values);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
