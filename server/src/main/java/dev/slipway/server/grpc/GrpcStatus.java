package dev.slipway.server.grpc;

import java.util.Arrays;

/**
 * gRPC's status codes.
 *
 * <p>Source: gRPC, {@code doc/statuscodes.md}.
 */
public enum GrpcStatus {
    /** All went well. */
    OK(0, 200),
    /** The client has gone. */
    CANCELLED(1, 499),
    /** The request is faulty. */
    INVALID_ARGUMENT(3, 400),
    /** The time the client gave is over. */
    DEADLINE_EXCEEDED(4, 504),
    /** There is no such model. */
    NOT_FOUND(5, 404),
    /** The client is known and may not do this. */
    PERMISSION_DENIED(7, 403),
    /** Too much is asked for, at once or in all. */
    RESOURCE_EXHAUSTED(8, 429),
    /** There is no such method. */
    UNIMPLEMENTED(12, 501),
    /** The server failed. */
    INTERNAL(13, 500),
    /** Not now; later, perhaps. */
    UNAVAILABLE(14, 503),
    /** The client must say who it is. */
    UNAUTHENTICATED(16, 401);

    private final int code;
    private final int http;

    GrpcStatus(int code, int http) {
        this.code = code;
        this.http = http;
    }

    /**
     * Its number.
     *
     * @return as it is sent
     */
    public int code() {
        return code;
    }

    /**
     * What it would be in HTTP.
     *
     * @return an HTTP status, for logs
     */
    public int http() {
        return http;
    }

    /**
     * The status of a call by what it would be in HTTP.
     *
     * @param http what {@link #http()} of a status is
     * @return that status
     */
    public static GrpcStatus endedAs(int http) {
        return Arrays.stream(values())
                .filter(status -> status.http == http)
                .findFirst()
                .orElseGet(() -> ofHttp(http));
    }

    /**
     * The status that means what an HTTP status means.
     *
     * @param http an HTTP status
     * @return the status
     */
    public static GrpcStatus ofHttp(int http) {
        return switch (http) {
            case 200, 204 -> OK;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> NOT_FOUND;
            case 413, 429 -> RESOURCE_EXHAUSTED;
            case 501 -> UNIMPLEMENTED;
            case 503 -> UNAVAILABLE;
            case 504 -> DEADLINE_EXCEEDED;
            default -> http < 500 ? INVALID_ARGUMENT : INTERNAL;
        };
    }
}
