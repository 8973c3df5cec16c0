package dev.slipway.graph;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.slipway.graph.onnx.Onnx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Inputs and outputs of unsigned integers wider than 8 bits, for an engine whose callers have signed ones only: at the model's
 * border each becomes the signed type of its width, with a {@code Cast} between it and the value of its own name.
 *
 * <p>Such a cast keeps the bits, in the engine's processors as in C: memory that holds unsigned numbers may be handed over as
 * it is, and every number arrives, those above the highest signed one included.
 */
public final class UnsignedBorder {
    private static final String PREFIX = "slipway:signed:";

    private static final Map<DataType, DataType> SIGNED = Map.of(
            DataType.UINT16, DataType.INT16,
            DataType.UINT32, DataType.INT32,
            DataType.UINT64, DataType.INT64);

    private UnsignedBorder() {}

    /**
     * Whether values of a type have another one at the border.
     *
     * @param type the type of an input or output
     * @return true for UINT16, UINT32 and UINT64
     */
    public static boolean crosses(DataType type) {
        return SIGNED.containsKey(type);
    }

    /**
     * The type at the border.
     *
     * @param type the type of an input or output
     * @return the signed type of its width, or the type itself if it does not cross
     */
    public static DataType outside(DataType type) {
        return SIGNED.getOrDefault(type, type);
    }

    /**
     * The name at the border.
     *
     * @param name the name of an input or output
     * @param type its type
     * @return what the engine calls it
     */
    public static String outside(String name, DataType type) {
        return crosses(type) ? PREFIX + name : name;
    }

    /**
     * The model's own name of what the engine calls by another.
     *
     * @param outside the engine's name of an input or output
     * @return the model's name of it
     */
    public static String insideName(String outside) {
        return outside.startsWith(PREFIX) ? outside.substring(PREFIX.length()) : outside;
    }

    /**
     * The model's own type of what the engine gives another.
     *
     * @param outside the engine's name of an input or output
     * @param type the engine's type of it
     * @return the model's type of it
     */
    public static DataType insideType(String outside, DataType type) {
        if (!outside.startsWith(PREFIX)) {
            return type;
        }
        return SIGNED.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + outside + "': " + type + " (expected: INT16, INT32 or INT64 behind such a name)"))
                .getKey();
    }

    /**
     * The model with signed inputs and outputs where it has unsigned ones. Inputs that have an initializer stay as they are:
     * nobody feeds them.
     *
     * @param onnx the bytes of a {@code ModelProto}; read, and not to change meanwhile
     * @return the bytes of the changed one, in direct memory, ready to be read
     * @throws IllegalArgumentException if the bytes are no ONNX model, or one of 2 GiB
     */
    public static ByteBuffer of(ByteBuffer onnx) {
        Onnx.ModelProto model = crossed(parsed(onnx.duplicate()));
        ByteBuffer changed =
                ByteBuffer.allocateDirect(model.getSerializedSize()).order(ByteOrder.nativeOrder());
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(changed);
            model.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an ONNX model cannot be written into memory", e);
        }
        return changed.rewind();
    }

    /** Weights stay where they are, in the memory of the bytes or the mapped file. */
    private static Onnx.ModelProto parsed(ByteBuffer onnx) {
        CodedInputStream in = CodedInputStream.newInstance(onnx);
        in.enableAliasing(true);
        in.setSizeLimit(Integer.MAX_VALUE);
        try {
            return Onnx.ModelProto.parseFrom(in);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage() + " (expected: the bytes of an ONNX model)", e);
        }
    }

    private static Onnx.ModelProto crossed(Onnx.ModelProto model) {
        Onnx.GraphProto graph = model.getGraph();
        Onnx.GraphProto.Builder changed = graph.toBuilder().clearNode();
        Set<String> defaults = graph.getInitializerList().stream()
                .map(Onnx.TensorProto::getName)
                .collect(Collectors.toSet());
        for (int i = 0; i < graph.getInputCount(); i++) {
            Onnx.ValueInfoProto input = graph.getInput(i);
            if (crosses(input) && !defaults.contains(input.getName())) {
                changed.setInput(i, outside(input));
                changed.addNode(cast(outsideName(input), input.getName(), type(input)));
            }
        }
        changed.addAllNode(graph.getNodeList());
        for (int i = 0; i < graph.getOutputCount(); i++) {
            Onnx.ValueInfoProto output = graph.getOutput(i);
            if (crosses(output)) {
                changed.setOutput(i, outside(output));
                changed.addNode(cast(output.getName(), outsideName(output), outside(type(output))));
            }
        }
        return model.toBuilder().setGraph(changed).build();
    }

    private static boolean crosses(Onnx.ValueInfoProto value) {
        return value.getType().hasTensorType()
                && SIGNED.keySet().stream()
                        .anyMatch(type -> type.onnxCode()
                                == value.getType().getTensorType().getElemType());
    }

    private static DataType type(Onnx.ValueInfoProto value) {
        int code = value.getType().getTensorType().getElemType();
        return Stream.of(DataType.values())
                .filter(type -> type.onnxCode() == code)
                .findFirst()
                .orElseThrow();
    }

    private static String outsideName(Onnx.ValueInfoProto value) {
        return outside(value.getName(), type(value));
    }

    private static Onnx.ValueInfoProto outside(Onnx.ValueInfoProto value) {
        Onnx.TypeProto.Tensor tensor = value.getType().getTensorType().toBuilder()
                .setElemType(outside(type(value)).onnxCode())
                .build();
        return value.toBuilder()
                .setName(outsideName(value))
                .setType(value.getType().toBuilder().setTensorType(tensor))
                .build();
    }

    private static Onnx.NodeProto cast(String from, String to, DataType type) {
        return Onnx.NodeProto.newBuilder()
                .setOpType("Cast")
                .setName("cast:" + from)
                .addInput(from)
                .addOutput(to)
                .addAttribute(Onnx.AttributeProto.newBuilder()
                        .setName("to")
                        .setType(Onnx.AttributeProto.AttributeType.INT)
                        .setI(type.onnxCode()))
                .build();
    }
}
