package dev.slipway.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.server.grpc.GrpcServices;
import dev.slipway.server.grpc.GrpcStatus;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.OverloadedException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.logging.RequestContext;
import dev.slipway.server.metrics.ModelMetrics;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelNotReadyException;
import dev.slipway.server.payload.Payload;
import dev.slipway.server.payload.Recording;
import dev.slipway.server.payload.Subject;
import dev.slipway.server.security.Admission;
import dev.slipway.server.security.Admission.Refused;
import dev.slipway.server.security.Identity;
import dev.slipway.server.tracing.RequestSpan;
import dev.slipway.server.traffic.Marks;
import dev.slipway.server.traffic.Route;
import dev.slipway.server.traffic.Traffic;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Every answer becomes one line of the request log. For the event loop of its request. */
public final class Exchange {
    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CharSequence APPLICATION_JSON = HttpHeaders.createOptimized("application/json");

    private static final ErrorForm PLAIN_ERRORS = (body, status, text) -> body.put("error", text);

    /** Calls whose messages are in JSON, or that a browser sends, are others. */
    private static final Pattern CALL = Pattern.compile("application/grpc(?:\\+proto)?(?:;.*)?");

    private static final CharSequence VERSION = HttpHeaders.createOptimized("slipway-model-version");

    /** Pages get everything from this server and run nothing that stands in their text; Swagger UI styles itself inline. */
    private static final String PAGE_POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'"
            + " 'unsafe-inline'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self';"
            + " frame-ancestors 'none'";

    static final CharSequence CONTENT_SECURITY_POLICY = HttpHeaders.createOptimized("content-security-policy");

    private final HttpServerRequest request;
    private final Observers observers;
    private final Overflow overflow;
    private final Parting parting;
    private final long startNanos;
    private final RequestSpan span;
    private final PayloadTap tap;
    private String id = "";
    private Identity identity = Identity.ANYBODY;
    private Optional<Lease> lease = Optional.empty();
    private Optional<ModelMetrics> model = Optional.empty();
    private String protocol = "http";
    private boolean predicts;
    private @Nullable AdminDoor door;
    private boolean answered;

    /** Whether the body has come, or is discarded. */
    private boolean bodySeenTo;

    private ErrorForm errors = PLAIN_ERRORS;

    /**
     * Begins an exchange.
     *
     * @param request what came
     * @param observers who is told of it
     * @param overflow answers if there is no room for it
     * @param parting says how its connection ends
     * @param startNanos when it came, as {@link System#nanoTime()} counts
     */
    public Exchange(
            HttpServerRequest request, Observers observers, Overflow overflow, Parting parting, long startNanos) {
        this.request = request;
        this.observers = observers;
        this.overflow = overflow;
        this.parting = parting;
        this.startNanos = startNanos;
        this.tap = new PayloadTap(observers.payloads());
        this.span = observers.tracing().begin(request::getHeader, startNanos);
    }

    /**
     * Where the request goes.
     *
     * @return the path, percent signs and all; empty for a request that has none
     */
    public String path() {
        return Objects.requireNonNullElse(request.path(), "");
    }

    /** What a protocol calls an error in the body of an answer. */
    @FunctionalInterface
    interface ErrorForm {
        void write(ObjectNode body, int status, String text);
    }

    /** Lets all errors from now on have another form than {@code {"error": text}}. */
    void writeErrorsAs(ErrorForm form) {
        errors = form;
    }

    /** The method, for messages. */
    String method() {
        return request.method().name();
    }

    /** Whether the method asks for something that is there; answers nothing. */
    boolean isGet() {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    /** Whether the method puts something in the place of another; answers nothing. */
    boolean isPut() {
        return request.method().equals(HttpMethod.PUT);
    }

    /** Whether the method takes something away; answers nothing. */
    boolean isDelete() {
        return request.method().equals(HttpMethod.DELETE);
    }

    /** Whether the method sends something to be worked on; answers nothing. */
    boolean isPost() {
        return request.method().equals(HttpMethod.POST);
    }

    /** Gives the request its id. */
    String identify(String requestId) {
        id = requestId;
        return id;
    }

    /** Lets the request of somebody in, who finds the way to change what is served behind a door. */
    void admit(Identity sender, AdminDoor adminDoor) {
        identity = sender;
        door = adminDoor;
    }

    /**
     * What the client and the log call this request.
     *
     * @return the id
     */
    public String id() {
        return id;
    }

    /**
     * Who sent it.
     *
     * @return the sender; {@link Identity#ANYBODY} where nobody has to be known
     */
    public Identity identity() {
        return identity;
    }

    /** Whether the method is GET or HEAD; answers 405 if not. */
    boolean requireGet() {
        if (isGet()) {
            return true;
        }
        refuseMethod("GET, HEAD");
        return false;
    }

    /** Whether the method is POST; answers 405 if not. */
    boolean requirePost() {
        if (isPost()) {
            return true;
        }
        refuseMethod("POST");
        return false;
    }

    /** Whether the sender may change what is served; answers 403 if not. */
    boolean requireAdmin() {
        Optional<Refusal> refusal = door == null ? Optional.of(Refusal.otherPort()) : door.refusal(request, identity);
        refusal.ifPresent(this::refuse);
        return refusal.isEmpty();
    }

    /** Answers 405. */
    void refuseMethod(String allowed) {
        request.response().putHeader(HttpHeaders.ALLOW, allowed);
        refuse(Refusal.method(request.method().name(), allowed));
    }

    /** Reads the whole body, of JSON by its headers, and hands it on; answers itself if it is too long or of another type. */
    void readJson(long limit, Handler<byte[]> whole) {
        read(limit, refusalByHeaders(limit).or(this::refusalByType), whole);
    }

    /** Reads the whole body, of any type, and hands it on; answers itself if it is too long. */
    void readBody(long limit, Handler<byte[]> whole) {
        read(limit, refusalByHeaders(limit), whole);
    }

    private void read(long limit, Optional<Refusal> byHeaders, Handler<byte[]> whole) {
        if (byHeaders.isPresent()) {
            refuse(byHeaders.get());
            return;
        }
        String expectation = request.getHeader(HttpHeaders.EXPECT);
        if (expectation != null) {
            if (!expectation.equalsIgnoreCase("100-continue")) {
                refuse(Refusal.expectation(RequestLog.printable(expectation)));
                return;
            }
            request.response().writeContinue();
        }
        BodyBytes body = new BodyBytes(Parting.declaredLength(request));
        request.handler(chunk -> {
            if (body.length() + (long) chunk.length() > limit) {
                refuse(Refusal.tooLarge("more", limit));
            } else {
                body.add(chunk);
            }
        });
        request.endHandler(end -> {
            bodySeenTo = true;
            if (!answered) {
                handOn(body.whole(), limit, whole);
            }
        });
    }

    /** What came compressed is made whole on a worker: a small body can be a large one that way. */
    private void handOn(byte[] body, long limit, Handler<byte[]> whole) {
        Optional<Compression> compression = encoding().flatMap(Compression::find);
        if (compression.isEmpty()) {
            give(body, whole);
            return;
        }
        worker().executeBlocking(() -> compression.get().expand(body, limit), false)
                .onSuccess(bytes -> {
                    if (bytes.length > limit) {
                        refuse(Refusal.tooLarge("more, uncompressed", limit));
                    } else {
                        give(bytes, whole);
                    }
                })
                .onFailure(broken -> refuse(Refusal.badRequest(
                        "encoding_invalid",
                        List.of("body"),
                        "expected: what content-encoding says",
                        "a body that is not " + encoding().orElse("compressed"))));
    }

    /** Nobody else answers for what fails from here on. */
    private void give(byte[] body, Handler<byte[]> whole) {
        try {
            whole.handle(body);
        } catch (RuntimeException e) {
            if (answered) {
                throw e;
            }
            fail(e);
        }
    }

    private Optional<String> encoding() {
        return requestHeader(HttpHeaders.CONTENT_ENCODING);
    }

    private static Context worker() {
        return Objects.requireNonNull(Vertx.currentContext(), "on an event loop");
    }

    /** Whether the request says that its body is no longer than this. */
    private boolean isWithin(long limit) {
        long declared = Parting.declaredLength(request);
        return declared >= 0 && declared <= limit;
    }

    private Optional<Refusal> refusalByHeaders(long limit) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && !isWithin(limit)) {
            return Optional.of(Refusal.tooLarge(length + " bytes", limit));
        }
        return encoding()
                .filter(name -> !name.equalsIgnoreCase("identity"))
                .filter(name -> Compression.find(name).isEmpty())
                .map(name -> Refusal.mediaType("content-encoding", name, "gzip, deflate or an uncompressed body"));
    }

    private Optional<Refusal> refusalByType() {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && !isJson(type)) {
            return Optional.of(Refusal.mediaType("content-type", type, "application/json"));
        }
        return Optional.empty();
    }

    /** The two types that are not JSON are what curl and plain clients send where nobody told them. */
    private static boolean isJson(String contentType) {
        if (APPLICATION_JSON.toString().equals(contentType)) {
            return true;
        }
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return type.contentEquals(APPLICATION_JSON)
                || type.endsWith("+json")
                || type.equals("application/x-www-form-urlencoded")
                || type.equals("text/plain");
    }

    /** Answers 404: no endpoint knows the path. */
    public void refuseUnknownPath() {
        refuse(Refusal.unknownPath(RequestLog.printable(path()), "a path of the documentation at /docs"));
    }

    /** Answers what the gate says. */
    void refuse(Refused refused) {
        if (refused.reason() == Admission.Reason.UNAUTHENTICATED) {
            header("www-authenticate", "Bearer");
        }
        if (!refused.retryAfter().isZero()) {
            header(
                    "retry-after",
                    Long.toString(refused.retryAfter().plusSeconds(1).toSeconds()));
        }
        refuse(Refusal.of(refused));
    }

    /** Before each answer. */
    private void part() {
        parting.answering(request, bodySeenTo);
        bodySeenTo = true;
    }

    /** Answers 204. */
    void answerNothing() {
        answered = true;
        part();
        request.response().setStatusCode(204).end();
        count(204, 0);
    }

    /** Answers 200 with JSON. */
    void ok(Buffer json) {
        answer(200, APPLICATION_JSON, json);
    }

    /**
     * Answers with what a failure means.
     *
     * @param failure what went wrong
     */
    public void fail(Throwable failure) {
        if (failure instanceof OverloadedException full) {
            refuseForNow(full);
        } else {
            refuse(explain(failure));
        }
    }

    /** Answers 429 to somebody for whom there is no room now, when the event loop has time for it. */
    void refuseForNow(OverloadedException full) {
        Refusal refusal = Refusal.of(full);
        if (isCall()) {
            refuse(refusal);
            return;
        }
        header(HttpHeaders.RETRY_AFTER, Long.toString(full.retryAfterSeconds()));
        Buffer body = overflow.body(full, errors, () -> body(refusal, refusal.text()));
        if (!bodySeenTo) {
            // It comes while the answer waits.
            parting.discard(request);
            bodySeenTo = true;
        }
        overflow.inTurn(() -> answer(refusal.status(), APPLICATION_JSON, body));
    }

    /** When it is worth while to try again; empty if that is not known. */
    static Optional<Duration> retryAfter(Refusal refusal, Throwable failure) {
        if (failure instanceof OverloadedException full) {
            return Optional.of(Duration.ofSeconds(full.retryAfterSeconds()));
        }
        return refusal.status() == 503 ? Optional.of(Duration.ofSeconds(1)) : Optional.empty();
    }

    /** What a failure means; what the server is to blame for is logged. */
    Refusal explain(Throwable failure) {
        Refusal refusal = Refusal.of(failure);
        if (predicts && failure instanceof ModelNotReadyException away) {
            countFor(away);
        }
        retryAfter(refusal, failure)
                .ifPresent(time -> header(HttpHeaders.RETRY_AFTER, Long.toString(time.toSeconds())));
        if (refusal.status() == 500) {
            String what = method() + " " + RequestLog.printable(path()) + " failed, request " + id;
            RequestContext.during(facts(), () -> LOG.log(Level.ERROR, what, failure));
        }
        return refusal;
    }

    /**
     * Answers with what a failure means in protocols that have no 422: what does not fit the model is a bad request.
     *
     * @param failure what went wrong
     */
    void failAsBadRequest(Throwable failure) {
        if (failure instanceof OverloadedException full) {
            refuseForNow(full);
        } else {
            refuse(explain(failure).asBadRequest());
        }
    }

    /** Takes the calls of another protocol. */
    interface Calls {
        void handle(HttpServerRequest request, GrpcServices.Watch watch);
    }

    /** Hands the request on if it is a call of gRPC; its line is logged when it ends. */
    boolean takeGrpc(Calls calls) {
        if (!isCall()) {
            return false;
        }
        answered = true;
        protocol = "grpc";
        calls.handle(request, new GrpcServices.Watch() {
            @Override
            public Optional<Recording> record(Lease asked, Supplier<Payload> message) {
                return tap.message(() -> subject(asked), message);
            }

            @Override
            public void notReady(ModelNotReadyException away) {
                countFor(away);
            }

            @Override
            public void ended(int status, Optional<Lease> asked) {
                asked.ifPresent(each -> countFor(each, protocol));
                count(status, 0);
            }
        });
        return true;
    }

    /** Lets what was sent, to the model that this request is about, be written down with its answer. */
    void record(byte[] body) {
        if (isRecorded()) {
            record(requestHeader(HttpHeaders.CONTENT_TYPE).orElse("application/json"), () -> Buffer.buffer(body));
        }
    }

    /** The same for an input that is in no body. */
    void record(Supplier<String> json) {
        record("application/json", () -> Buffer.buffer(json.get()));
    }

    /** Whether some of what is sent is written down. */
    boolean isRecorded() {
        return observers.payloads().isOn();
    }

    private void record(String type, Supplier<Buffer> body) {
        lease.ifPresent(asked -> tap.sent(() -> subject(asked), type, body));
    }

    private Subject subject(Lease asked) {
        return PayloadTap.subject(id, span.traceId(), protocol, asked.model());
    }

    /** Takes a version for this request, for as long as it says that it waits. */
    Route route(Traffic traffic, ModelAddress address) {
        Optional<Long> deadline = deadlineNanos();
        Route route = traffic.route(address, Marks.of(request, true));
        deadline.ifPresent(route.lease()::until);
        route.cookie().ifPresent(this::setCookie);
        return route;
    }

    /** For this server's eyes only, on all its paths. */
    private void setCookie(Route.NewCookie cookie) {
        request.response()
                .addCookie(Cookie.cookie(cookie.name(), cookie.value())
                        .setPath("/")
                        .setMaxAge(cookie.maxAge().toSeconds())
                        .setHttpOnly(true)
                        .setSecure(request.isSSL())
                        .setSameSite(CookieSameSite.LAX));
    }

    /** When the time is over that the request says it waits, as {@link System#nanoTime()} counts. */
    Optional<Long> deadlineNanos() {
        return requestHeader(Timeout.HEADER).map(Timeout::parse).map(this::nanosAfter);
    }

    /** When a time since the request's arrival is over, as {@link System#nanoTime()} counts. */
    long nanosAfter(Duration time) {
        return startNanos + time.toNanos();
    }

    /** A header of the request. */
    Optional<String> requestHeader(CharSequence name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** Whether it is a call of gRPC. */
    private boolean isCall() {
        if (request.version() != HttpVersion.HTTP_2) {
            return false;
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && CALL.matcher(type).matches();
    }

    /**
     * Ends a call of gRPC before it begins, by a status in the headers.
     *
     * <p>Source: gRPC, {@code doc/PROTOCOL-HTTP2.md}, "Trailers-Only".
     */
    private void refuseCall(Refusal refusal) {
        header(
                "grpc-status",
                Integer.toString(GrpcStatus.ofHttp(refusal.status()).code()));
        header("grpc-message", refusal.text().replaceAll("[^ -$&-~]", "?"));
        Optional.ofNullable(request.response().headers().get(HttpHeaders.RETRY_AFTER))
                .ifPresent(seconds -> header("grpc-retry-pushback-ms", seconds + "000"));
        answer(200, "application/grpc", Buffer.buffer());
    }

    /** Answers with an error: as the protocol names it, and {@code detail} as FastAPI's clients read it. */
    void refuse(Refusal refusal) {
        if (isCall()) {
            refuseCall(refusal);
            return;
        }
        refuse(refusal, refusal.text());
    }

    /** Answers with an error in the words of a protocol. */
    void refuse(Refusal refusal, String text) {
        answer(refusal.status(), APPLICATION_JSON, body(refusal, text));
    }

    private Buffer body(Refusal refusal, String text) {
        ObjectNode body = JSON.createObjectNode();
        errors.write(body, refusal.status(), text);
        ArrayNode detail = body.putArray("detail");
        for (InputProblem problem : refusal.problems()) {
            ObjectNode item = detail.addObject().put("type", problem.type());
            item.set("loc", JSON.valueToTree(problem.location()));
            item.put("msg", problem.message()).put("input", problem.input());
        }
        return Buffer.buffer(body.toString());
    }

    void header(CharSequence name, CharSequence value) {
        request.response().putHeader(name, value);
    }

    /** Answers. */
    void answer(int status, CharSequence contentType, Buffer body) {
        answered = true;
        part();
        tap.answered(status, contentType, body);
        HttpServerResponse response = request.response();
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        if (contentType.toString().startsWith("text/html")) {
            response.putHeader("referrer-policy", "no-referrer");
            if (!response.headers().contains(CONTENT_SECURITY_POLICY)) {
                response.putHeader(CONTENT_SECURITY_POLICY, PAGE_POLICY);
            }
        }
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                    .end();
        } else if (Compression.isWorthIt(contentType, body.length())) {
            endCompressed(response, body);
        } else {
            response.end(body);
        }
        count(status, body.length());
    }

    private void count(int status, int bytes) {
        long nanos = System.nanoTime() - startNanos;
        Answered done =
                new Answered(request, id, span, protocol, lease, status, bytes, nanos, System.currentTimeMillis());
        observers.log().add(done);
        span.end(() -> SpanSummary.of(done, observers.routes()));
        if (lease.isPresent()) {
            lease.get().model().statistics().answers().add(status, nanos, done.epochMillis());
        }
        ModelMetrics counted =
                model.isPresent() ? model.get() : observers.metrics().ofNoModel();
        counted.answered(protocol, status, nanos);
    }

    /** What the log says of the request besides its message. */
    private Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>();
        facts.put("request_id", id);
        facts.put("protocol", protocol);
        if (!span.traceId().isEmpty()) {
            facts.put("trace_id", span.traceId());
        }
        lease.ifPresent(asked -> {
            facts.put("model", asked.model().name());
            facts.put("version", asked.model().version());
        });
        return facts;
    }

    /**
     * Counts the request among those of a model, and lets the answer say which version it is of.
     *
     * @param asked the model it is for, and what becomes of it there
     * @param spoken the protocol, such as {@code v1}
     */
    void about(Lease asked, String spoken) {
        request.response().putHeader(VERSION, asked.model().version());
        countFor(asked, spoken);
    }

    private void countFor(Lease asked, String spoken) {
        protocol = spoken;
        lease = Optional.of(asked);
        model = Optional.of(asked.model().companion(ModelMetrics.class, each -> {
            ModelMetrics made = observers.metrics().of(each.name(), each.version());
            each.statistics().reportTo(made);
            return made;
        }));
    }

    /** Counts the request among those of a model that does not answer. */
    private void countFor(ModelNotReadyException away) {
        model = Optional.of(observers.metrics().of(away.name(), away.version()));
    }

    /** Tells that a prediction is asked for, and in which protocol, before it is known whether there is a model for it. */
    void speaks(String spoken) {
        protocol = spoken;
        predicts = true;
    }

    private void endCompressed(HttpServerResponse response, Buffer body) {
        response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (!Compression.isAccepted(request.getHeader(HttpHeaders.ACCEPT_ENCODING))) {
            response.end(body);
            return;
        }
        worker().executeBlocking(() -> Compression.gzip(body.getBytes()), false).onSuccess(bytes -> {
            // The server may have been told to stop meanwhile.
            part();
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            response.end(Buffer.buffer(bytes));
        });
    }
}
