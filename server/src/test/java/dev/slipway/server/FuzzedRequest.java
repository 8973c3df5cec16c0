package dev.slipway.server;

import static dev.slipway.server.FuzzedBytes.any;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A request that is nearly one of a route.
 *
 * @param method any word
 * @param path of the route, with or without faults
 * @param headers besides those that say how long the body is
 * @param body the body
 */
@SuppressWarnings("ArrayRecordComponent") // Sent as it is, and compared by nobody.
record FuzzedRequest(String method, String path, List<Map.Entry<String, String>> headers, byte[] body) {
    /** Names of models that answer, one that does not, and one that is not there. */
    static final List<String> NAMES = List.of("line", "line", "mixed", "mixed", "words", "words", "broken", "nobody");

    private static final List<String> METHODS =
            List.of("GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW");

    private static final String OIP_JSON =
            "{\"id\":\"a\",\"parameters\":{\"binary_data_output\":false,\"timeout\":60000000},"
                    + "\"inputs\":[{\"name\":\"matrix\",\"shape\":[1,2,3],\"datatype\":\"FP32\",\"data\":[[[1,2,-3],[4.5,5,6]]]},"
                    + "{\"name\":\"count\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[5]}],"
                    + "\"outputs\":[{\"name\":\"twice\",\"parameters\":{\"classification\":1}}]}";

    private static final String OIP_BINARY = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],"
            + "\"parameters\":{\"binary_data_size\":4}}],\"parameters\":{\"binary_data_output\":true}}";

    private static final List<String> INFERENCES = List.of(
            OIP_JSON,
            "{\"inputs\":[{\"data\":[[1]],\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1]}]}",
            "{\"inputs\":[{\"name\":\"word\",\"datatype\":\"BYTES\",\"shape\":[1,1],\"data\":[\"a\"]}]}");

    /** What routes of the other protocols take. */
    private static final List<String> OTHERS = List.of(
            "{\"instances\":[[1],[2.5]],\"signature_name\":\"serving_default\"}",
            "{\"instances\":[{\"matrix\":[[1,2,3],[4,5,6]],\"count\":2}]}",
            "{\"inputs\":{\"matrix\":[[[1,2,3],[4,5,6]]],\"count\":[1]}}",
            "{\"instances\":[[{\"b64\":\"YQ==\"}]]}",
            "{\"examples\":[{\"x\":1.5}],\"context\":{\"y\":[2]}}",
            "{\"dataframe_split\":{\"columns\":[\"x\"],\"index\":[0],\"data\":[[1],[2]]}}",
            "{\"dataframe_records\":[{\"x\":1},{\"x\":2}],\"params\":{}}",
            "{\"x\":[[1],[2]]}",
            "{\"matrix\":[[[1,2,3],[4,5,6]]],\"count\":[1]}",
            "{\"word\":[[\"a\"]]}",
            "{\"ready\":true}",
            "{\"parameters\":{\"unload_dependents\":false}}",
            "{\"split\":[{\"version\":\"1\",\"weight\":100}]}",
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":{\"instances\":[[1]]}}",
            "{}");

    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json; charset=utf-8",
            "application/octet-stream",
            "application/cloudevents+json",
            "text/csv",
            "text/csv; header=absent",
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/grpc",
            "multipart/form-data; boundary=x",
            ";;;",
            "a/b/c");

    private static final List<Map.Entry<String, String>> HEADERS = List.of(
            Map.entry("inference-header-content-length", "0"),
            Map.entry("inference-header-content-length", "-1"),
            Map.entry("inference-header-content-length", "20"),
            Map.entry("inference-header-content-length", "99999999999999999999"),
            Map.entry("slipway-timeout", "60s"),
            Map.entry("slipway-timeout", "999999999s"),
            Map.entry("slipway-timeout", "soon"),
            Map.entry("accept", "text/html"),
            Map.entry("accept", "application/openmetrics-text; version=1.0.0"),
            Map.entry("accept", "*/*;q=x,,;"),
            Map.entry("accept-encoding", "gzip"),
            Map.entry("accept-encoding", "deflate, gzip;q=0"),
            Map.entry("content-encoding", "br"),
            Map.entry("content-encoding", "deflate"),
            Map.entry("if-none-match", "\"x\", W/\"y\""),
            Map.entry("x-request-id", "a".repeat(300)),
            Map.entry("x-request-id", "%00"),
            Map.entry("traceparent", "00-00000000000000000000000000000000-0000000000000000-01"),
            Map.entry("tracestate", ",,,="),
            Map.entry("authorization", "Bearer a.b.c"),
            Map.entry("authorization", "Basic %%%"),
            Map.entry("x-api-key", ""),
            Map.entry("cookie", "a=b; ;;=; slipway="),
            Map.entry("origin", "http://example.com"),
            Map.entry("access-control-request-method", "PUT"),
            Map.entry("ce-specversion", "1.0"),
            Map.entry("ce-id", "1"),
            Map.entry("x-amzn-sagemaker-custom-attributes", "c000b4f9=\u00e9"),
            Map.entry("range", "bytes=0-1"),
            Map.entry("grpc-timeout", "1S"));

    private static final List<String> SEGMENTS = List.of(
            "%", "%zz", "%00", "%2e%2e", "..", "a".repeat(900), "%ff%fe", "1", "%2F", ":predict", "~", "\u00e9", "-1");

    /** A request of a route, which is a good one now and then. */
    static FuzzedRequest of(String route, SplittableRandom random) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        byte[] body = body(route.endsWith("/infer") == random.nextInt(5) > 0 ? INFERENCES : OTHERS, headers, random);
        if (random.nextInt(3) > 0) {
            headers.add(Map.entry("content-type", random.nextInt(3) > 0 ? "application/json" : any(TYPES, random)));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            headers.add(any(HEADERS, random));
        }
        return new FuzzedRequest(any(METHODS, random), path(route, random), headers, body);
    }

    private static byte[] body(List<String> good, List<Map.Entry<String, String>> headers, SplittableRandom random) {
        if (random.nextInt(8) == 0) {
            return new byte[0];
        }
        if (random.nextInt(8) == 0) {
            headers.add(Map.entry("inference-header-content-length", Integer.toString(OIP_BINARY.length())));
            byte[] binary = (OIP_BINARY + "\0\0 A").getBytes(StandardCharsets.ISO_8859_1);
            return random.nextBoolean() ? binary : FuzzedBytes.changed(binary, random);
        }
        byte[] body = any(good, random).getBytes(StandardCharsets.UTF_8);
        body = switch (random.nextInt(6)) {
            case 0 -> body;
            case 1 -> FuzzedBytes.changed(body, random);
            case 2 -> FuzzedBytes.changed(FuzzedBytes.changedJson(body, random), random);
            default -> FuzzedBytes.changedJson(body, random);
        };
        if (random.nextInt(6) == 0) {
            headers.add(Map.entry("content-encoding", random.nextInt(4) > 0 ? "gzip" : "deflate"));
            return FuzzedBytes.gzipped(body, random);
        }
        return body;
    }

    private static String path(String route, SplittableRandom random) {
        String path = route.replace("{model}", any(NAMES, random))
                .replace("{version}", random.nextInt(4) > 0 ? "1" : any(SEGMENTS, random))
                .replace("{label}", any(SEGMENTS, random))
                .replace("{input_value}", random.nextBoolean() ? "1.5" : any(SEGMENTS, random))
                .replace("{file}", random.nextBoolean() ? "index.html" : any(SEGMENTS, random));
        return switch (random.nextInt(8)) {
            case 0 -> path + "/" + any(SEGMENTS, random);
            case 1 -> path + "?" + any(SEGMENTS, random) + "=%&" + any(SEGMENTS, random);
            case 2 ->
                new String(
                                FuzzedBytes.changed(path.getBytes(StandardCharsets.ISO_8859_1), random),
                                StandardCharsets.ISO_8859_1)
                        .replaceAll("[\\x00-\\x20\\x7f#]", "_")
                        .replaceFirst("^/*", "/");
            default -> path;
        };
    }

    /** Its first line and headers, and then its body, as HTTP/1.1 has them; whole, or in chunks. */
    byte[] http1(boolean chunked) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        headers.forEach(each ->
                head.append(each.getKey()).append(": ").append(each.getValue()).append("\r\n"));
        head.append(chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: " + body.length + "\r\n\r\n");
        String sent = new String(body, StandardCharsets.ISO_8859_1);
        if (chunked) {
            String first = Integer.toHexString(body.length) + "\r\n" + sent + "\r\n";
            head.append(body.length == 0 ? "" : first).append("0\r\n\r\n");
        } else {
            head.append(sent);
        }
        return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return new String(http1(false), StandardCharsets.ISO_8859_1);
    }
}
