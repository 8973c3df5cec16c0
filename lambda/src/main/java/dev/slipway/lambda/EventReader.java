package dev.slipway.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Reads requests out of events.
 *
 * <p>Source: AWS Lambda's developer guide, "Invoking a Lambda function using an Amazon API Gateway endpoint" and "Creating and
 * managing Lambda function URLs"; API Gateway's, "Working with AWS Lambda proxy integrations for HTTP APIs"; Elastic Load
 * Balancing's, "Lambda functions as targets".
 */
final class EventReader {
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,20}");

    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

    /** What a target has beside letters and digits; all else is written with percent signs. */
    private static final String TARGET = "-._~:/?#[]@!$&'()*+,;=%";

    /** What is about one connection, not about the request: the next connection has its own. */
    private static final Set<String> HOP = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private EventReader() {}

    /**
     * Which kind of event it is.
     *
     * @throws UnknownEventException if it is none that carries an HTTP request
     */
    static EventKind kind(JsonNode event) {
        JsonNode context = event.path("requestContext");
        if (event.path("version").asText().equals("2.0") && context.path("http").isObject()) {
            return EventKind.HTTP;
        }
        if (context.path("elb").isObject()) {
            return EventKind.BALANCER;
        }
        if (event.has("httpMethod") && context.isObject()) {
            return EventKind.REST;
        }
        List<String> keys = new ArrayList<>();
        event.fieldNames().forEachRemaining(keys::add);
        throw new UnknownEventException(event.isObject() ? "an object of " + keys : "no object");
    }

    /**
     * Reads an event of a kind.
     *
     * @throws MalformedEventException if a part of it is missing or broken
     */
    static Event read(JsonNode event, EventKind kind) {
        JsonNode context = event.path("requestContext");
        String method = kind == EventKind.HTTP
                ? text(context.path("http"), "method", "requestContext.http.method")
                : text(event, "httpMethod", "httpMethod");
        if (!METHOD.matcher(method).matches()) {
            throw new MalformedEventException("event: method '" + method + "' (expected: such as GET or POST)");
        }
        return new Event(
                kind,
                method,
                target(event, kind),
                headers(event, kind),
                body(event),
                context.path("requestId").asText(""));
    }

    private static String target(JsonNode event, EventKind kind) {
        String path = kind == EventKind.HTTP ? rawPath(event) : text(event, "path", "path");
        if (!path.startsWith("/")) {
            throw new MalformedEventException("event: path '" + path + "' (expected: one that begins with /)");
        }
        String query = kind == EventKind.HTTP ? event.path("rawQueryString").asText("") : query(event, kind);
        return escaped(path.replace("?", "%3F").replace("#", "%23")) + (query.isEmpty() ? "" : "?" + escaped(query));
    }

    /** An HTTP API with a stage of a name puts the name in front of the path. */
    private static String rawPath(JsonNode event) {
        String path = text(event, "rawPath", "rawPath");
        String stage = "/" + event.path("requestContext").path("stage").asText("$default");
        return path.equals(stage) || path.startsWith(stage + "/")
                ? "/" + path.substring(stage.length()).replaceFirst("^/", "")
                : path;
    }

    /** API Gateway takes percent signs out of a query, a load balancer leaves them in. */
    private static String query(JsonNode event, EventKind kind) {
        JsonNode several = event.path("multiValueQueryStringParameters");
        JsonNode parameters = several.isObject() ? several : event.path("queryStringParameters");
        StringJoiner query = new StringJoiner("&");
        for (Map.Entry<String, String> each : entries(parameters)) {
            query.add(
                    kind == EventKind.BALANCER
                            ? each.getKey() + "=" + each.getValue()
                            : encoded(each.getKey()) + "=" + encoded(each.getValue()));
        }
        return query.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || TARGET.indexOf(c) >= 0);
            escaped.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return escaped.toString();
    }

    private static List<Map.Entry<String, String>> headers(JsonNode event, EventKind kind) {
        JsonNode several = event.path("multiValueHeaders");
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (Map.Entry<String, String> each : entries(several.isObject() ? several : event.path("headers"))) {
            String name = each.getKey().toLowerCase(Locale.ROOT);
            if (!HEADER_NAME.matcher(name).matches()
                    || CONTROL.matcher(each.getValue()).find()) {
                throw new MalformedEventException(
                        "event: header '" + name + "' (expected: a name of letters, digits and dashes, one line)");
            }
            // A REST API hands on compressed answers only if it was told of each type; it compresses by itself.
            if (!HOP.contains(name) && !(kind == EventKind.REST && name.equals("accept-encoding"))) {
                headers.add(Map.entry(name, each.getValue()));
            }
        }
        StringJoiner cookies = new StringJoiner("; ");
        event.path("cookies").forEach(cookie -> cookies.add(cookie.asText()));
        if (cookies.length() > 0) {
            headers.add(Map.entry("cookie", cookies.toString()));
        }
        return List.copyOf(headers);
    }

    private static List<Map.Entry<String, String>> entries(JsonNode object) {
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        object.properties().forEach(each -> {
            if (each.getValue().isArray()) {
                each.getValue().forEach(value -> entries.add(Map.entry(each.getKey(), value.asText())));
            } else {
                entries.add(Map.entry(each.getKey(), each.getValue().asText()));
            }
        });
        return entries;
    }

    private static Buffer body(JsonNode event) {
        String body = event.path("body").asText("");
        if (!event.path("isBase64Encoded").asBoolean()) {
            return Buffer.buffer(body);
        }
        try {
            return Buffer.buffer(Base64.getDecoder().decode(body));
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("event: body: " + e.getMessage() + " (expected: base64)", e);
        }
    }

    private static String text(JsonNode object, String key, String place) {
        JsonNode found = object.path(key);
        if (!found.isTextual()) {
            throw new MalformedEventException("event: " + place + ": "
                    + (found.isMissingNode() ? "missing" : found.getNodeType()) + " (expected: a text)");
        }
        return found.asText();
    }
}
