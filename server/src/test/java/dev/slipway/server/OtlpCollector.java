package dev.slipway.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Takes spans as a collector does.
 *
 * <p>Source: opentelemetry-proto, {@code collector/trace/v1/trace_service.proto}, {@code trace/v1/trace.proto}; read field by
 * field, so that what is sent is not checked by the library that sends it.
 */
final class OtlpCollector implements AutoCloseable {
    private final HttpServer server;
    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
    final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /** A span as it came; the resource's attributes among its own. */
    record Span(
            String traceId,
            String spanId,
            String parentId,
            String state,
            String name,
            long kind,
            long startNanos,
            long endNanos,
            long status,
            Map<String, Object> attributes) {}

    OtlpCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        server.createContext("/", this::take);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Span> spans() {
        return List.copyOf(spans);
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("content-type") + " "
                + exchange.getRequestHeaders().getFirst("x-key"));
        for (UnknownFieldSet resourceSpans : messages(parse(ByteString.copyFrom(body)), 1)) {
            Map<String, Object> resource = new TreeMap<>();
            messages(resourceSpans, 1).forEach(each -> attributes(each, 1, resource));
            for (UnknownFieldSet scopeSpans : messages(resourceSpans, 2)) {
                messages(scopeSpans, 2).forEach(each -> spans.add(span(each, new TreeMap<>(resource))));
            }
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static Span span(UnknownFieldSet span, Map<String, Object> attributes) {
        attributes(span, 9, attributes);
        long status = messages(span, 15).stream()
                .flatMap(each -> each.getField(3).getVarintList().stream())
                .findFirst()
                .orElse(0L);
        return new Span(
                hex(span, 1),
                hex(span, 2),
                hex(span, 4),
                text(span, 3),
                text(span, 5),
                span.getField(6).getVarintList().get(0),
                span.getField(7).getFixed64List().get(0),
                span.getField(8).getFixed64List().get(0),
                status,
                attributes);
    }

    private static void attributes(UnknownFieldSet of, int field, Map<String, Object> into) {
        for (UnknownFieldSet pair : messages(of, field)) {
            UnknownFieldSet value = messages(pair, 2).get(0);
            Object content =
                    value.hasField(3) ? value.getField(3).getVarintList().get(0) : text(value, 1);
            into.put(text(pair, 1), content);
        }
    }

    private static String hex(UnknownFieldSet of, int field) {
        return of.getField(field).getLengthDelimitedList().stream()
                .map(each -> HexFormat.of().formatHex(each.toByteArray()))
                .findFirst()
                .orElse("");
    }

    private static String text(UnknownFieldSet of, int field) {
        return of.getField(field).getLengthDelimitedList().stream()
                .map(ByteString::toStringUtf8)
                .findFirst()
                .orElse("");
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field) {
        List<UnknownFieldSet> messages = new ArrayList<>();
        of.getField(field).getLengthDelimitedList().forEach(each -> messages.add(parse(each)));
        return messages;
    }

    private static UnknownFieldSet parse(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
