package dev.slipway.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.config.ByteSize;
import dev.slipway.server.grpc.proto.HealthCheckRequest;
import dev.slipway.server.grpc.proto.HealthCheckResponse;
import dev.slipway.server.grpc.proto.HealthCheckResponse.ServingStatus;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import dev.slipway.server.grpc.proto.ModelStreamInferResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that is told to stop lets requests that have begun end, says so to their clients, and takes no more. */
final class DrainTest {
    private static final String BODY = "{\"instances\":[[2]]}";
    private static final String ANSWER = "{\"predictions\":[[2.0]]}";
    private static final String REQUEST =
            "POST /v1/models/gated:predict HTTP/1.1\r\nhost: x\r\ncontent-length: " + BODY.length() + "\r\n\r\n" + BODY;

    /** Nothing ends since its time is over: no test waits as long. */
    private static final ServerOptions OPTIONS = ServerOptions.defaults()
            .withServe(new ServeOptions(
                    "127.0.0.1",
                    0,
                    Optional.empty(),
                    1,
                    new ByteSize(1 << 20),
                    Duration.ofMinutes(10),
                    Optional.empty()));

    /** One for each task: on a machine of two processors Java's own pool has one thread, which a call that waits would keep. */
    private static final Executor THREADS = task -> new Thread(task, "drain-test").start();

    private final Gated gated = new Gated();
    private final ModelServer server = ModelServer.start(OPTIONS, List.of(gated.model("gated")));

    @BeforeEach
    void shut() throws IOException {
        // What is known to be slow goes to a worker, where it keeps no event loop from stopping.
        try (RawConnection first = new RawConnection(server.port())) {
            first.send(REQUEST).until(ANSWER);
        }
        gated.shut();
    }

    @AfterEach
    void close() {
        gated.open();
        server.close();
    }

    /** Begins to stop, and gives the end of it. */
    private CompletableFuture<Void> stop() {
        try (RawConnection still = new RawConnection(server.port())) {
            still.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").until("{\"live\":true}");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close, THREADS);
            still.untilClosed();
            return stopped;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void connectionsOfHttp1EndWithTheirAnswers() throws IOException {
        try (RawConnection still = new RawConnection(server.port());
                RawConnection asking = new RawConnection(server.port())) {
            still.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").until("{\"live\":true}");
            asking.send(REQUEST);
            gated.awaitBegun(1);
            CompletableFuture<Void> stopped = stop();
            assertThat(still.untilClosed()).isEmpty();
            gated.open();

            assertThat(asking.untilClosed())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("connection: close")
                    .endsWith(ANSWER);
            stopped.orTimeout(60, SECONDS).join();
        }
    }

    @Test
    void connectionsOfHttp2AreToldAndGetTheirAnswers() {
        Vertx vertx = Vertx.vertx();
        HttpClientAgent client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        try {
            HttpClientConnection connection = client.connect(
                            new HttpConnectOptions().setHost("127.0.0.1").setPort(server.port()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            CompletableFuture<Long> goAway = new CompletableFuture<>();
            connection.goAwayHandler(told -> goAway.complete(told.getErrorCode()));
            Future<String> asking = connection
                    .request(new RequestOptions().setMethod(HttpMethod.POST).setURI("/v1/models/gated:predict"))
                    .compose(request -> request.send(BODY)
                            .compose(response -> response.body().map(Buffer::toString)));
            gated.awaitBegun(1);
            CompletableFuture<Void> stopped = stop();
            assertThat(goAway.orTimeout(60, SECONDS).join())
                    .as("without an error")
                    .isZero();
            gated.open();

            assertThat(asking.toCompletionStage()
                            .toCompletableFuture()
                            .orTimeout(60, SECONDS)
                            .join())
                    .isEqualTo(ANSWER);
            stopped.orTimeout(60, SECONDS).join();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void callsOfGrpcGetTheirAnswers() {
        try (GrpcClient client = new GrpcClient(server.port())) {
            CompletableFuture<ModelInferResponse> asking =
                    CompletableFuture.supplyAsync(() -> client.infer("gated", 2), THREADS);
            gated.awaitBegun(1);
            CompletableFuture<Void> stopped = stop();
            gated.open();

            assertThat(asking.orTimeout(60, SECONDS)
                            .join()
                            .getOutputs(0)
                            .getContents()
                            .getFp32Contents(0))
                    .isEqualTo(2f);
            stopped.orTimeout(60, SECONDS).join();
        }
    }

    /** Who watches a server's health has it told, and does not hold up its end. */
    @Test
    void whoWatchesIsToldAndLetGo() {
        try (GrpcClient client = new GrpcClient(server.port())) {
            Iterator<HealthCheckResponse> health = client.watch(
                    "grpc.health.v1.Health/Watch",
                    HealthCheckRequest.getDefaultInstance(),
                    HealthCheckResponse.getDefaultInstance());
            assertThat(health.next().getStatus()).isEqualTo(ServingStatus.SERVING);
            CompletableFuture<Void> stopped = stop();

            assertThat(health.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(health.hasNext()).isFalse();
            stopped.orTimeout(60, SECONDS).join();
        }
    }

    @Test
    void streamsEndBehindTheAnswersToWhatHasCome() {
        try (GrpcClient client = new GrpcClient(server.port())) {
            CompletableFuture<ModelStreamInferResponse> answer = new CompletableFuture<>();
            CompletableFuture<Status> end = new CompletableFuture<>();
            StreamObserver<ModelInferRequest> open = client.open(
                    "inference.GRPCInferenceService/ModelStreamInfer",
                    GrpcClient.question("gated", 2),
                    new StreamObserver<ModelStreamInferResponse>() {
                        @Override
                        public void onNext(ModelStreamInferResponse response) {
                            answer.complete(response);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            end.complete(Status.fromThrowable(failure));
                        }

                        @Override
                        public void onCompleted() {
                            end.complete(Status.OK);
                        }
                    },
                    ModelStreamInferResponse.getDefaultInstance());
            open.onNext(GrpcClient.question("gated", 2));
            gated.awaitBegun(1);
            CompletableFuture<Void> stopped = stop();
            gated.open();

            assertThat(answer.orTimeout(60, SECONDS).join().getInferResponse().getModelName())
                    .isEqualTo("gated");
            assertThat(end.orTimeout(60, SECONDS).join())
                    .hasToString(Status.UNAVAILABLE
                            .withDescription("the server stops")
                            .toString());
            stopped.orTimeout(60, SECONDS).join();
        }
    }
}
