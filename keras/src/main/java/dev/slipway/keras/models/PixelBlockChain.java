package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Layer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * TensorFlow's {@code depth_to_space} and {@code space_to_depth}, as models of {@code tf.keras} recorded them: the parts of a block
 * get axes of their own, which are then put elsewhere. Of height and width one may be unknown.
 */
final class PixelBlockChain implements Rewriting {
    @Override
    public Optional<Replacement> of(OldLayer old) {
        boolean isToSpace = old.isOf("DepthToSpace");
        if (!isToSpace && !old.isOf("SpaceToDepth")) {
            return Optional.empty();
        }
        Shape image = old.input().slice(1, 4);
        if (image.symbolCount() > 1 || !image.dimension(2).isKnown()) {
            return Optional.empty();
        }
        long block = old.config().path("block_size").asLong();
        long rows = image.dimension(0).isKnown() ? image.size(0) : -1;
        long columns = image.dimension(1).isKnown() ? image.size(1) : -1;
        long channels = image.size(2);
        List<Layer> parts = isToSpace
                ? List.of(
                        reshape(old, "parts", rows, columns, block, block, channels / block / block),
                        permute(old),
                        reshape(old, "space", times(rows, block), times(columns, block), channels / block / block))
                : List.of(
                        reshape(old, "parts", part(rows, block), block, part(columns, block), block, channels),
                        permute(old),
                        reshape(old, "depth", part(rows, block), part(columns, block), block * block * channels));
        String note = old.layer().className() + " written as Reshape, Permute and Reshape";
        return Optional.of(Replacement.of(old.chain(parts), Map.of(), note));
    }

    private static long times(long length, long block) {
        return length < 0 ? length : length * block;
    }

    private static long part(long length, long block) {
        return length < 0 ? length : length / block;
    }

    private static Layer reshape(OldLayer old, String name, long... lengths) {
        ObjectNode config = Config.json();
        ArrayNode shape = config.putArray("target_shape");
        for (long length : lengths) {
            shape.add(length);
        }
        return old.part("Reshape", name, config);
    }

    /** The third axis before the second. */
    private static Layer permute(OldLayer old) {
        ObjectNode config = Config.json();
        config.putArray("dims").add(1).add(3).add(2).add(4).add(5);
        return old.part("Permute", "together", config);
    }
}
