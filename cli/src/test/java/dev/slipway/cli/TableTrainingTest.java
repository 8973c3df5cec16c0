package dev.slipway.cli;

import static dev.slipway.cli.Run.slipway;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import blue.strategic.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables with typed columns, from the file to a model that takes raw values. */
final class TableTrainingTest {
    private static final String[] CITIES = {"Rome", "Oslo", "Lima"};

    @TempDir
    private Path directory = Path.of("");

    /** Row i of 60. */
    private record House(float area, String city, long rooms, float price) {
        static House of(int i) {
            return new House(50 + i, CITIES[i % 3], 1 + i % 4, 100 + 2 * i + 10 * (i % 3));
        }
    }

    private void writeCsv() throws IOException {
        StringBuilder lines = new StringBuilder("area,city,rooms,price\n");
        for (int i = 0; i < 60; i++) {
            House house = House.of(i);
            lines.append(house.area() + "," + house.city() + "," + house.rooms() + "," + house.price() + "\n");
        }
        Files.writeString(directory.resolve("houses.csv"), lines);
    }

    private void writeParquet() throws IOException {
        MessageType schema = new MessageType(
                "houses",
                Types.required(PrimitiveTypeName.FLOAT).named("area"),
                Types.required(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named("city"),
                Types.required(PrimitiveTypeName.INT64).named("rooms"),
                Types.required(PrimitiveTypeName.FLOAT).named("price"));
        try (ParquetWriter<House> writer = ParquetWriter.writeFile(
                schema, directory.resolve("houses.parquet").toFile(), (house, values) -> {
                    values.write("area", house.area());
                    values.write("city", house.city());
                    values.write("rooms", house.rooms());
                    values.write("price", house.price());
                })) {
            for (int i = 0; i < 60; i++) {
                writer.write(House.of(i));
            }
        }
    }

    private Path spec(String format, String more) throws IOException {
        return Files.writeString(
                directory.resolve("train.yaml"),
                String.join(
                        "\n",
                        "model:",
                        "  layers:",
                        "    - Dense: {units: 8, activation: relu}",
                        "    - Dense: {units: 1}",
                        "compile: {optimizer: adam, loss: mean_squared_error}",
                        "data:",
                        "  file: houses." + format,
                        "  target: price",
                        "  features:",
                        "    area: normalize",
                        "    city: one_hot",
                        "    rooms: {as: embedding, length: 2, type: integer}",
                        more,
                        "fit: {epochs: 3}",
                        "save: houses.keras"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "parquet"})
    void predictsFromRawValuesOfTheFileItLearnedFrom(String format) throws IOException {
        writeCsv();
        writeParquet();
        Path model = directory.resolve("houses.keras");
        Path data = directory.resolve("houses." + format);

        Run trained = slipway("train", spec(format, "  validation_split: 0.2"), "--quiet");

        assertThat(trained.err()).contains("best val_loss");
        assertThat(trained.exit()).isZero();
        Run fromFile = slipway("predict", model, "--input", data, "--format", "csv");
        assertThat(fromFile.exit()).as(fromFile.err()).isZero();
        assertThat(fromFile.out().lines()).hasSize(61);
        Path first = Files.writeString(
                directory.resolve("row.json"),
                "{\"instances\": [{\"area\": [50.0], \"city\": [\"Rome\"], \"rooms\": [1]}]}");
        Run fromJson = slipway("predict", model, "--input", first, "--format", "csv");
        assertThat(fromJson.out().lines().skip(1).findFirst())
                .isEqualTo(fromFile.out().lines().skip(1).findFirst());
        assertThat(slipway("evaluate", model, "--data", data, "--targets", "price")
                        .out())
                .startsWith("loss: ");
    }

    /** Categories are looked up in the file itself: known ones and unknown ones. */
    @Test
    void itsOnnxFileTakesTheSameRawValues() throws IOException {
        writeCsv();
        Path model = directory.resolve("houses.keras");
        Path onnx = directory.resolve("houses.onnx");
        assertThat(slipway("train", spec("csv", ""), "--quiet").exit()).isZero();
        Path rows = Files.writeString(
                directory.resolve("rows.csv"), "area,city,rooms\n50,Rome,1\n51.5,Reykjavík,99\n60,oslo,-1\n");

        Run converted = slipway("convert", model, onnx);

        assertThat(converted.exit()).as(converted.err()).isZero();
        Run predicted = slipway("predict", onnx, "--input", rows, "--format", "csv");
        assertThat(predicted.exit()).as(predicted.err()).isZero();
        assertThat(predicted.out().lines()).hasSize(4);
        assertThat(predicted.out())
                .isEqualTo(slipway("predict", model, "--input", rows, "--format", "csv")
                        .out());
    }

    @Test
    void streamsWhatIsLargerThanTheBufferAndRepeatsItself() throws IOException {
        writeCsv();
        Path train = spec("csv", "  shuffle_buffer: 7");

        String once = slipway("train", train, "--quiet").out();

        assertThat(once).startsWith("loss: ");
        assertThat(slipway("train", train, "--quiet").out()).isEqualTo(once);
    }

    /** Nothing is learned, so the loss is that of the first weights: twice as much if every row counts twice. */
    @ParameterizedTest
    @ValueSource(strings = {"", "  shuffle_buffer: 7"})
    void rowsCountAsAColumnSays(String more) throws IOException {
        writeCsv();
        Path houses = directory.resolve("houses.csv");
        List<String> weighted = Files.readAllLines(houses).stream()
                .map(line -> line + (line.startsWith("area") ? ",weight" : ",2"))
                .toList();
        Files.write(houses, weighted);
        Path train = spec("csv", "  validation_split: 0.2\n" + more);
        Files.writeString(
                train, Files.readString(train).replace("optimizer: adam", "optimizer: {SGD: {learning_rate: 0}}"));
        List<Double> once = losses(train);
        Files.writeString(
                train, Files.readString(train).replace("  target: price", "  target: price\n  sample_weight: weight"));

        List<Double> twice = losses(train);

        for (int i = 0; i < 2; i++) {
            assertThat(twice.get(i)).isCloseTo(2 * once.get(i), withinPercentage(1e-3));
        }
    }

    /** Loss and val_loss of the first epoch. */
    private List<Double> losses(Path train) throws IOException {
        Run run = slipway("train", train, "--quiet");
        assertThat(run.exit()).as(run.err()).isZero();
        List<String> history = Files.readAllLines(directory.resolve("houses.history.csv"));
        assertThat(history.get(0)).isEqualTo("epoch,loss,val_loss");
        return Stream.of(history.get(1).split(",", -1))
                .skip(1)
                .map(Double::valueOf)
                .toList();
    }

    @Test
    void aWeightThatIsNoNumberIsNamedByItsPlace() throws IOException {
        writeCsv();
        Run run = slipway("train", spec("csv", "  sample_weight: city"), "--quiet");

        assertThat(run.exit()).isNotZero();
        assertThat(run.err()).contains("houses.csv", "line 2", "city", "Rome");
        assertThat(slipway("train", spec("csv", "  sample_weight: w"), "--quiet")
                        .err())
                .contains("no column 'w' (expected: one of [area, city, rooms, price])");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  shuffle_buffer: 0 | shuffle_buffer = 0 (expected: >= 1)",
                "    flag: {as: onehot} | as = onehot (expected: pass, normalize, bucketize, one_hot, embedding or text)",
                "    flag: {as: pass, missing: category} | missing values by CATEGORY",
                "    flag: pass | no column 'flag' (expected: one of [area, city, rooms, price])",
            },
            ignoreLeadingAndTrailingWhitespace = false)
    void refusesBeforeItTrains(String more, String message) throws IOException {
        writeCsv();

        Run run = slipway("train", spec("csv", more.stripTrailing()), "--quiet");

        assertThat(run.exit()).isNotZero();
        assertThat(run.err()).contains(message.strip());
        assertThat(directory.resolve("houses.keras")).doesNotExist();
    }

    /** What is served takes raw values, and so does what is written for other runtimes. */
    @Test
    void itsOnnxFileKnowsWhatStandsIn() throws IOException {
        Path model = directory.resolve("gaps.keras");
        Path onnx = directory.resolve("gaps.onnx");
        assertThat(slipway("train", specWithGaps("layers: [Dense: {units: 1}]", "mean"), "--quiet")
                        .exit())
                .isZero();
        assertThat(slipway("convert", model, onnx).exit()).isZero();

        assertThat(predictions(onnx, "nan.json", "{\"instances\": [{\"a\": \"NaN\", \"b\": \"u\"}]}"))
                .isEqualTo(predictions(model, "three.csv", "a,b\n3,u\n"));
    }

    @Test
    void refusesABrokenParquet() throws IOException {
        Files.writeString(directory.resolve("houses.parquet"), "not Parquet at all");

        assertThat(slipway("train", spec("parquet", ""), "--quiet").err()).contains("houses.parquet: broken Parquet: ");
    }

    /** Columns of numbers that go in side by side, in memory and row by row. */
    @ParameterizedTest
    @ValueSource(strings = {"", ", shuffle_buffer: 7"})
    void readsColumnsOfNumbersOfParquetAsOfCsv(String more) throws IOException {
        writeCsv();
        writeParquet();

        assertThat(numbers("parquet", more).out())
                .startsWith("loss: ")
                .isEqualTo(numbers("csv", more).out());
    }

    private Run numbers(String format, String more) throws IOException {
        Path spec = Files.writeString(
                directory.resolve("numbers.yaml"),
                String.join(
                        "\n",
                        "model: {layers: [Dense: {units: 1}]}",
                        "compile: {optimizer: adam, loss: mse}",
                        "data: {file: houses." + format + ", features: [area, rooms], targets: [price]" + more + "}",
                        "save: numbers.keras"));
        return slipway("train", spec, "--quiet");
    }

    /** Also the target's: for a row without it there is nothing to learn. */
    @Test
    void leavesOutRowsWithoutAValueWhereTheSpecSaysSo() throws IOException {
        Files.writeString(directory.resolve("gaps.csv"), "a,b,y\n1,u,1\n2,,0\n,u,1\n4,v,NA\n5,v,0\n");
        Path spec = Files.writeString(directory.resolve("gaps.yaml"), """
                        model: {layers: [Dense: {units: 1}]}
                        compile: {optimizer: sgd, loss: mse}
                        data:
                          file: gaps.csv
                          features: {a: normalize, b: {as: one_hot, missing: category}}
                          target: y
                          missing_values: [NA]
                          drop_missing: [a, y]
                        save: gaps.keras""");

        assertThat(slipway("train", spec, "--quiet").err()).contains("on 3 rows");

        Files.writeString(spec, Files.readString(spec).replace("[a, y]", "[a, z]"));
        assertThat(slipway("train", spec, "--quiet").err())
                .contains("gaps.csv: no column 'z' (expected: one of [a, b, y])");
        Files.writeString(spec, Files.readString(spec).replace("missing: category", "missing: drop"));
        assertThat(slipway("train", spec, "--quiet").err())
                .contains("or drop_missing: [columns] beside features, to leave rows out");
    }

    private Path specWithGaps(String model, String missing) throws IOException {
        Files.writeString(directory.resolve("gaps.csv"), "a,b,y\n1,u,1\n2,,0\n,u,1\n6,v,0\nNA,v,0\n");
        return Files.writeString(directory.resolve("gaps.yaml"), """
                        model: {%s}
                        compile: {optimizer: sgd, loss: mse}
                        data:
                          file: gaps.csv
                          features: {a: {as: normalize, missing: %s}, b: {as: one_hot, missing: category}}
                          target: y
                          missing_values: [NA]
                        fit: {epochs: 2, seed: 3}
                        save: gaps.keras""".formatted(model, missing));
    }

    private List<String> predictions(Path model, String name, String content) throws IOException {
        Path rows = Files.writeString(directory.resolve(name), content);
        Run run = slipway("predict", model, "--input", rows, "--format", "csv");
        assertThat(run.exit()).as(run.err()).isZero();
        return run.out().lines().skip(1).toList();
    }

    /** The mean of 1, 2 and 6 stands in for a number that is missing in what is predicted for, as in training. */
    @Test
    void whatStandsInForMissingValuesIsAPartOfTheSavedModel() throws IOException {
        Path model = directory.resolve("gaps.keras");
        Run trained = slipway("train", specWithGaps("layers: [Dense: {units: 1}]", "mean"), "--quiet");
        assertThat(trained.exit()).as(trained.err()).isZero();

        List<String> present = predictions(model, "rows.csv", "a,b\n3,u\n2,u\n");

        assertThat(predictions(model, "missing.csv", "a,b\n,u\n2,u\n")).isEqualTo(present);
        assertThat(predictions(
                        model,
                        "missing.json",
                        "{\"instances\": [{\"a\": null, \"b\": \"u\"}, {\"a\": 2, \"b\": \"u\"}]}"))
                .isEqualTo(present);
        assertThat(predictions(model, "texts.csv", "a,b\n,\n2,u\n"))
                .isEqualTo(predictions(
                        model, "texts.json", "{\"instances\": [{\"a\": 3, \"b\": null}, {\"a\": 2, \"b\": \"u\"}]}"));
    }

    @Test
    void rowsWithMissingValuesAreJudgedAsInTraining() throws IOException {
        Path model = directory.resolve("gaps.keras");
        Path spec = specWithGaps("layers: [Dense: {units: 1}]", "mean");
        assertThat(slipway("train", spec, "--quiet").exit()).isZero();
        Path filled = Files.writeString(directory.resolve("filled.csv"), "a,b,y\n1,u,1\n2,,0\n3,u,1\n6,v,0\n3,v,0\n");
        Path missing = Files.writeString(directory.resolve("raw.csv"), "a,b,y\n1,u,1\n2,,0\n,u,1\n6,v,0\n,v,0\n");

        String judged =
                slipway("evaluate", model, "--data", filled, "--targets", "y").out();

        assertThat(judged).startsWith("loss: ").doesNotContain("NaN");
        assertThat(slipway("evaluate", model, "--data", missing, "--targets", "y")
                        .out())
                .isEqualTo(judged);
        assertThat(slipway("evaluate", model, "--spec", spec).out()).isEqualTo(judged);
    }

    /** It keeps what it learned; where it has nothing, what the spec says stands in while the table is read. */
    @ParameterizedTest
    @CsvSource({"mean, 3", "refuse, 2"})
    void aModelThatIsTrainedOnHasWhatStandsInItself(String before, float standIn) throws IOException {
        Path model = directory.resolve("gaps.keras");
        Path spec = specWithGaps("layers: [Dense: {units: 1}]", before);
        if (before.equals("refuse")) {
            Files.writeString(directory.resolve("gaps.csv"), "a,b,y\n1,u,1\n2,,0\n3,u,1\n6,v,0\n3,v,0\n");
        }
        Run first = slipway("train", spec, "--quiet");
        assertThat(first.exit()).as(first.err()).isZero();
        Path started = directory.resolve("started.keras");
        Files.copy(model, started);

        Path again = specWithGaps("file: started.keras", "2");
        Run fromMissing = slipway("train", again, "--quiet");
        assertThat(fromMissing.exit()).as(fromMissing.err()).isZero();
        Files.writeString(
                directory.resolve("gaps.csv"),
                "a,b,y\n1,u,1\n2,,0\n%s,u,1\n6,v,0\n%s,v,0\n".formatted(standIn, standIn));

        Run fromFilled = slipway("train", again, "--quiet");

        assertThat(fromMissing.out()).startsWith("loss: ").doesNotContain("NaN").isEqualTo(fromFilled.out());
    }

    /** In memory and row by row. */
    @ParameterizedTest
    @ValueSource(strings = {"", "  shuffle_buffer: 2"})
    void aMissingNumberWithoutAStandInIsNamedByItsPlace(String more) throws IOException {
        Path spec = specWithGaps("layers: [Dense: {units: 1}]", "refuse");
        Files.writeString(spec, Files.readString(spec).replace("  target: y", "  target: y\n" + more));

        assertThat(slipway("train", spec, "--quiet").err())
                .contains(
                        "gaps.csv, line 4, column 'a': nothing (expected: a value; or say what a missing one becomes)");
        assertThat(directory.resolve("gaps.keras")).doesNotExist();
    }

    @Test
    void typedColumnsAreJudgedByAFileThatTheSameWasLearnedFor() throws IOException {
        writeCsv();
        Path spec = spec("csv", "");
        Files.writeString(spec, Files.readString(spec) + "\nvalidation_data: {file: houses.csv}\n");

        assertThat(slipway("train", spec, "--quiet").err())
                .contains(
                        "(expected: validation_file or validation_split below data, as its columns are typed), at line");
    }
}
