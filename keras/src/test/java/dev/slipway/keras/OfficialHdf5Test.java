package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_RDONLY;

import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataType;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C library of the HDF Group, which Keras reads with, finds in our files what was written. */
class OfficialHdf5Test {
    @TempDir
    Path folder = Path.of("");

    @Test
    void findsTheDatasetsAndAttributesOfALongH5() {
        Layer[] layers = new Layer[800];
        Arrays.setAll(layers, i -> i == 0 ? InputLayer.of(3) : Dense.of(3));
        Path path = folder.resolve("long.h5");
        try (Model model = Model.sequential(layers)) {
            model.save(path);
            String config = model.toJson().toString();
            assertThat(config.length()).isGreaterThan(450_000);
            try (H5File file = new H5File(path.toString(), H5F_ACC_RDONLY)) {
                assertThat(texts(file, "model_config", 1)).containsExactly(config);
                assertThat(texts(file, "keras_version", 1)).containsExactly("3.15.1");
                for (Weight weight : model.weights()) {
                    String layer = weight.path().substring(0, weight.path().indexOf('/'));
                    String place = "model_weights/" + layer + "/sequential/" + weight.path();
                    assertThat(floats(file, place, weight.spec().shape().elementCount()))
                            .isEqualTo(floats(model.weight(weight.path())));
                }
                List<String> names = List.copyOf(model.network().layers().keySet());
                try (Group weights = file.openGroup("model_weights")) {
                    assertThat(texts(weights, "layer_names", 799)).isEqualTo(names.subList(1, 800));
                }
            }
        }
    }

    @Test
    void findsTheWeightsOfFrozenLayersBehindTheOthersInANestedModel() {
        Path path = folder.resolve("frozen.h5");
        Dense frozen = Dense.builder(2).name("frozen").trainable(false).build();
        Network tower = Network.sequential("tower", true, List.of(InputLayer.of(2), frozen, Dense.of(2)));
        try (Model model = Model.sequential(InputLayer.of(2), tower)) {
            model.save(path);
            try (H5File file = new H5File(path.toString(), H5F_ACC_RDONLY);
                    Group group = file.openGroup("model_weights/tower")) {
                assertThat(texts(group, "weight_names", 4))
                        .containsExactly(
                                "sequential/tower/dense/kernel",
                                "sequential/tower/dense/bias",
                                "sequential/tower/frozen/kernel",
                                "sequential/tower/frozen/bias");
            }
        }
    }

    @Test
    void findsWeightsAndSlotsInAnArchive() throws IOException {
        Path archive = folder.resolve("model.keras");
        Path weights = folder.resolve("model.weights.h5");
        Tensor row = Tensor.of(new float[][] {{1, 2}});
        try (Model model = Model.sequential(InputLayer.of(2), Dense.of(3), Dense.of(4))) {
            model.compile("adam", "mse");
            model.fit(row, Tensor.of(new float[][] {{1, 2, 3, 4}}), FitOptions.epochs(1));
            model.save(archive);
            try (ZipFile zip = new ZipFile(archive.toFile());
                    InputStream in = zip.getInputStream(zip.getEntry("model.weights.h5"))) {
                Files.copy(in, weights);
            }
            try (H5File file = new H5File(weights.toString(), H5F_ACC_RDONLY)) {
                assertThat(floats(file, "layers/dense_1/vars/0", 12)).isEqualTo(floats(model.weight("dense_1/kernel")));
                OptimizerState state = model.optimizerState().orElseThrow();
                int index = 2;
                for (Tensor slot : state.slots().values()) {
                    assertThat(floats(
                                    file,
                                    "optimizer/vars/" + index++,
                                    slot.shape().elementCount()))
                            .isEqualTo(floats(slot));
                }
            }
        }
    }

    /** Texts of variable length are pointers to memory that the library allocates. */
    private static List<String> texts(Group group, String name, int count) {
        try (Attribute attribute = group.openAttribute(name);
                DataType type = attribute.getDataType();
                PointerPointer<BytePointer> texts = new PointerPointer<>(count)) {
            attribute.read(type, texts);
            return IntStream.range(0, count).mapToObj(texts::getString).toList();
        }
    }

    private static float[] floats(Group group, String path, long count) {
        float[] numbers = new float[(int) count];
        try (DataSet dataset = group.openDataSet(path);
                FloatPointer memory = new FloatPointer(count)) {
            assertThat(dataset.getInMemDataSize()).isEqualTo(count * Float.BYTES);
            dataset.read(memory, PredType.NATIVE_FLOAT());
            memory.get(numbers);
        }
        return numbers;
    }

    private static float[] floats(Tensor tensor) {
        float[] numbers = new float[(int) tensor.shape().elementCount()];
        tensor.floats().get(numbers);
        return numbers;
    }
}
