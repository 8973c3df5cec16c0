package dev.slipway.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.slipway.server.grpc.proto.InferTensorContents;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A client of gRPC: gRPC's own. */
final class GrpcClient implements AutoCloseable {
    private static final int MAX_BYTES = 64 << 20;

    private final ManagedChannel channel;

    GrpcClient(int port) {
        this(port, Map.of());
    }

    /** A client with a channel that it closes. */
    GrpcClient(ManagedChannel channel) {
        this.channel = channel;
    }

    /** A client that sends metadata with every call. */
    GrpcClient(int port, Map<String, String> metadata) {
        Metadata headers = new Metadata();
        metadata.forEach((name, value) -> headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                .maxInboundMessageSize(MAX_BYTES)
                .build();
    }

    /** Bytes of one type of message. */
    private record Marshaller<M extends MessageLite>(Parser<M> parser) implements MethodDescriptor.Marshaller<M> {
        @Override
        public InputStream stream(M message) {
            return new ByteArrayInputStream(message.toByteArray());
        }

        @Override
        public M parse(InputStream in) {
            try {
                return parser.parseFrom(in.readAllBytes());
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @SuppressWarnings("unchecked") // A message's parser is that of its own type.
    private static <M extends MessageLite> Marshaller<M> marshaller(M message) {
        return new Marshaller<>((Parser<M>) message.getParserForType());
    }

    private static <Q extends MessageLite, A extends MessageLite> MethodDescriptor<Q, A> method(
            MethodType type, String name, Q request, A answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(marshaller(request))
                .setResponseMarshaller(marshaller(answer))
                .build();
    }

    /** One row of one number, for a model's input {@code x}. */
    static ModelInferRequest question(String model, float number) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder().addFp32Contents(number)))
                .build();
    }

    ModelInferResponse infer(String model, float number) {
        return call(
                "inference.GRPCInferenceService/ModelInfer",
                question(model, number),
                ModelInferResponse.getDefaultInstance());
    }

    /** When a failed call says that it is worth while to try again. */
    static String pushbackMillis(StatusRuntimeException failure) {
        Metadata trailers = Objects.requireNonNull(failure.getTrailers());
        return Objects.requireNonNull(
                trailers.get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)));
    }

    /** Calls a method of one message in and one out; {@code like} is any answer of its type. */
    <Q extends MessageLite, A extends MessageLite> A call(String name, Q request, A like) {
        return call(name, request, like, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS));
    }

    <Q extends MessageLite, A extends MessageLite> A call(String name, Q request, A like, CallOptions options) {
        return ClientCalls.blockingUnaryCall(channel, method(MethodType.UNARY, name, request, like), options, request);
    }

    <Q extends MessageLite, A extends MessageLite> Iterator<A> watch(String name, Q request, A like) {
        return ClientCalls.blockingServerStreamingCall(
                channel,
                method(MethodType.SERVER_STREAMING, name, request, like),
                CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
                request);
    }

    /** Opens a stream; {@code anyRequest} and {@code like} are any messages of its types. */
    <Q extends MessageLite, A extends MessageLite> StreamObserver<Q> open(
            String name, Q anyRequest, StreamObserver<A> answers, A like) {
        return ClientCalls.asyncBidiStreamingCall(
                channel.newCall(method(MethodType.BIDI_STREAMING, name, anyRequest, like), CallOptions.DEFAULT),
                answers);
    }

    /** Sends all requests in one stream and gives all answers. */
    <Q extends MessageLite, A extends MessageLite> List<A> stream(String name, List<Q> requests, A like) {
        ConcurrentLinkedQueue<A> answers = new ConcurrentLinkedQueue<>();
        CompletableFuture<List<A>> all = new CompletableFuture<>();
        StreamObserver<Q> out = open(
                name,
                requests.get(0),
                new StreamObserver<A>() {
                    @Override
                    public void onNext(A answer) {
                        answers.add(answer);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        all.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        all.complete(List.copyOf(answers));
                    }
                },
                like);
        requests.forEach(out::onNext);
        out.onCompleted();
        return all.orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Sends bytes, whether they are a message or not. */
    byte[] callBytes(String name, byte[] message) {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(name)
                .setRequestMarshaller(new BytesMarshaller())
                .setResponseMarshaller(new BytesMarshaller())
                .build();
        return ClientCalls.blockingUnaryCall(
                channel, method, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), message);
    }

    /** Bytes as they are. */
    private record BytesMarshaller() implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream in) {
            try {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
