package dev.slipway.cli;

import dev.slipway.cli.spec.TrainSpec;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Does once what the other commands do, so that the JVM can write down which classes they need; the launcher keeps that as
 * a class-data archive, with which every command starts faster.
 */
@Command(name = "warm-up", hidden = true, mixinStandardHelpOptions = true)
final class WarmUpCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Path directory = Files.createTempDirectory("slipway");
        Path file = directory.resolve("model.h5");
        try {
            TrainSpec train =
                    TrainSpec.read(Home.example("my-best-model/train.yaml")).withSave(file);
            new Training(train, spec.commandLine().getErr(), true, "slipway warm-up").run(false);
            try (Predictor predictor = ModelFile.predictor(file, EngineOptions.defaults())) {
                String input = predictor.inputs().get(0).name();
                predictor.predict(Map.of(input, Tensor.of(new float[][] {{10}})));
            }
            serve(file);
        } finally {
            delete(directory);
        }
        return 0;
    }

    /** The model, and what its training wrote beside it. */
    private static void delete(Path directory) throws IOException {
        try (Stream<Path> made = Files.list(directory)) {
            for (Path each : made.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(directory);
    }

    /** The command as it is given in a shell, up to its answers; it ends with the process. */
    static void serve(Path file) throws IOException {
        String[] command = {"serve", file.toString(), "--host", "127.0.0.1", "--port", "0"};
        ServerOutput said = new ServerOutput();
        Thread serving = new Thread(
                () -> {
                    try (PrintWriter err = new PrintWriter(said, true)) {
                        Slipway.commandLine(command).setErr(err).execute(command);
                    }
                },
                "slipway-serve");
        serving.setDaemon(true);
        serving.start();
        String address = said.address();
        request(address + "/prediction/10", "");
        request(address + "/v1/models/model:predict", "{\"instances\": [[10.0]]}");
        request(
                address + "/v2/models/model/infer",
                "{\"inputs\": [{\"name\": \"input_layer\", \"shape\": [1, 1], \"datatype\": \"FP32\", \"data\": [10]}]}");
        request(address + "/metrics", "");
        request(address + "/openapi.json", "");
        request(address + "/docs", "");
    }

    private static void request(String address, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream answer = connection.getInputStream()) {
            answer.readAllBytes();
        }
    }
}
