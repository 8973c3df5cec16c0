package dev.slipway.server.grpc;

import com.google.protobuf.Descriptors.FileDescriptor;
import dev.slipway.server.grpc.proto.ErrorResponse;
import dev.slipway.server.grpc.proto.FileDescriptorResponse;
import dev.slipway.server.grpc.proto.HealthOuterClass;
import dev.slipway.server.grpc.proto.Inference;
import dev.slipway.server.grpc.proto.ListServiceResponse;
import dev.slipway.server.grpc.proto.ServerReflectionRequest;
import dev.slipway.server.grpc.proto.ServerReflectionResponse;
import dev.slipway.server.grpc.proto.ServiceResponse;
import java.util.List;
import java.util.Optional;

/**
 * Server reflection: tells clients such as grpcurl which services there are and what their messages look like.
 *
 * <p>Source: gRPC, {@code doc/server-reflection.md}.
 */
final class Reflection {
    private static final List<FileDescriptor> FILES = List.of(
            Inference.getDescriptor(),
            HealthOuterClass.getDescriptor(),
            dev.slipway.server.grpc.proto.Reflection.getDescriptor());

    private Reflection() {}

    static ServerReflectionResponse answer(ServerReflectionRequest request) {
        ServerReflectionResponse.Builder response = ServerReflectionResponse.newBuilder()
                .setValidHost(request.getHost())
                .setOriginalRequest(request);
        switch (request.getMessageRequestCase()) {
            case LIST_SERVICES -> response.setListServicesResponse(services());
            case FILE_BY_FILENAME ->
                put(
                        response,
                        FILES.stream()
                                .filter(file -> file.getName().equals(request.getFileByFilename()))
                                .findFirst(),
                        request.getFileByFilename());
            case FILE_CONTAINING_SYMBOL ->
                put(
                        response,
                        FILES.stream()
                                .filter(file -> contains(file, request.getFileContainingSymbol()))
                                .findFirst(),
                        request.getFileContainingSymbol());
            default ->
                response.setErrorResponse(error(
                        GrpcStatus.UNIMPLEMENTED,
                        "request: extensions (expected: services, files or symbols, as no message has extensions)"));
        }
        return response.build();
    }

    private static ListServiceResponse services() {
        ListServiceResponse.Builder all = ListServiceResponse.newBuilder();
        FILES.stream()
                .flatMap(file -> file.getServices().stream())
                .forEach(service -> all.addService(ServiceResponse.newBuilder()
                        .setName(service.getFullName())
                        .build()));
        return all.build();
    }

    private static void put(ServerReflectionResponse.Builder response, Optional<FileDescriptor> file, String wanted) {
        if (file.isPresent()) {
            response.setFileDescriptorResponse(FileDescriptorResponse.newBuilder()
                    .addFileDescriptorProto(file.get().toProto().toByteString()));
        } else {
            response.setErrorResponse(error(
                    GrpcStatus.NOT_FOUND,
                    "'" + wanted + "' (expected: a name out of "
                            + FILES.stream().map(FileDescriptor::getName).toList() + ")"));
        }
    }

    /** A service, a method of it, or a message, by its full name. */
    private static boolean contains(FileDescriptor file, String symbol) {
        String prefix = file.getPackage() + ".";
        if (!symbol.startsWith(prefix)) {
            return false;
        }
        String[] parts = symbol.substring(prefix.length()).split("\\.", 2);
        return file.findMessageTypeByName(parts[0]) != null
                || file.findEnumTypeByName(parts[0]) != null
                || (file.findServiceByName(parts[0]) != null
                        && (parts.length == 1
                                || file.findServiceByName(parts[0]).findMethodByName(parts[1]) != null));
    }

    private static ErrorResponse error(GrpcStatus status, String message) {
        return ErrorResponse.newBuilder()
                .setErrorCode(status.code())
                .setErrorMessage(message)
                .build();
    }
}
