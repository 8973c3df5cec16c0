package dev.slipway.keras.layers;

import dev.slipway.graph.Shape;
import dev.slipway.graph.Window;
import dev.slipway.keras.config.Backend;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is around an axis that is padded to the same length. {@link Sliding} has what Keras 3 does; Keras 2 on Theano asked
 * nobody how long the axis is, so that strides and windows that cannot be halved give other numbers there.
 *
 * <p>With {@code span = (length - 1) · dilation + 1}, Theano has in front:
 *
 * <ul>
 *   <li>convolutions {@code floor(span / 2)}, and {@code ceil(n / stride)} places;
 *   <li>separable ones as much, and as much behind: {@code floor(n / stride) + 1} places of an even span;
 *   <li>pooling {@code length - 1}, or one less of an odd length from 3 on, and {@code ceil(n / stride)} places.
 * </ul>
 *
 * <p>Source: {@code conv2d}, {@code separable_conv2d}, {@code pool2d} and those of other ranks of {@code
 * keras.backend.theano_backend} of Keras 2.3.1; measured on it.
 */
enum SamePadding {
    CONVOLUTION {
        @Override
        long before(long span) {
            return span / 2;
        }
    },
    SEPARABLE {
        @Override
        long before(long span) {
            return span / 2;
        }

        @Override
        long after(long span) {
            return span / 2;
        }
    },
    POOLING {
        @Override
        long before(long length) {
            return length > 2 && length % 2 == 1 ? length - 2 : length - 1;
        }
    };

    /** How much Theano has in front of an axis. */
    abstract long before(long span);

    /** How much is behind it that gives {@code ceil(n / stride)} places. */
    long after(long span) {
        return span - 1 - before(span);
    }

    /** A window that moves over a tensor {@code [batch, channels, …]} as it did where Keras computed the model. */
    Window window(Backend backend, Sliding sliding, Shape shape) {
        if (backend != Backend.THEANO || sliding.padding() != Padding.SAME) {
            return sliding.over(shape);
        }
        List<Long> spans = IntStream.range(0, sliding.rank())
                .mapToLong(sliding::span)
                .boxed()
                .toList();
        return Window.of(sliding.lengths())
                .withStrides(sliding.strides())
                .withDilations(sliding.dilations())
                .withPadding(
                        spans.stream().map(this::before).toList(),
                        spans.stream().map(this::after).toList());
    }
}
