package dev.slipway.server.grpc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.slipway.graph.SlipwayException;
import dev.slipway.server.grpc.proto.HealthCheckRequest;
import dev.slipway.server.grpc.proto.ModelConfigRequest;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import dev.slipway.server.grpc.proto.ModelMetadataRequest;
import dev.slipway.server.grpc.proto.ModelReadyRequest;
import dev.slipway.server.grpc.proto.ModelReadyResponse;
import dev.slipway.server.grpc.proto.ModelStatisticsRequest;
import dev.slipway.server.grpc.proto.ModelStatisticsResponse;
import dev.slipway.server.grpc.proto.ModelStreamInferResponse;
import dev.slipway.server.grpc.proto.RepositoryIndexRequest;
import dev.slipway.server.grpc.proto.RepositoryIndexResponse;
import dev.slipway.server.grpc.proto.RepositoryModelLoadRequest;
import dev.slipway.server.grpc.proto.RepositoryModelLoadResponse;
import dev.slipway.server.grpc.proto.RepositoryModelUnloadRequest;
import dev.slipway.server.grpc.proto.RepositoryModelUnloadResponse;
import dev.slipway.server.grpc.proto.ServerLiveRequest;
import dev.slipway.server.grpc.proto.ServerLiveResponse;
import dev.slipway.server.grpc.proto.ServerMetadataRequest;
import dev.slipway.server.grpc.proto.ServerMetadataResponse;
import dev.slipway.server.grpc.proto.ServerReadyRequest;
import dev.slipway.server.grpc.proto.ServerReadyResponse;
import dev.slipway.server.grpc.proto.ServerReflectionRequest;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.ModelChange;
import dev.slipway.server.inference.OverloadedException;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.Leases;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelNotReadyException;
import dev.slipway.server.models.ModelOnDemandException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelSource;
import dev.slipway.server.models.VersionStatus;
import dev.slipway.server.oip.InferRequest;
import dev.slipway.server.oip.ServerDescription;
import dev.slipway.server.payload.Payload;
import dev.slipway.server.payload.Recording;
import dev.slipway.server.traffic.Route;
import dev.slipway.server.traffic.Traffic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * All services of gRPC: the Open Inference Protocol with Triton's extensions model repository (index) and statistics, health
 * checking, and reflection. For one event loop.
 *
 * <p>Of the two incompatible forms of {@code ModelStreamInfer} this is Triton's: each answer is a {@code
 * ModelStreamInferResponse}, in the order of the requests; a request that fails is answered by its {@code error_message}, and
 * the stream goes on.
 */
public final class GrpcServices {
    static final String NOT_A_MESSAGE = "message: not of the method's type (expected: protocol buffers)";

    private static final String INFERENCE = "/inference.GRPCInferenceService/";

    private final ModelRepository models;
    private final Traffic traffic;
    private final Leases leases;
    private final InferenceService service;
    private final BooleanSupplier ready;
    private final String version;
    private final int maxMessageBytes;
    private final Context loop;
    private final Faults faults;
    private final Function<Throwable, GrpcException> failures;
    private final Map<String, GrpcMethod> methods = new HashMap<>();
    private final OpenStreams streams = new OpenStreams();

    /**
     * What a failure means.
     *
     * @param status the call's status
     * @param message what the client is told
     * @param retryAfter when it is worth while to try again; empty if that is not known
     */
    public record Fault(GrpcStatus status, String message, Optional<Duration> retryAfter) {}

    /** What failures mean, and when clients are told. */
    public interface Faults {
        /**
         * Explains a failure.
         *
         * @param failure what went wrong
         * @return what it means
         */
        Fault of(Throwable failure);

        /**
         * Lets a client for whom there is no room be told so when the event loop has time for it.
         *
         * @param answer tells it
         */
        void inTurn(Runnable answer);
    }

    /** Is told what becomes of a call. */
    public interface Watch {
        /**
         * A message asks for a prediction.
         *
         * @param lease the model
         * @param message the message, as JSON
         * @return what is to be told of the answer; empty for nothing
         */
        Optional<Recording> record(Lease lease, Supplier<Payload> message);

        /**
         * A message asks for a prediction of a model that does not answer.
         *
         * @param away which model
         */
        void notReady(ModelNotReadyException away);

        /**
         * A call has ended.
         *
         * @param httpStatus what its status would be in HTTP
         * @param lease the model it was for, and what became of its latest message; empty if for none
         */
        void ended(int httpStatus, Optional<Lease> lease);
    }

    /**
     * The services of an event loop.
     *
     * @param models the served models
     * @param leases takes models that have to be loaded before
     * @param service the event loop's predictions
     * @param ready whether new requests are welcome
     * @param version the server's version
     * @param maxMessageBytes the longest message read
     * @param loop the event loop's context
     * @param faults what failures of predictions mean
     */
    public GrpcServices(
            ModelRepository models,
            Leases leases,
            InferenceService service,
            BooleanSupplier ready,
            String version,
            int maxMessageBytes,
            Context loop,
            Faults faults) {
        this.models = models;
        this.traffic = Traffic.of(models);
        this.leases = leases;
        this.service = service;
        this.ready = ready;
        this.version = version;
        this.maxMessageBytes = maxMessageBytes;
        this.loop = loop;
        this.faults = faults;
        this.failures = this::asGrpc;
        addInference();
        HealthService health = new HealthService(ready, List.of("inference.GRPCInferenceService"), loop, streams);
        methods.put("/grpc.health.v1.Health/Check", unary(HealthCheckRequest.parser(), health::check));
        methods.put("/grpc.health.v1.Health/Watch", health.watch());
        for (String reflection : List.of("v1", "v1alpha")) {
            methods.put(
                    "/grpc.reflection." + reflection + ".ServerReflection/ServerReflectionInfo",
                    GrpcMethod.stream(
                            (call, message) -> answer(ServerReflectionRequest.parser(), message, Reflection::answer),
                            failures,
                            streams));
        }
    }

    private GrpcException asGrpc(Throwable failure) {
        if (failure instanceof GrpcException known) {
            return known;
        }
        Fault fault = faults.of(failure);
        return new GrpcException(fault.status(), fault.message(), fault.retryAfter());
    }

    /** Fails when it is the turn of those for whom there is no room, if that is why; else at once. */
    private <M> Future<M> refusedInTurn(Throwable failure) {
        if (!(failure instanceof OverloadedException)) {
            return Future.failedFuture(failure);
        }
        Promise<M> told = Promise.promise();
        faults.inTurn(() -> told.fail(failure));
        return told.future();
    }

    private void addInference() {
        add(
                "ServerLive",
                ServerLiveRequest.parser(),
                request -> ServerLiveResponse.newBuilder().setLive(true).build());
        add(
                "ServerReady",
                ServerReadyRequest.parser(),
                request -> ServerReadyResponse.newBuilder()
                        .setReady(ready.getAsBoolean())
                        .build());
        add("ModelReady", ModelReadyRequest.parser(), this::modelReady);
        add(
                "ServerMetadata",
                ServerMetadataRequest.parser(),
                request -> ServerMetadataResponse.newBuilder()
                        .setName(ServerDescription.NAME)
                        .setVersion(version)
                        .addAllExtensions(ServerDescription.EXTENSIONS)
                        .build());
        methods.put(INFERENCE + "ModelMetadata", GrpcMethod.unary((call, message) -> metadata(message), failures));
        methods.put(INFERENCE + "ModelConfig", GrpcMethod.unary((call, message) -> config(message), failures));
        add("RepositoryIndex", RepositoryIndexRequest.parser(), this::index);
        add("ModelStatistics", ModelStatisticsRequest.parser(), this::statistics);
        methods.put(INFERENCE + "RepositoryModelLoad", GrpcMethod.unary((call, message) -> load(message), failures));
        methods.put(
                INFERENCE + "RepositoryModelUnload", GrpcMethod.unary((call, message) -> unload(message), failures));
        methods.put(INFERENCE + "ModelInfer", GrpcMethod.unary(this::infer, failures));
        methods.put(INFERENCE + "ModelStreamInfer", GrpcMethod.stream(this::inferOfStream, failures, streams));
    }

    private <R> void add(String name, Parser<R> parser, Function<R, MessageLite> method) {
        methods.put(INFERENCE + name, unary(parser, method));
    }

    private <R> GrpcMethod unary(Parser<R> parser, Function<R, ? extends MessageLite> method) {
        return GrpcMethod.unary((call, message) -> answer(parser, message, method), failures);
    }

    private static <R> Future<MessageLite> answer(
            Parser<R> parser, byte[] message, Function<R, ? extends MessageLite> method) {
        try {
            return Future.succeededFuture(method.apply(parse(parser, message)));
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
    }

    private static <R> R parse(Parser<R> parser, byte[] message) {
        try {
            // The message's own bytes are kept for its raw contents.
            CodedInputStream in = InferMessages.unparsed(message).newCodedInput();
            in.enableAliasing(true);
            return parser.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw new GrpcException(GrpcStatus.INVALID_ARGUMENT, NOT_A_MESSAGE);
        }
    }

    private static ModelAddress address(String name, String version) {
        return new ModelAddress(name, version.isEmpty() ? Optional.empty() : Optional.of(version), Optional.empty());
    }

    private ModelReadyResponse modelReady(ModelReadyRequest request) {
        ModelAddress address = address(request.getName(), request.getVersion());
        models.requireKnown(address);
        return ModelReadyResponse.newBuilder().setReady(models.answers(address)).build();
    }

    private Future<MessageLite> metadata(byte[] message) {
        try {
            ModelMetadataRequest request = parse(ModelMetadataRequest.parser(), message);
            return leases.describe(address(request.getName(), request.getVersion()))
                    .map(this::metadata);
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<MessageLite> config(byte[] message) {
        try {
            ModelConfigRequest request = parse(ModelConfigRequest.parser(), message);
            return leases.describe(address(request.getName(), request.getVersion()))
                    .map(InferenceMessages::config);
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
    }

    private MessageLite metadata(ServedModel model) {
        return InferenceMessages.metadata(
                model,
                models.versions(model.name()).stream()
                        .map(VersionStatus::version)
                        .toList());
    }

    private MessageLite index(RepositoryIndexRequest request) {
        RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
        models.index().stream()
                .filter(each -> !request.getReady() || each.state().answers())
                .forEach(each -> response.addModelsBuilder()
                        .setName(each.name())
                        .setVersion(each.version())
                        .setState(each.state().name())
                        .setReason(traffic.reason(each)));
        return response.build();
    }

    private MessageLite statistics(ModelStatisticsRequest request) {
        List<ServedModel> all = request.getName().isEmpty()
                ? models.latest()
                : List.of(models.require(address(request.getName(), request.getVersion())));
        ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
        all.forEach(model -> response.addModelStats(InferenceMessages.statistics(model)));
        return response.build();
    }

    private Future<RepositoryModelLoadResponse> load(byte[] message) {
        try {
            RepositoryModelLoadRequest request = parse(RepositoryModelLoadRequest.parser(), message);
            if (request.getParametersCount() > 0) {
                throw new GrpcException(
                        GrpcStatus.INVALID_ARGUMENT,
                        "parameters: " + request.getParametersMap().keySet()
                                + " (expected: none, as models come from the server's directory only)");
            }
            ModelSource source = models.source(request.getModelName());
            return ModelChange.LOAD
                    .on(loop, () -> source.load(request.getModelName()))
                    .map(done -> RepositoryModelLoadResponse.getDefaultInstance());
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<RepositoryModelUnloadResponse> unload(byte[] message) {
        try {
            RepositoryModelUnloadRequest request = parse(RepositoryModelUnloadRequest.parser(), message);
            ModelSource source = models.source(request.getModelName());
            return ModelChange.UNLOAD
                    .on(loop, () -> source.unload(request.getModelName()))
                    .map(done -> RepositoryModelUnloadResponse.getDefaultInstance());
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<ModelInferResponse> infer(GrpcCall call, byte[] message) {
        long arrived = System.nanoTime();
        try {
            return infer(call, parse(ModelInferRequest.parser(), message), message.length, arrived)
                    .recover(failure -> {
                        if (failure instanceof ModelNotReadyException away) {
                            call.notReady(away);
                        }
                        return refusedInTurn(failure);
                    });
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<ModelInferResponse> infer(GrpcCall call, ModelInferRequest request, int length, long arrived) {
        Route route;
        try {
            route = traffic.route(address(request.getModelName(), request.getModelVersion()), call.marks());
        } catch (ModelOnDemandException asleep) {
            return leases.whileLoaded(asleep, call.deadlineNanos(), () -> infer(call, request, length, arrived));
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
        Lease lease = route.lease();
        call.deadlineNanos().ifPresent(lease::until);
        call.about(lease);
        InferMessages messages = lease.model()
                .companion(
                        InferMessages.class,
                        model -> new InferMessages(model.name(), model.version(), model.inputs(), model.outputs()));
        Supplier<InferRequest> decoder = () -> {
            InferRequest read = messages.read(request);
            read.timeout().ifPresent(time -> lease.until(arrived + time.toNanos()));
            return read;
        };
        Optional<Recording> recording = call.record(lease, () -> payload(request));
        Future<ModelInferResponse> answer = route.watch(
                service.predict(
                        lease,
                        length,
                        decoder,
                        InferRequest::tensors,
                        route.copying(InferRequest::tensors, messages::write)),
                failure -> failures.apply(failure).status().http());
        return recording.map(each -> recorded(answer, each)).orElse(answer);
    }

    private static Payload payload(Message message) {
        return new Payload("application/json", message.getSerializedSize(), () -> MessageJson.write(message));
    }

    private Future<ModelInferResponse> recorded(Future<ModelInferResponse> answer, Recording recording) {
        return answer.onSuccess(response -> recording.answered(200, payload(response)))
                .recover(failure -> {
                    GrpcException told = failures.apply(failure);
                    byte[] text = JsonNodeFactory.instance
                            .objectNode()
                            .put("error", told.getMessage())
                            .toString()
                            .getBytes(StandardCharsets.UTF_8);
                    recording.answered(told.status().http(), Payload.of("application/json", text.length, text));
                    return Future.failedFuture(told);
                });
    }

    private Future<ModelStreamInferResponse> inferOfStream(GrpcCall call, byte[] message) {
        return infer(call, message)
                .map(response -> ModelStreamInferResponse.newBuilder()
                        .setInferResponse(response)
                        .build())
                .otherwise(failure -> ModelStreamInferResponse.newBuilder()
                        .setErrorMessage(String.valueOf(failures.apply(failure).getMessage()))
                        .build());
    }

    /**
     * The methods there are.
     *
     * @return their paths, such as {@code /grpc.health.v1.Health/Check}, sorted
     */
    public List<String> methods() {
        return methods.keySet().stream().sorted().toList();
    }

    /** Ends the calls that go on for as long as their clients like: the server stops. */
    public void stop() {
        streams.end();
    }

    /**
     * Takes a call.
     *
     * @param request a request of content type {@code application/grpc} over HTTP/2, whose body has not been read
     * @param watch told of its predictions, and what the call's status would be in HTTP when it ends
     */
    public void handle(HttpServerRequest request, Watch watch) {
        GrpcCall call = new GrpcCall(request, loop, watch);
        GrpcMethod method = methods.get(request.path());
        if (method == null) {
            call.close(
                    GrpcStatus.UNIMPLEMENTED, "method '" + request.path() + "' (expected: one that reflection lists)");
            return;
        }
        GrpcMethod.Handler handler = method.begin(call);
        Optional<MessageReader.Packing> packing = MessageReader.Packing.find(request.getHeader("grpc-encoding"));
        MessageReader reader = new MessageReader(maxMessageBytes, packing, message -> {
            if (!call.isClosed()) {
                handler.message(message);
            }
        });
        request.handler(chunk -> guard(call, () -> reader.read(chunk)));
        request.endHandler(end -> guard(call, () -> {
            reader.end();
            handler.end();
        }));
        guard(call, call::startDeadline);
    }

    private void guard(GrpcCall call, Runnable step) {
        if (call.isClosed()) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException e) {
            // Whatever it is: an answer must come.
            call.fail(failures.apply(e));
        }
    }
}
