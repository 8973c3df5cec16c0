package dev.slipway.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.graph.onnx.Onnx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an ONNX file of any origin is made of.
 *
 * @param opset the version of the standard operators it is written for; 0 if it names none
 * @param operators how often each operator is applied, those in the bodies of loops too; operators that are not of the
 *     standard with their domain before them
 * @param parameters how many numbers its initializers hold
 */
public record OnnxContent(long opset, Map<String, Integer> operators, long parameters) {
    /**
     * Reads a file.
     *
     * <p>Source: the ONNX IR specification, messages ModelProto and GraphProto.
     *
     * @param file the file
     * @return what it is made of
     * @throws IllegalArgumentException if it is not an ONNX file
     * @throws UncheckedIOException if it cannot be read
     */
    public static OnnxContent read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Onnx.ModelProto model = Onnx.ModelProto.parseFrom(in);
            if (!model.hasGraph()) {
                throw new IllegalArgumentException(file + ": no graph (expected: an ONNX file)");
            }
            Map<String, Integer> operators = new TreeMap<>();
            count(model.getGraph(), operators);
            long opset = model.getOpsetImportList().stream()
                    .filter(imported -> isStandard(imported.getDomain()))
                    .mapToLong(Onnx.OperatorSetIdProto::getVersion)
                    .max()
                    .orElse(0);
            return new OnnxContent(opset, operators, parameters(file, model.getGraph()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage() + " (expected: an ONNX file)", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isStandard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    private static void count(Onnx.GraphProto graph, Map<String, Integer> into) {
        for (Onnx.NodeProto node : graph.getNodeList()) {
            String domain = node.getDomain();
            into.merge((isStandard(domain) ? "" : domain + ".") + node.getOpType(), 1, Integer::sum);
            for (Onnx.AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    count(attribute.getG(), into);
                }
            }
        }
    }

    private static long parameters(Path file, Onnx.GraphProto graph) {
        long total = 0;
        try {
            for (Onnx.TensorProto tensor : graph.getInitializerList()) {
                total = Math.addExact(total, tensor.getDimsList().stream().reduce(1L, Math::multiplyExact));
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(file + ": initializers of more numbers than can be counted", e);
        }
        return total;
    }
}
