package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import java.util.List;

/** The convolution of each channel of images by itself with one kernel, with zeros around the images. */
final class ChannelFilter {
    private ChannelFilter() {}

    /**
     * Convolves.
     *
     * @param ops the operators
     * @param images {@code [batch, rows, columns, channels]}
     * @param size their size
     * @param kernel of the images' type, {@code [1, 1, kernel rows, kernel columns]}, both odd
     * @return tensor of the images' shape
     */
    static Value apply(Ops ops, Value images, ImageSize size, Value kernel) {
        Value channelsFirst = DataFormat.CHANNELS_LAST.toChannelsFirst(ops, images);
        Shape planes = Shape.of(1, size.height(), size.width())
                .prepend(ops.remainder(images.shape(), size.height() * size.width()));
        long rows = kernel.shape().size(2);
        long columns = kernel.shape().size(3);
        List<Long> around = List.of(rows / 2, columns / 2);
        Window window = Window.of(List.of(rows, columns)).withPadding(around, around);
        Value filtered = ops.conv(ops.reshape(channelsFirst, planes), kernel, window, 1);
        Value unfolded = ops.reshape(filtered, ops.shape(channelsFirst), channelsFirst.shape());
        return DataFormat.CHANNELS_LAST.fromChannelsFirst(ops, unfolded);
    }
}
