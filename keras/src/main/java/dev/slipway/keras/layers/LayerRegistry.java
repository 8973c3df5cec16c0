package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Nearest;
import dev.slipway.keras.config.OwnObjects;
import dev.slipway.keras.constraints.ConstraintReader;
import dev.slipway.keras.initializers.InitializerReader;
import dev.slipway.keras.regularizers.RegularizerReader;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which layer class reads which Keras class name. Immutable: a program that has a layer of its own makes a registry
 * {@link #with} it.
 */
public final class LayerRegistry {
    /** Layers that say by themselves which element types they can have. */
    private static final Set<String> OWN_TYPE = Set.of(
            "Discretization",
            "HashedCrossing",
            "Hashing",
            "InputLayer",
            "IntegerLookup",
            "StringLookup",
            "TextVectorization");

    private static final String NOT_IN_ONNX = "no .onnx file";

    private static final String OLD_ONLY = "out of files of Keras 1 and 2; Keras 3 has no such layer";

    private static final String IMAGES_ONLY = "mixes images and no labels, as a layer of a model does in Keras";

    private static final String FLAT = "its gradient is zero: layers before it do not learn through it";

    private final Map<String, Entry> entries;

    /** Why some classes that Keras has are not read. */
    private final Map<String, String> refused;

    private final OwnObjects own;

    private LayerRegistry(Map<String, Entry> entries, Map<String, String> refused, OwnObjects own) {
        this.entries = entries;
        this.refused = refused;
        this.own = own;
    }

    /** How far a layer is supported. */
    public enum Status {
        /** At inference and in training. */
        FULL("yes", "yes"),
        /** Neither: reading it is refused. */
        REFUSED("no", "no");

        private final String inference;
        private final String training;

        Status(String inference, String training) {
            this.inference = inference;
            this.training = training;
        }
    }

    /**
     * A class.
     *
     * @param own whether a program registered it
     */
    private record Entry(WrapperFactory factory, Status status, String note, boolean own) {}

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
        Entries entries = new Entries();
        entries.add("Activation", Status.FULL, "with the functions of Activations", ActivationLayer::read);
        entries.add("ActivityRegularization", Status.FULL, ActivityRegularization::read);
        entries.add("AdaptiveAveragePooling1D", Status.FULL, AdaptivePooling.average(1));
        entries.add("AdaptiveAveragePooling2D", Status.FULL, AdaptivePooling.average(2));
        entries.add("AdaptiveAveragePooling3D", Status.FULL, AdaptivePooling.average(3));
        entries.add("AdaptiveMaxPooling1D", Status.FULL, AdaptivePooling.max(1));
        entries.add("AdaptiveMaxPooling2D", Status.FULL, AdaptivePooling.max(2));
        entries.add("AdaptiveMaxPooling3D", Status.FULL, AdaptivePooling.max(3));
        entries.add("Add", Status.FULL, Add::read);
        entries.add("AdditiveAttention", Status.FULL, AdditiveAttention::read);
        entries.add("AlphaDropout", Status.FULL, AlphaDropout::read);
        entries.add("Attention", Status.FULL, Attention::read);
        entries.add("AugMix", Status.FULL, ImageAugmentation.reader("AugMix", AugMix::read));
        entries.add("AutoContrast", Status.FULL, AutoContrast::read);
        entries.add("Average", Status.FULL, Average::read);
        entries.add("AveragePooling1D", Status.FULL, AveragePooling1D::read);
        entries.add("AveragePooling2D", Status.FULL, AveragePooling2D::read);
        entries.add("AveragePooling3D", Status.FULL, AveragePooling3D::read);
        entries.add("BatchNormalization", Status.FULL, BatchNormalization::read);
        entries.addWrapper("Bidirectional", Status.FULL, "", Bidirectional::read);
        entries.add("CategoryEncoding", Status.FULL, "numbers out of range are in no vector", CategoryEncoding::read);
        entries.add("CenterCrop", Status.FULL, CenterCrop::read);
        entries.add("Concatenate", Status.FULL, Concatenate::read);
        entries.add(
                "ContrastLimitedAdaptiveHistogramEqualization",
                Status.FULL,
                "images of a known size",
                ContrastLimitedAdaptiveHistogramEqualization::read);
        entries.add("Conv1D", Status.FULL, Conv1D::read);
        entries.add("Conv1DTranspose", Status.FULL, Conv1DTranspose::read);
        entries.add("Conv2D", Status.FULL, Conv2D::read);
        entries.add("Conv2DTranspose", Status.FULL, Conv2DTranspose::read);
        entries.add("Conv3D", Status.FULL, Conv3D::read);
        entries.add("Conv3DTranspose", Status.FULL, Conv3DTranspose::read);
        entries.add("ConvLSTM1D", Status.FULL, ConvLSTM1D::read);
        entries.add("ConvLSTM2D", Status.FULL, ConvLSTM2D::read);
        entries.add("ConvLSTM3D", Status.FULL, ConvLSTM3D::read);
        entries.add("Cropping1D", Status.FULL, Cropping1D::read);
        entries.add("Cropping2D", Status.FULL, Cropping2D::read);
        entries.add("Cropping3D", Status.FULL, Cropping3D::read);
        entries.add("CustomScaleLayer", Status.FULL, "of InceptionResNetV2", CustomScaleLayer::read);
        entries.add("CutMix", Status.FULL, IMAGES_ONLY, ImageAugmentation.reader("CutMix", CutMix::read));
        entries.add("Dense", Status.FULL, Dense::read);
        entries.add("DepthToSpace", Status.FULL, OLD_ONLY, DepthToSpace::read);
        entries.add("DepthwiseConv1D", Status.FULL, DepthwiseConv1D::read);
        entries.add("DepthwiseConv2D", Status.FULL, DepthwiseConv2D::read);
        entries.add("Discretization", Status.FULL, "with boundaries, given or adapted in Keras", Discretization::read);
        entries.add("Dot", Status.FULL, Dot::read);
        entries.add("Dropout", Status.FULL, Dropout::read);
        entries.add("ELU", Status.FULL, ELU::read);
        entries.add("EinsumDense", Status.FULL, EinsumDense::read);
        entries.add("Embedding", Status.FULL, Embedding::read);
        entries.add("Equalization", Status.FULL, FLAT, Equalization::read);
        entries.add("Flatten", Status.FULL, Flatten::read);
        entries.add("GRU", Status.FULL, GRU::read);
        entries.add("GRUCell", Status.FULL, GRUCell::read);
        entries.add("GaussianDropout", Status.FULL, GaussianDropout::read);
        entries.add("GaussianNoise", Status.FULL, GaussianNoise::read);
        entries.add("GlobalAveragePooling1D", Status.FULL, GlobalAveragePooling1D::read);
        entries.add("GlobalAveragePooling2D", Status.FULL, GlobalAveragePooling2D::read);
        entries.add("GlobalAveragePooling3D", Status.FULL, GlobalAveragePooling3D::read);
        entries.add("GlobalMaxPooling1D", Status.FULL, GlobalMaxPooling1D::read);
        entries.add("GlobalMaxPooling2D", Status.FULL, GlobalMaxPooling2D::read);
        entries.add("GlobalMaxPooling3D", Status.FULL, GlobalMaxPooling3D::read);
        entries.add("GroupNormalization", Status.FULL, GroupNormalization::read);
        entries.add("GroupQueryAttention", Status.FULL, GroupQueryAttention::read);
        entries.add(
                "GroupedQueryAttention",
                Status.FULL,
                "GroupQueryAttention by its name in .h5 files, that of the Python class",
                GroupQueryAttention::read);
        entries.add("HashedCrossing", Status.FULL, NOT_IN_ONNX, HashedCrossing::read);
        entries.add("Hashing", Status.FULL, NOT_IN_ONNX, Hashing::read);
        entries.add("Highway", Status.FULL, OLD_ONLY, Highway::read);
        entries.add("Identity", Status.FULL, Identity::read);
        entries.add("InputLayer", Status.FULL, InputLayer::read);
        entries.add("IntegerLookup", Status.FULL, "", IntegerLookup::read);
        entries.add(
                "Keras1BatchNormalization",
                Status.FULL,
                "BatchNormalization of Keras 1 in modes 1 and 2",
                BatchStatisticsNormalization::read);
        entries.add(
                "Keras2RandomCrop",
                Status.FULL,
                "RandomCrop of Keras 2; Keras 3 has no such layer",
                Keras2RandomCrop::read);
        entries.add("LSTM", Status.FULL, LSTM::read);
        entries.add("LSTMCell", Status.FULL, LSTMCell::read);
        entries.add("LayerNormalization", Status.FULL, LayerNormalization::read);
        entries.add("LayerScale", Status.FULL, "of ConvNeXt", LayerScale::read);
        entries.add("LeakyReLU", Status.FULL, LeakyReLU::read);
        entries.add("LocallyConnected1D", Status.FULL, OLD_ONLY, LocallyConnected1D::read);
        entries.add("LocallyConnected2D", Status.FULL, OLD_ONLY, LocallyConnected2D::read);
        entries.add("Masking", Status.FULL, Masking::read);
        entries.add("MaxPooling1D", Status.FULL, MaxPooling1D::read);
        entries.add("MaxPooling2D", Status.FULL, MaxPooling2D::read);
        entries.add("MaxPooling3D", Status.FULL, MaxPooling3D::read);
        entries.add("MaxoutDense", Status.FULL, OLD_ONLY, MaxoutDense::read);
        entries.add("Maximum", Status.FULL, Maximum::read);
        entries.add("MelSpectrogram", Status.FULL, "window hann, hamming or numbers", MelSpectrogram::read);
        entries.add("MaxNumBoundingBoxes", Status.FULL, IMAGES_ONLY, MaxNumBoundingBoxes::read);
        entries.add("Minimum", Status.FULL, Minimum::read);
        entries.add("MixUp", Status.FULL, IMAGES_ONLY, ImageAugmentation.reader("MixUp", MixUp::read));
        entries.add("MultiHeadAttention", Status.FULL, MultiHeadAttention::read);
        entries.add("Multiply", Status.FULL, Multiply::read);
        entries.add("Normalization", Status.FULL, Normalization::read);
        entries.add("PReLU", Status.FULL, PReLU::read);
        entries.add("ParametricSoftplus", Status.FULL, OLD_ONLY, ParametricSoftplus::read);
        entries.add("Permute", Status.FULL, Permute::read);
        entries.addWrapper("Pipeline", Status.FULL, "trains if the layers in it do", Pipeline::read);
        entries.add("RMSNormalization", Status.FULL, RMSNormalization::read);
        entries.addWrapper("RNN", Status.FULL, "", RNN::read);
        entries.add("RandAugment", Status.FULL, ImageAugmentation.reader("RandAugment", RandAugment::read));
        entries.add(
                "RandomBrightness", Status.FULL, ImageAugmentation.reader("RandomBrightness", RandomBrightness::read));
        entries.add(
                "RandomColorDegeneration",
                Status.FULL,
                ImageAugmentation.reader("RandomColorDegeneration", Grey::partly));
        entries.add(
                "RandomColorJitter",
                Status.FULL,
                ImageAugmentation.reader("RandomColorJitter", RandomColorJitter::read));
        entries.add("RandomContrast", Status.FULL, ImageAugmentation.reader("RandomContrast", RandomContrast::read));
        entries.add(
                "RandomCrop",
                Status.FULL,
                "gives whole images at inference, as Keras 3 does; out of files of Keras 2.7 to 2.15 it crops them then too, out"
                        + " of earlier ones it takes images of the crop's size only",
                RandomCrop::read);
        entries.add(
                "RandomElasticTransform",
                Status.FULL,
                ImageAugmentation.reader("RandomElasticTransform", RandomElasticTransform::read));
        entries.add("RandomErasing", Status.FULL, ImageAugmentation.reader("RandomErasing", RandomErasing::read));
        entries.add("RandomFlip", Status.FULL, ImageAugmentation.reader("RandomFlip", RandomFlip::read));
        entries.add(
                "RandomGaussianBlur",
                Status.FULL,
                ImageAugmentation.reader("RandomGaussianBlur", RandomGaussianBlur::read));
        entries.add("RandomGrayscale", Status.FULL, ImageAugmentation.reader("RandomGrayscale", Grey::sometimes));
        entries.add("RandomHue", Status.FULL, ImageAugmentation.reader("RandomHue", RandomHue::read));
        entries.add("RandomInvert", Status.FULL, ImageAugmentation.reader("RandomInvert", RandomInvert::read));
        entries.add(
                "RandomPerspective",
                Status.FULL,
                ImageAugmentation.reader("RandomPerspective", RandomPerspective::read));
        entries.add(
                "RandomPosterization",
                Status.FULL,
                FLAT,
                ImageAugmentation.reader("RandomPosterization", RandomPosterization::read));
        entries.add(
                "RandomRotation",
                Status.FULL,
                ImageAugmentation.reader("RandomRotation", AffineAugmentation::rotation));
        entries.add(
                "RandomSaturation", Status.FULL, ImageAugmentation.reader("RandomSaturation", RandomSaturation::read));
        entries.add("RandomSharpness", Status.FULL, ImageAugmentation.reader("RandomSharpness", RandomSharpness::read));
        entries.add("RandomShear", Status.FULL, ImageAugmentation.reader("RandomShear", AffineAugmentation::shear));
        entries.add(
                "RandomTranslation",
                Status.FULL,
                ImageAugmentation.reader("RandomTranslation", AffineAugmentation::translation));
        entries.add("RandomZoom", Status.FULL, ImageAugmentation.reader("RandomZoom", AffineAugmentation::zoom));
        entries.add("ReLU", Status.FULL, ReLU::read);
        entries.add("RepeatVector", Status.FULL, RepeatVector::read);
        entries.add("Rescaling", Status.FULL, Rescaling::read);
        entries.add("Reshape", Status.FULL, Reshape::read);
        entries.add("Resizing", Status.FULL, Resizing::read);
        entries.add("ReversibleEmbedding", Status.FULL, ReversibleEmbedding::read);
        entries.add("STFTSpectrogram", Status.FULL, "window hann, hamming or numbers", STFTSpectrogram::read);
        entries.add("SReLU", Status.FULL, OLD_ONLY, SReLU::read);
        entries.add("SeparableConv1D", Status.FULL, SeparableConv1D::read);
        entries.add("SeparableConv2D", Status.FULL, SeparableConv2D::read);
        entries.add("SimpleRNN", Status.FULL, SimpleRNN::read);
        entries.add("SimpleRNNCell", Status.FULL, SimpleRNNCell::read);
        entries.add("Softmax", Status.FULL, Softmax::read);
        entries.add("Solarization", Status.FULL, ImageAugmentation.reader("Solarization", Solarization::read));
        entries.add("SpaceToDepth", Status.FULL, OLD_ONLY, SpaceToDepth::read);
        entries.add("SpatialDropout1D", Status.FULL, (name, config) -> SpatialDropout.read(1, name, config));
        entries.add("SpatialDropout2D", Status.FULL, (name, config) -> SpatialDropout.read(2, name, config));
        entries.add("SpatialDropout3D", Status.FULL, (name, config) -> SpatialDropout.read(3, name, config));
        entries.addWrapper(
                "SpectralNormalization",
                Status.FULL,
                "of a layer with kernel or embeddings",
                SpectralNormalization::read);
        entries.addWrapper("StackedRNNCells", Status.FULL, "", StackedRNNCells::read);
        entries.add(
                "StringLookup",
                Status.FULL,
                "no .onnx file with several places for unknown tokens",
                StringLookup::read);
        entries.add("Subtract", Status.FULL, Subtract::read);
        entries.add(
                "TextVectorization",
                Status.FULL,
                "no ragged results, no functions of the program's own; trains if all texts give one length;"
                        + " no .onnx file with split=character",
                TextVectorization::read);
        entries.add("TFDConcat", Status.FULL, "of FeatureSpace, written as Concatenate", Concatenate::read);
        entries.add("TFDIdentity", Status.FULL, "of FeatureSpace, written as Identity", Identity::read);
        entries.addWrapper("TimeDistributed", Status.FULL, "trains if the layer in it does", TimeDistributed::read);
        entries.add("UnitNormalization", Status.FULL, UnitNormalization::read);
        entries.add("UpSampling1D", Status.FULL, UpSampling1D::read);
        entries.add("UpSampling2D", Status.FULL, UpSampling2D::read);
        entries.add("UpSampling3D", Status.FULL, UpSampling3D::read);
        entries.add("ZeroPadding1D", Status.FULL, ZeroPadding1D::read);
        entries.add("ZeroPadding2D", Status.FULL, ZeroPadding2D::read);
        entries.add("ZeroPadding3D", Status.FULL, ZeroPadding3D::read);
        for (String foreign : List.of("FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper")) {
            entries.refuse(
                    foreign,
                    "runs a program of another framework (expected: Keras's own layers; export that part as .onnx from the"
                            + " framework it is of)");
        }
        entries.refuse(
                "Lambda",
                "runs Python code (expected: a layer without code; replace it in Keras by built-in layers or register a"
                        + " layer of your own)");
        return new LayerRegistry(entries.registered, entries.refused, OwnObjects.NONE);
    }

    /** What is registered while the list is built. */
    private static final class Entries {
        private final Map<String, Entry> registered = new TreeMap<>();
        private final Map<String, String> refused = new TreeMap<>();

        void add(String className, Status status, Factory factory) {
            add(className, status, "", factory);
        }

        void add(String className, Status status, String note, Factory factory) {
            addWrapper(className, status, note, plain(factory));
        }

        void addWrapper(String className, Status status, String note, WrapperFactory factory) {
            if (registered.put(className, new Entry(factory, status, note, false)) != null) {
                throw new IllegalStateException("layer class '" + className + "' (expected: registered once)");
            }
        }

        void refuse(String className, String reason) {
            refused.put(className, reason);
        }
    }

    private static WrapperFactory plain(Factory factory) {
        return (name, config, inner) -> factory.read(name, config);
    }

    /**
     * This registry and one class more.
     *
     * @param className the Python class's name, or {@code package>Name} if only the one registered in Keras under that
     *     package is meant
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
        Map<String, Entry> more = new TreeMap<>(entries);
        if (more.put(className, new Entry(factory, Status.FULL, "", true)) != null) {
            throw new IllegalArgumentException("layer class '" + className + "' (expected: one not registered yet)");
        }
        return new LayerRegistry(more, refused, own);
    }

    /**
     * This registry and an activation function more, for files of a program that has one of its own in Python. As in Keras, it
     * comes before one of Keras's of the same name.
     *
     * @param activation the function, by the name of the Python function, or {@code package>name} if only the one registered in
     *     Keras under that package is meant
     * @return a new registry
     * @throws IllegalArgumentException if a function is registered by that name already
     */
    public LayerRegistry withActivation(Activation activation) {
        return new LayerRegistry(entries, refused, own.with(Activation.class, activation.name(), activation));
    }

    /**
     * This registry and an initializer more, for files of a program that has one of its own in Python. As in Keras, it comes before
     * one of Keras's of the same name.
     *
     * @param name the Python class's or function's name, or {@code package>Name} if only the one registered in Keras under that
     *     package is meant
     * @param reader makes it from what a file says of it
     * @return a new registry
     * @throws IllegalArgumentException if an initializer is registered by that name already
     */
    public LayerRegistry withInitializer(String name, InitializerReader reader) {
        return new LayerRegistry(entries, refused, own.with(InitializerReader.class, name, reader));
    }

    /**
     * This registry and a regularizer more, for files of a program that has one of its own in Python. As in Keras, it comes before
     * one of Keras's of the same name.
     *
     * @param name the Python class's or function's name, or {@code package>Name} if only the one registered in Keras under that
     *     package is meant
     * @param reader makes it from what a file says of it
     * @return a new registry
     * @throws IllegalArgumentException if a regularizer is registered by that name already
     */
    public LayerRegistry withRegularizer(String name, RegularizerReader reader) {
        return new LayerRegistry(entries, refused, own.with(RegularizerReader.class, name, reader));
    }

    /**
     * This registry and a constraint more, for files of a program that has one of its own in Python. As in Keras, it comes before
     * one of Keras's of the same name.
     *
     * @param name the Python class's or function's name, or {@code package>Name} if only the one registered in Keras under that
     *     package is meant
     * @param reader makes it from what a file says of it
     * @return a new registry
     * @throws IllegalArgumentException if a constraint is registered by that name already
     */
    public LayerRegistry withConstraint(String name, ConstraintReader reader) {
        return new LayerRegistry(entries, refused, own.with(ConstraintReader.class, name, reader));
    }

    /**
     * The class names known.
     *
     * @return an unmodifiable set, sorted
     */
    public Set<String> classNames() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /**
     * How far a class is supported.
     *
     * @param className the Keras class name
     * @return its status; {@link Status#REFUSED} too for a class that is not known at all
     */
    public Status statusOf(String className) {
        Entry entry = entries.get(className);
        return entry == null ? Status.REFUSED : entry.status();
    }

    /**
     * What is supported, as a table for people to read.
     *
     * @return the rows of a Markdown table: class, inference, training, notes
     */
    public String supportTable() {
        StringBuilder table =
                new StringBuilder("| class | inference | training | notes |\n| --- | --- | --- | --- |\n");
        Set<String> all = new TreeSet<>(entries.keySet());
        all.addAll(refused.keySet());
        for (String className : all) {
            Status status = statusOf(className);
            Entry entry = entries.get(className);
            String note = entry == null ? refused.getOrDefault(className, "") : entry.note();
            table.append(
                    "| `" + className + "` | " + status.inference + " | " + status.training + " | " + note + " |\n");
        }
        return table.toString();
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
        String subject = "layer " + (name.isEmpty() ? "" : "'" + name + "' ") + "(" + className + ")";
        Entry entry = entryOf(className).orElseThrow(() -> unknown(subject, className));
        Config config = new Config(subject, node, own);
        config.ignore("name");
        try {
            Layer layer = entry.factory().read(name, config, inner);
            if (!config.truth("trainable", true)) {
                layer.setTrainable(false);
            }
            if (!OWN_TYPE.contains(className)) {
                layer.withDType(DTypePolicy.read(config));
                requireQuantizable(layer, config);
            }
            if (layer.regularizesOwnResults()
                    && config.find("activity_regularizer").isPresent()) {
                layer.regularizeActivity(LayerConfig.regularizer(config, "activity_regularizer"));
            }
            config.refuseOthers();
            return layer;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(subject + ": " + e.getMessage());
        }
    }

    /** Keras fails when it calls such a layer. */
    private static void requireQuantizable(Layer layer, Config config) {
        DTypePolicy policy = layer.dtypePolicy().orElse(DTypePolicy.FLOAT32);
        Set<Quantization.Mode> known = layer.quantizations();
        if (policy.quantization().isPresent()
                && !known.contains(policy.quantization().get().mode())) {
            throw config.refused(
                    "dtype",
                    policy.name(),
                    "a policy that Keras has for such a layer; of those in few bits it has "
                            + (known.isEmpty()
                                    ? "none"
                                    : known.stream().sorted().toList()));
        }
        boolean keepsSingles = policy.variable() == DataType.FLOAT;
        boolean isSimple = policy.quantization()
                .filter(quantization -> quantization.mode() != Quantization.Mode.INT8)
                .isEmpty();
        if (!isSimple && !keepsSingles) {
            throw config.refused(
                    "dtype",
                    policy.name(),
                    "one from a policy with weights of float32, as Slipway supports no other yet");
        }
    }

    /** A class of a package, {@code package>Name}, may be registered by its name alone; it is never Keras's of that name. */
    private Optional<Entry> entryOf(String className) {
        Optional<Entry> exact = Optional.ofNullable(entries.get(className));
        String name = className.substring(className.indexOf('>') + 1);
        return exact.or(() -> Optional.ofNullable(entries.get(name)).filter(Entry::own));
    }

    private ConfigException unknown(String subject, String className) {
        String reason = refused.get(className);
        return new ConfigException(subject + ": "
                + (reason != null
                        ? reason
                        // All of them would bury the other problems of a file.
                        : "unknown class (expected: one of the " + classNames().size()
                                + " in docs/support.md, or one that the program registers; nearest: "
                                + Nearest.to(className, classNames()) + ")"));
    }
}
