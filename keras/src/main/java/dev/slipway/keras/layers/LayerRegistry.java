package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Nearest;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which layer class reads which Keras class name. Immutable: a program that has a layer of its own makes a registry
 * {@link #with} it.
 */
public final class LayerRegistry {
    /** Layers that say by themselves which element types they can have. */
    private static final Set<String> OWN_TYPE = Set.of("Discretization", "InputLayer", "IntegerLookup");

    private final Map<String, WrapperFactory> factories;

    private LayerRegistry(Map<String, WrapperFactory> factories) {
        this.factories = factories;
    }

    /** Makes a layer from its configuration. */
    @FunctionalInterface
    public interface Factory {
        /**
         * Reads a layer.
         *
         * @param name the layer's name
         * @param config its configuration; every key that is used must be asked for
         * @return the layer
         */
        Layer read(String name, Config config);
    }

    /** Reads a layer in the configuration of another one. */
    @FunctionalInterface
    public interface InnerReader {
        /**
         * Reads a layer.
         *
         * @param serialized class name and configuration
         * @return the layer
         * @throws ConfigException if the class is not known or a key is not supported
         */
        Layer read(JsonNode serialized);
    }

    /** Makes a layer that holds other layers from its configuration. */
    @FunctionalInterface
    public interface WrapperFactory {
        /**
         * Reads a layer.
         *
         * @param name the layer's name
         * @param config its configuration; every key that is used must be asked for
         * @param inner reads the layers in it
         * @return the layer
         */
        Layer read(String name, Config config, InnerReader inner);
    }

    /**
     * The layers that come with Slipway.
     *
     * @return the registry used where none is given
     */
    public static LayerRegistry builtIn() {
        Map<String, Factory> factories = new TreeMap<>();
        factories.put("Activation", ActivationLayer::read);
        factories.put("ActivityRegularization", ActivityRegularization::read);
        factories.put("Add", Add::read);
        factories.put("AdditiveAttention", AdditiveAttention::read);
        factories.put("AlphaDropout", AlphaDropout::read);
        factories.put("Attention", Attention::read);
        factories.put("AugMix", ImageAugmentation.reader("AugMix"));
        factories.put("Average", Average::read);
        factories.put("AveragePooling1D", AveragePooling1D::read);
        factories.put("AveragePooling2D", AveragePooling2D::read);
        factories.put("AveragePooling3D", AveragePooling3D::read);
        factories.put("BatchNormalization", BatchNormalization::read);
        factories.put("CategoryEncoding", CategoryEncoding::read);
        factories.put("CenterCrop", CenterCrop::read);
        factories.put("Concatenate", Concatenate::read);
        factories.put("Conv1D", Conv1D::read);
        factories.put("Conv1DTranspose", Conv1DTranspose::read);
        factories.put("Conv2D", Conv2D::read);
        factories.put("Conv2DTranspose", Conv2DTranspose::read);
        factories.put("Conv3D", Conv3D::read);
        factories.put("Conv3DTranspose", Conv3DTranspose::read);
        factories.put("ConvLSTM1D", ConvLSTM1D::read);
        factories.put("ConvLSTM2D", ConvLSTM2D::read);
        factories.put("ConvLSTM3D", ConvLSTM3D::read);
        factories.put("Cropping1D", Cropping1D::read);
        factories.put("Cropping2D", Cropping2D::read);
        factories.put("Cropping3D", Cropping3D::read);
        factories.put("CutMix", ImageAugmentation.reader("CutMix"));
        factories.put("Dense", Dense::read);
        factories.put("DepthwiseConv1D", DepthwiseConv1D::read);
        factories.put("DepthwiseConv2D", DepthwiseConv2D::read);
        factories.put("Discretization", Discretization::read);
        factories.put("Dot", Dot::read);
        factories.put("Dropout", Dropout::read);
        factories.put("ELU", ELU::read);
        factories.put("EinsumDense", EinsumDense::read);
        factories.put("Embedding", Embedding::read);
        factories.put("Flatten", Flatten::read);
        factories.put("GRU", GRU::read);
        factories.put("GRUCell", GRUCell::read);
        factories.put("GaussianDropout", GaussianDropout::read);
        factories.put("GaussianNoise", GaussianNoise::read);
        factories.put("GlobalAveragePooling1D", GlobalAveragePooling1D::read);
        factories.put("GlobalAveragePooling2D", GlobalAveragePooling2D::read);
        factories.put("GlobalAveragePooling3D", GlobalAveragePooling3D::read);
        factories.put("GlobalMaxPooling1D", GlobalMaxPooling1D::read);
        factories.put("GlobalMaxPooling2D", GlobalMaxPooling2D::read);
        factories.put("GlobalMaxPooling3D", GlobalMaxPooling3D::read);
        factories.put("GroupNormalization", GroupNormalization::read);
        factories.put("GroupQueryAttention", GroupQueryAttention::read);
        // Its name in .h5 files, which have the name of the Python class.
        factories.put("GroupedQueryAttention", GroupQueryAttention::read);
        factories.put("Identity", Identity::read);
        factories.put("InputLayer", InputLayer::read);
        factories.put("IntegerLookup", IntegerLookup::read);
        factories.put("LSTM", LSTM::read);
        factories.put("LSTMCell", LSTMCell::read);
        factories.put("LayerNormalization", LayerNormalization::read);
        factories.put("LeakyReLU", LeakyReLU::read);
        factories.put("Masking", Masking::read);
        factories.put("MaxPooling1D", MaxPooling1D::read);
        factories.put("MaxPooling2D", MaxPooling2D::read);
        factories.put("MaxPooling3D", MaxPooling3D::read);
        factories.put("Maximum", Maximum::read);
        factories.put("Minimum", Minimum::read);
        factories.put("MixUp", ImageAugmentation.reader("MixUp"));
        factories.put("MultiHeadAttention", MultiHeadAttention::read);
        factories.put("Multiply", Multiply::read);
        factories.put("Normalization", Normalization::read);
        factories.put("PReLU", PReLU::read);
        factories.put("Permute", Permute::read);
        factories.put("RMSNormalization", RMSNormalization::read);
        factories.put("RandAugment", ImageAugmentation.reader("RandAugment"));
        factories.put("RandomBrightness", ImageAugmentation.reader("RandomBrightness"));
        factories.put("RandomColorDegeneration", ImageAugmentation.reader("RandomColorDegeneration"));
        factories.put("RandomColorJitter", ImageAugmentation.reader("RandomColorJitter"));
        factories.put("RandomContrast", ImageAugmentation.reader("RandomContrast"));
        factories.put("RandomCrop", RandomCrop::read);
        factories.put("RandomElasticTransform", ImageAugmentation.reader("RandomElasticTransform"));
        factories.put("RandomErasing", ImageAugmentation.reader("RandomErasing"));
        factories.put("RandomFlip", ImageAugmentation.reader("RandomFlip"));
        factories.put("RandomGaussianBlur", ImageAugmentation.reader("RandomGaussianBlur"));
        factories.put("RandomGrayscale", ImageAugmentation.reader("RandomGrayscale"));
        factories.put("RandomHue", ImageAugmentation.reader("RandomHue"));
        factories.put("RandomInvert", ImageAugmentation.reader("RandomInvert"));
        factories.put("RandomPerspective", ImageAugmentation.reader("RandomPerspective"));
        factories.put("RandomPosterization", ImageAugmentation.reader("RandomPosterization"));
        factories.put("RandomRotation", ImageAugmentation.reader("RandomRotation"));
        factories.put("RandomSaturation", ImageAugmentation.reader("RandomSaturation"));
        factories.put("RandomSharpness", ImageAugmentation.reader("RandomSharpness"));
        factories.put("RandomShear", ImageAugmentation.reader("RandomShear"));
        factories.put("RandomTranslation", ImageAugmentation.reader("RandomTranslation"));
        factories.put("RandomZoom", ImageAugmentation.reader("RandomZoom"));
        factories.put("ReLU", ReLU::read);
        factories.put("RepeatVector", RepeatVector::read);
        factories.put("Rescaling", Rescaling::read);
        factories.put("Reshape", Reshape::read);
        factories.put("Resizing", Resizing::read);
        factories.put("SeparableConv1D", SeparableConv1D::read);
        factories.put("SeparableConv2D", SeparableConv2D::read);
        factories.put("SimpleRNN", SimpleRNN::read);
        factories.put("SimpleRNNCell", SimpleRNNCell::read);
        factories.put("Softmax", Softmax::read);
        factories.put("SpatialDropout1D", (name, config) -> SpatialDropout.read(1, name, config));
        factories.put("SpatialDropout2D", (name, config) -> SpatialDropout.read(2, name, config));
        factories.put("SpatialDropout3D", (name, config) -> SpatialDropout.read(3, name, config));
        factories.put("Subtract", Subtract::read);
        factories.put("UnitNormalization", UnitNormalization::read);
        factories.put("UpSampling1D", UpSampling1D::read);
        factories.put("UpSampling2D", UpSampling2D::read);
        factories.put("UpSampling3D", UpSampling3D::read);
        factories.put("ZeroPadding1D", ZeroPadding1D::read);
        factories.put("ZeroPadding2D", ZeroPadding2D::read);
        factories.put("ZeroPadding3D", ZeroPadding3D::read);
        Map<String, WrapperFactory> all = new TreeMap<>();
        all.put("Bidirectional", Bidirectional::read);
        all.put("RNN", RNN::read);
        all.put("SpectralNormalization", SpectralNormalization::read);
        all.put("StackedRNNCells", StackedRNNCells::read);
        all.put("TimeDistributed", TimeDistributed::read);
        factories.forEach((className, factory) -> all.put(className, plain(factory)));
        return new LayerRegistry(all);
    }

    private static WrapperFactory plain(Factory factory) {
        return (name, config, inner) -> factory.read(name, config);
    }

    /**
     * This registry and one class more.
     *
     * @param className the Keras class name, as {@code class_name} in the file
     * @param factory what reads it
     * @return a new registry
     * @throws IllegalArgumentException if the class is registered already
     */
    public LayerRegistry with(String className, Factory factory) {
        return withWrapper(className, plain(factory));
    }

    /**
     * This registry and one class more, whose layers hold other layers.
     *
     * @param className the Keras class name, as {@code class_name} in the file
     * @param factory what reads it
     * @return a new registry
     * @throws IllegalArgumentException if the class is registered already
     */
    public LayerRegistry withWrapper(String className, WrapperFactory factory) {
        Map<String, WrapperFactory> more = new TreeMap<>(factories);
        if (more.put(className, factory) != null) {
            throw new IllegalArgumentException("layer class '" + className + "' (expected: one not registered yet)");
        }
        return new LayerRegistry(more);
    }

    /**
     * The class names known.
     *
     * @return an unmodifiable set, sorted
     */
    public Set<String> classNames() {
        return Collections.unmodifiableSet(factories.keySet());
    }

    /**
     * Reads one layer.
     *
     * @param className its Keras class name
     * @param node its configuration, {@code name} and {@code dtype} included
     * @param inner reads the layers in it
     * @return the layer
     * @throws ConfigException if the class is not known or a key is not supported
     */
    public Layer read(String className, ObjectNode node, InnerReader inner) {
        String name = node.path("name").asText("");
        String subject = "layer '" + name + "' (" + className + ")";
        WrapperFactory factory = factories.get(className);
        if (className.equals("Lambda")) {
            throw new ConfigException(
                    subject + ": runs Python code (expected: a layer without code; replace it in Keras by"
                            + " built-in layers or register a layer of your own)");
        }
        if (factory == null) {
            throw new ConfigException(subject + ": unknown class (expected: one of " + classNames() + "; nearest: "
                    + Nearest.to(className, classNames()) + ")");
        }
        Config config = new Config(subject, node);
        config.ignore("name");
        if (!OWN_TYPE.contains(className)) {
            LayerConfig.requireType(config, "float32");
        }
        try {
            Layer layer = factory.read(name, config, inner);
            config.refuseOthers();
            return layer;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(subject + ": " + e.getMessage());
        }
    }
}
