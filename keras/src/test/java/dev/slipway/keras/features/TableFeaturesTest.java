package dev.slipway.keras.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.data.CsvTable;
import dev.slipway.keras.data.DataFileException;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.ShuffledRows;
import dev.slipway.keras.data.Table;
import dev.slipway.keras.data.TablePart;
import dev.slipway.keras.data.TableSource;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TableFeaturesTest {
    private static final TableFeatures MIXED = TableFeatures.of(
                    Feature.normalized("age").missing(Missing.by(Missing.How.MEAN)),
                    Feature.oneHot("city").missing(Missing.by(Missing.How.CATEGORY)),
                    Feature.embedded("zip", 3).ofIntegers(),
                    Feature.words("note", 20),
                    Feature.bucketized("income", 2),
                    Feature.passed("flag"))
            .targets(Target.numbers("price"));

    @TempDir
    private Path directory = Path.of("");

    private Table csv(String... lines) throws IOException {
        return CsvTable.of(Files.writeString(directory.resolve("t.csv"), String.join("\n", lines)), Set.of("NA"));
    }

    private Table mixed() throws IOException {
        return csv(
                "age,city,zip,note,income,flag,price",
                "20,Rome,100,\"good, cheap\",1000,1,10",
                "40,Oslo,200,bad,2000,0,20",
                ",NA,100,good,3000,1,30",
                "60,Rome,300,dear,4000,0,40");
    }

    @Test
    void servesRawValuesAfterTrainingAndSavingAsBefore() throws IOException {
        Table table = mixed();
        AdaptedFeatures features = MIXED.adapt(table);
        Path file = directory.resolve("m.keras");
        Map<String, Tensor> row = Map.of(
                "age", Tensor.of(Shape.of(1, 1), 40f),
                "city", Tensor.of(Shape.of(1, 1), "Rome"),
                "zip", Tensor.of(Shape.of(1, 1), 999L),
                "note", Tensor.of(Shape.of(1, 1), "good"),
                "income", Tensor.of(Shape.of(1, 1), 2500f),
                "flag", Tensor.of(Shape.of(1, 1), 1f));
        try (Model model =
                Model.functional(features.inputs(), List.of(Dense.of(1).apply(features.encoded())))) {
            model.compile("adam", "mse");
            RowSource rows = new ShuffledRows(features.trainingRows(table), 2, 7);
            List<Double> losses = model.fit(
                            rows, FitOptions.defaults().withEpochs(30).withBatchSize(2))
                    .metrics()
                    .getOrDefault("loss", List.of());
            assertThat(losses.get(29)).isLessThan(losses.get(0));
            model.save(file);
            try (Predictor trained = model.predictor(EngineOptions.defaults());
                    Model loaded = Model.load(file);
                    Predictor served = loaded.predictor(EngineOptions.defaults())) {
                assertThat(onlyOutput(served, row)).containsExactly(onlyOutput(trained, row));
            }
        }
    }

    private static float[] onlyOutput(Predictor predictor, Map<String, Tensor> row) {
        return predictor.predict(row).values().iterator().next().toFloatArray();
    }

    @Test
    void learnsWhatStandsInForMissingValues() throws IOException {
        AdaptedFeatures features = MIXED.adapt(mixed());

        assertThat(features.columns().get(0).fill()).contains(40.0);
        assertThat(features.columns().get(1).fill()).contains(Missing.TEXT);
        List<Tensor> all = ((TableSource) features.trainingRows(mixed())).readAll();
        assertThat(all.get(0).toFloatArray())
                .as("the model knows what stands in")
                .containsExactly(20, 40, Float.NaN, 60);
        assertThat(all.get(1).texts()).containsExactly("Rome", "Oslo", Missing.TEXT, "Rome");
    }

    private static final TableFeatures WITH_GAPS = TableFeatures.of(
                    Feature.normalized("a").missing(Missing.by(Missing.How.MEAN)),
                    Feature.bucketized("b", 2).missing(Missing.by(Missing.How.MEDIAN)),
                    Feature.passed("c").missing(Missing.as("0.1")),
                    Feature.passed("d"))
            .targets(Target.numbers("y"));

    private Table withGaps() throws IOException {
        return csv("a,b,c,d,y", "1,,2,1,1", ",5,,0,2", "4,7,1,1,3", "7.1,9,NA,0,4", "NA,4,3,1,5");
    }

    private static Model learner(AdaptedFeatures features) {
        KerasTensor hidden = Dense.of(3).apply(features.encoded());
        return Model.of(
                Network.functional(
                        "m",
                        true,
                        List.of(),
                        features.inputs(),
                        List.of(Dense.of(1).apply(hidden))),
                5);
    }

    private static Map<String, Tensor> numbers(float a, float b, float c) {
        Shape row = Shape.of(1, 1);
        return Map.of("a", Tensor.of(row, a), "b", Tensor.of(row, b), "c", Tensor.of(row, c), "d", Tensor.of(row, 1f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m.keras", "m.h5"})
    void aMissingNumberOfARequestIsWhatStoodInForItInTraining(String name) throws IOException {
        Table table = withGaps();
        AdaptedFeatures features = WITH_GAPS.adapt(table);
        Path file = directory.resolve(name);
        try (Model model = learner(features)) {
            model.compile("adam", "mse");
            model.fit(features.trainingRows(table), FitOptions.defaults().withEpochs(3));
            model.save(file);
        }

        try (Model loaded = Model.load(file);
                Predictor served = loaded.predictor(EngineOptions.defaults())) {
            float mean = (float) ((1 + 4 + (double) 7.1f) / 3);
            assertThat(loaded.inputsThatMayMiss()).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(served.inputs().stream().filter(TensorSpec::takesMissing).map(TensorSpec::name))
                    .containsExactly("a", "b", "c");
            float[] missing = onlyOutput(served, numbers(Float.NaN, Float.NaN, Float.NaN));
            assertThat(missing).containsExactly(onlyOutput(served, numbers(mean, 6, 0.1f)));
            assertThat(missing).isNotEqualTo(onlyOutput(served, numbers(mean + 1, 6, 0.1f)));
        }
    }

    @Test
    void learnsTheSameFromMissingNumbersAsFromFilledOnes() throws IOException {
        Table table = withGaps();
        AdaptedFeatures features = WITH_GAPS.adapt(table);
        AdaptedFeatures filled = features.withInputsThatMayMiss(Set.of());
        assertThat(((TableSource) filled.trainingRows(table)).readAll().get(2).toFloatArray())
                .containsExactly(2, 0.1f, 1, 0.1f, 3);

        try (Model one = learner(features);
                Model other = learner(filled)) {
            FitOptions options = FitOptions.defaults().withEpochs(5).withBatchSize(2);
            one.compile("adam", "mse");
            other.compile("adam", "mse");

            assertThat(one.fit(features.trainingRows(table), options).metrics())
                    .isEqualTo(other.fit(filled.trainingRows(table), options).metrics());
            one.weights()
                    .forEach(weight -> assertThat(one.weight(weight.path()).toFloatArray())
                            .containsExactly(other.weight(weight.path()).toFloatArray()));
        }
    }

    /** The operations are those that Keras itself records, and their names those that it gives them. */
    @Test
    void recordsWhatStandsInAsKerasDoes() throws IOException {
        try (Model model = learner(WITH_GAPS.adapt(withGaps()))) {
            JsonNode layers = model.toJson().at("/config/layers");
            JsonNode where = layer(layers, "where");

            assertThat(layer(layers, "isnan").path("module").textValue()).isEqualTo("keras.src.ops.numpy");
            assertThat(where.path("module").textValue()).isEqualTo("keras.src.ops.numpy");
            assertThat(where.path("class_name").textValue()).isEqualTo("Where");
            assertThat(where.path("config").toString()).isEqualTo("{\"name\":\"where\"}");
            assertThat(where.at("/inbound_nodes/0/args/0/config").toString())
                    .isEqualTo("{\"shape\":[null,1],\"dtype\":\"bool\",\"keras_history\":[\"isnan\",0,0]}");
            assertThat(where.at("/inbound_nodes/0/args/1").doubleValue()).isEqualTo(4.0333333);
            assertThat(where.at("/inbound_nodes/0/args/2/config/keras_history").toString())
                    .isEqualTo("[\"a\",0,0]");
        }
    }

    private static JsonNode layer(JsonNode layers, String name) {
        for (JsonNode layer : layers) {
            if (layer.path("name").asText().equals(name)) {
                return layer;
            }
        }
        throw new AssertionError("no layer " + name);
    }

    @Test
    void refusesAStandInThatIsNoNumber() {
        assertThatThrownBy(() -> TableFeatures.of(Feature.passed("x").missing(Missing.as("none")))
                        .adapt(csv("x", "1")))
                .isInstanceOf(DataFileException.class)
                .hasMessageEndingWith("t.csv: column 'x': missing values as 'none' (expected: a finite number)");
    }

    @Test
    void aCategoryMayMissWhereMissingOnesWereACategory() throws IOException {
        Table table = csv("a,b,y", "Rome,x,1", ",y,2");
        AdaptedFeatures features = TableFeatures.of(
                        Feature.oneHot("a").missing(Missing.by(Missing.How.CATEGORY)), Feature.oneHot("b"))
                .adapt(table);

        try (Model model = learner(features)) {
            assertThat(model.inputsThatMayMiss()).containsExactly("a");
        }
    }

    /** What a missing value was in training, an empty text is in a request to the model that was saved. */
    @Test
    void anEmptyTextOfARequestIsAMissingCategory() throws IOException {
        Table table = csv("a,b,note,y", "Rome,x,good,1", ",,NA,2", "Oslo,x,bad,3", "NA,y,,4");
        Missing category = Missing.by(Missing.How.CATEGORY);
        AdaptedFeatures features = TableFeatures.of(
                        Feature.oneHot("a").missing(category),
                        Feature.embedded("b", 3).missing(category),
                        Feature.words("note", 20).missing(category))
                .targets(Target.numbers("y"))
                .adapt(table);
        Tensor trainedOn;
        Path file = directory.resolve("m.keras");
        try (Model model =
                Model.functional(features.inputs(), List.of(Dense.of(2).apply(features.encoded())))) {
            trainedOn = model.predict(features.trainingRows(table), 4)
                    .values()
                    .iterator()
                    .next();
            model.save(file);
        }
        try (Predictor served = Model.loadPredictor(file, EngineOptions.defaults())) {
            float[] empty = onlyOutput(served, texts("", "", ""));
            assertThat(empty).containsExactly(trainedOn.rows(1, 2).toFloatArray());
            assertThat(empty).isNotEqualTo(onlyOutput(served, texts("Paris", "", "")));
            assertThat(empty).isNotEqualTo(onlyOutput(served, texts("", "z", "")));
            assertThat(onlyOutput(served, texts("", "y", "")))
                    .containsExactly(trainedOn.rows(3, 4).toFloatArray());
        }
    }

    private static Map<String, Tensor> texts(String a, String b, String note) {
        Shape row = Shape.of(1, 1);
        return Map.of("a", Tensor.of(row, a), "b", Tensor.of(row, b), "note", Tensor.of(row, note));
    }

    @Test
    void numbersClassesInTheirOrder() throws IOException {
        Table table = csv("x,kind", "1,b", "2,a", "3,b");
        AdaptedFeatures features = TableFeatures.of(Feature.passed("x"))
                .targets(Target.labels("kind"))
                .adapt(table);

        assertThat(features.targets().get(0).get(0).classes()).containsExactly("a", "b");
        assertThat(((TableSource) features.trainingRows(table)).readAll().get(1).toFloatArray())
                .containsExactly(1, 0, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x,y;1,2;oops,3 | line 3, column 'x': 'oops' (expected: a finite number)",
                "x,y;1,2;NaN,3 | line 3, column 'x': 'NaN' (expected: a finite number)",
                "x,y;1,2;1e99,3 | line 3, column 'x': '1e99' (expected: a finite number)",
                "x,y;1,2;5,Infinity | line 3, column 'y': 'Infinity' (expected: a finite number)",
                "x,y;1,2;,3 | line 3, column 'x': nothing (expected: a value; or say what a missing one becomes)",
                "x,y;1,2;1,2,3 | line 3: 3 fields (expected: 2)",
                "x,y | no rows (expected: at least one below the names)",
                "x,z;1,2 | no column 'y' (expected: one of [x, z])",
                "x,x;1,2 | line 1: column 'x' twice (expected: a first line of names for the columns, all different)",
                "x\ty;1\t2 | line 1: one column 'x\ty' (expected: columns with commas between them, one of them 'x')",
                "x,y;1,2;\"3,4;5,6 | line 3: 1 fields (expected: 2); a quote that begins there seems not to be closed",
                "x,y;1,2;3\0,4 | line 3, column 'x': '3\uFFFD', a byte of zero (expected: text)",
            })
    void refusesWhatIsBrokenByFileLineAndColumn(String content, String message) throws IOException {
        assertThatThrownBy(() -> TableFeatures.of(Feature.passed("x"))
                        .targets(Target.numbers("y"))
                        .adapt(csv(content.split(";"))))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("t.csv")
                .hasMessageEndingWith(message);
    }

    /** As pandas writes its numbers of rows, spreadsheets their mark, and some of them UTF-16. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void readsTextWithAMarkAndAColumnWithoutAName(String charset) throws IOException {
        Path file = Files.writeString(
                directory.resolve("t.csv"), "\uFEFF,x,y\n0,1,\uD83D\uDE00\n", Charset.forName(charset));

        AdaptedFeatures features = TableFeatures.of(Feature.passed("x"))
                .targets(Target.labels("y", "\uD83D\uDE00", "b"))
                .adapt(CsvTable.of(file));

        assertThat(features.trainingRows()).isEqualTo(1);
    }

    @Test
    void saysWhereBytesStandThatAreNoUtf8() throws IOException {
        Path file = Files.writeString(directory.resolve("t.csv"), "x,y\n1,caf\u00e9\n", StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> TableFeatures.of(Feature.oneHot("y")).adapt(CsvTable.of(file)))
                .hasMessage(file + ", line 2, column 'y': 'caf\uFFFD', bytes that are no UTF-8 (expected: a file of"
                        + " UTF-8; convert it)");
        assertThatThrownBy(() -> CsvTable.of(directory)).hasMessageStartingWith(directory + " cannot be read: ");
    }

    @Test
    void refusesAClassThatIsNotThere() {
        assertThatThrownBy(() -> TableFeatures.of(Feature.passed("x"))
                        .targets(Target.labels("y", "0", "1"))
                        .adapt(csv("x,y", "1,0", "1,2")))
                .hasMessageEndingWith("line 3, column 'y': '2' (expected: one of the classes [0, 1])");
    }

    @Test
    void refusesAnEmptyFile() {
        assertThatThrownBy(() -> csv("")).hasMessageEndingWith("empty (expected: a line of column names)");
    }

    @Test
    void dividesATableIntoTwoParts() throws IOException {
        StringBuilder lines = new StringBuilder("x\n");
        for (int i = 0; i < 1000; i++) {
            lines.append(i).append('\n');
        }
        Table all = csv(lines.toString().split("\n"));
        long judged = TableSource.count(new TablePart(all, 0.2, 3, true));

        assertThat(judged).isBetween(150L, 250L);
        assertThat(TableSource.count(new TablePart(all, 0.2, 3, false))).isEqualTo(1000 - judged);
    }

    @Test
    void readsATableLargerThanMemory() throws Exception {
        Path file = directory.resolve("large.csv");
        try (var writer = Files.newBufferedWriter(file)) {
            writer.write("a,b,c,y\n");
            for (int i = 0; i < 1_000_000; i++) {
                writer.write(i + ".0625,name" + i % 100 + ",some words to fill the line with," + i + "\n");
            }
        }
        long bytes = Files.size(file);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReadLargeTable.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("rows 1000000");
        assertThat(bytes).isGreaterThan(48L << 20);
    }
}
