package dev.slipway.server.oip;

import dev.slipway.graph.DataType;
import java.util.Optional;

/**
 * The protocol's names of element types.
 *
 * <p>Source: Open Inference Protocol, REST specification, "Tensor Data Types"; {@code BF16} from the comments of the gRPC one.
 */
public final class Datatypes {
    private Datatypes() {}

    /**
     * Names a type.
     *
     * @param type an element type
     * @return such as {@code FP32}; {@code BYTES} for texts
     */
    public static String nameOf(DataType type) {
        return switch (type) {
            case FLOAT -> "FP32";
            case DOUBLE -> "FP64";
            case FLOAT16 -> "FP16";
            case BFLOAT16 -> "BF16";
            case STRING -> "BYTES";
            default -> type.name();
        };
    }

    /**
     * Finds a type.
     *
     * @param name the protocol's name
     * @return the type; empty for a name that the protocol does not have
     */
    public static Optional<DataType> find(String name) {
        for (DataType type : DataType.values()) {
            if (nameOf(type).equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
