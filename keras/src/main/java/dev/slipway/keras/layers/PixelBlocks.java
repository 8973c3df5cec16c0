package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves numbers between the channels and square blocks of pixels. A block's rows come first, then its columns, then what is
 * left of the channels.
 *
 * <p>Source: {@code tf.nn.depth_to_space} and {@code tf.nn.space_to_depth} with {@code NHWC}.
 */
abstract class PixelBlocks extends Layer {
    private final int block;

    PixelBlocks(String name, Config config) {
        super(name, config.truth("trainable", true));
        this.block = config.integer("block_size");
        if (block < 1) {
            throw config.refused("block_size", block + "", ">= 1");
        }
    }

    final int block() {
        return block;
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        config.put("block_size", block);
    }

    /** The operand {@code [batch, rows, columns, channels]}; refused if its known lengths have no such parts. */
    final Value input(LayerCall call, int axis, int parts) {
        Value x = call.input();
        boolean isImage = x.shape().rank() == 4 && x.shape().dimension(3).isKnown();
        if (!isImage || (x.shape().dimension(axis).isKnown() && x.shape().size(axis) % parts != 0)) {
            throw new IllegalArgumentException(this + ": input of shape " + x.shape() + " (expected: images, axis "
                    + axis + " in " + parts + " parts)");
        }
        return x;
    }

    /** A length that an axis of the operand has, times a factor, in parts. */
    record Length(int axis, long factor, long parts) {
        /** A length that is the same for every operand. */
        static Length of(long length) {
            return new Length(-1, length, 1);
        }
    }

    /** The result of a reshape whose lengths hang on those of an image, which may not be known. */
    static Value reshaped(Ops ops, Value x, Value image, List<Length> lengths) {
        List<Dimension> target = new ArrayList<>();
        List<Value> vector = new ArrayList<>();
        boolean isKnown = true;
        Value shape = ops.shape(image);
        for (Length length : lengths) {
            if (length.axis() < 0) {
                target.add(Dimension.of(length.factor()));
                vector.add(ops.constant(length.factor()));
                continue;
            }
            Dimension whole = image.shape().dimension(length.axis());
            boolean isSame = length.factor() == length.parts();
            isKnown &= isSame || whole.isKnown();
            target.add(
                    isSame
                            ? whole
                            : whole.isKnown()
                                    ? Dimension.of(whole.size() * length.factor() / length.parts())
                                    : ops.graph().freshSymbol("pixels"));
            Value number = ops.slice(shape, 0, length.axis(), length.axis() + 1);
            Value more = isSame ? number : ops.mul(number, ops.constant(length.factor()));
            vector.add(isSame ? more : ops.div(more, ops.constant(length.parts())));
        }
        Shape to = Shape.of(target);
        boolean isClear = isKnown && to.symbolCount() <= 1;
        return isClear ? ops.reshape(x, to) : ops.reshape(x, ops.concat(vector, 0), to);
    }
}
