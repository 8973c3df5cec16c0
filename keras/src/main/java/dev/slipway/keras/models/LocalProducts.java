package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LocalPatches;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Keras 2's {@code LocallyConnected1D} and {@code LocallyConnected2D}: a depthwise convolution whose kernels are one 1 each, and
 * which is not trained, lays what each place sees side by side; an {@code EinsumDense} multiplies it by the kernel of the place.
 */
final class LocalProducts implements Rewriting {
    private static final String NOTE = "LocallyConnected written as fixed DepthwiseConv, Reshape and EinsumDense";

    /** How many numbers, nearly all of them 0, the fixed kernel may have before it would be out of proportion. */
    private static final long MAX_NUMBERS = 1 << 22;

    @Override
    public Optional<Replacement> of(OldLayer old) {
        if (!old.isOf("LocallyConnected1D") && !old.isOf("LocallyConnected2D")) {
            return Optional.empty();
        }
        LocalPatches local = LocalPatches.of(old.layer(), old.input());
        ObjectNode config = old.config();
        // A constraint of the old kernel is about other axes than those of the new one.
        if (numbers(local) > MAX_NUMBERS || Rewriting.isConstrained(old)) {
            return Optional.empty();
        }
        boolean useBias = config.path("use_bias").asBoolean();
        List<Layer> parts = new ArrayList<>();
        int rank = local.size().size();
        if (local.channelsFirst()) {
            int[] toLast = IntStream.rangeClosed(2, rank + 2)
                    .map(axis -> axis == rank + 2 ? 1 : axis)
                    .toArray();
            parts.add(permute(old, "channels_last", toLast));
        }
        if (config.path("padding").asText().equals("same")) {
            parts.add(padding(old, local));
        }
        parts.add(patches(old, local));
        parts.add(reshape(old, "seen", List.of(local.placeCount(), local.seen())));
        parts.add(product(old, local, useBias, config));
        List<Long> placed = new ArrayList<>(local.places());
        placed.add(local.filters());
        parts.add(reshape(old, "placed", placed));
        if (local.channelsFirst()) {
            int[] toFirst = IntStream.rangeClosed(1, rank + 1)
                    .map(axis -> axis == 1 ? rank + 1 : axis - 1)
                    .toArray();
            parts.add(permute(old, "channels_first", toFirst));
            parts.add(old.part("Activation", "activation", function(config)));
        }
        return Optional.of(Replacement.of(old.chain(parts), weights(old, local, useBias), NOTE));
    }

    private static Layer permute(OldLayer old, String name, int... order) {
        ObjectNode config = Config.json();
        ArrayNode dims = config.putArray("dims");
        IntStream.of(order).forEach(dims::add);
        return old.part("Permute", name, config);
    }

    private static Layer reshape(OldLayer old, String name, List<Long> lengths) {
        ObjectNode config = Config.json();
        lengths.forEach(config.putArray("target_shape")::add);
        return old.part("Reshape", name, config);
    }

    private static Layer padding(OldLayer old, LocalPatches local) {
        ObjectNode config = Config.json();
        ArrayNode edges = config.putArray("padding");
        int rank = local.size().size();
        for (int axis = 0; axis < rank; axis++) {
            ArrayNode pair = rank == 1 ? edges : edges.addArray();
            pair.add(local.before(axis)).add(local.after(axis));
        }
        return old.part("ZeroPadding" + rank + "D", "padding", config);
    }

    private static Layer patches(OldLayer old, LocalPatches local) {
        ObjectNode config = Config.json();
        local.size().forEach(config.putArray("kernel_size")::add);
        local.strides().forEach(config.putArray("strides")::add);
        config.put("depth_multiplier", local.seen() / local.channels())
                .put("padding", "valid")
                .put("data_format", "channels_last")
                .put("activation", "linear")
                .put("use_bias", false)
                .put("trainable", false);
        return old.part("DepthwiseConv" + local.size().size() + "D", "patches", config);
    }

    private static Layer product(OldLayer old, LocalPatches local, boolean useBias, ObjectNode config) {
        ObjectNode product = old.ofWeights().put("equation", "bps,psf->bpf");
        product.putArray("output_shape").add(local.placeCount()).add(local.filters());
        product.put("bias_axes", useBias ? "pf" : null);
        // With the channels in front the function has another last axis.
        if (local.channelsFirst()) {
            product.put("activation", "linear");
        } else {
            product.setAll(function(config));
        }
        return old.part("EinsumDense", "product", product);
    }

    /** The function, and what the size of its results adds to the loss. */
    private static ObjectNode function(ObjectNode config) {
        ObjectNode function = Config.json().set("activation", config.path("activation"));
        JsonNode regularizer = config.path("activity_regularizer");
        return regularizer.isMissingNode() ? function : function.set("activity_regularizer", regularizer);
    }

    private static Map<String, Tensor> weights(OldLayer old, LocalPatches local, boolean useBias) {
        Map<String, Tensor> weights = new HashMap<>();
        Tensor kernel = old.weight("kernel");
        Shape byPlace = Shape.of(local.placeCount(), local.seen(), local.filters());
        weights.put(old.name() + "/product/kernel", Gathered.from(kernel, byPlace, local.sources()));
        weights.put(old.name() + "/patches/kernel", ones(local).cast(kernel.type()));
        if (useBias) {
            int places = (int) local.placeCount();
            int filters = (int) local.filters();
            Tensor bias = old.weight("bias");
            // With the channels in front the stored numbers are taken as [filters, places].
            Tensor ordered = Gathered.from(
                    bias,
                    Shape.of(places, filters),
                    place -> local.channelsFirst() ? place % filters * places + place / filters : place);
            weights.put(old.name() + "/product/bias", ordered);
        }
        return weights;
    }

    /** How many {@link #ones} has. */
    private static long numbers(LocalPatches local) {
        return local.seen() * (local.seen() / local.channels());
    }

    /** {@code [size…, channels, size]}: the kernel of each offset is 1 there. */
    private static Tensor ones(LocalPatches local) {
        int channels = (int) local.channels();
        int size = (int) (local.seen() / channels);
        float[] numbers = new float[size * channels * size];
        for (int offset = 0; offset < size; offset++) {
            for (int channel = 0; channel < channels; channel++) {
                numbers[(offset * channels + channel) * size + offset] = 1;
            }
        }
        List<Long> lengths = new ArrayList<>(local.size());
        lengths.add((long) channels);
        lengths.add((long) size);
        return Tensor.of(Shape.of(lengths.stream().mapToLong(Long::longValue).toArray()), numbers);
    }
}
