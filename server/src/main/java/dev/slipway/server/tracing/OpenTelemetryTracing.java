package dev.slipway.server.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Spans by OpenTelemetry's library, which sends them on threads of its own and drops them if the collector is too slow. */
final class OpenTelemetryTracing implements Tracing {
    private static final long CLOSE_SECONDS = 5;
    private static final TextMapGetter<Headers> HEADERS = (carrier, name) -> carrier == null ? null : carrier.get(name);

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    OpenTelemetryTracing(TracingOptions options, String version) {
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder().setEndpoint(options.tracesEndpoint());
        options.headers().forEach(exporter::addHeader);
        provider = SdkTracerProvider.builder()
                .addSpanProcessor(BatchSpanProcessor.builder(exporter.build()).build())
                .setSampler(sampler(options))
                .setResource(Resource.getDefault().merge(resource(options, version)))
                .build();
        tracer = provider.get("dev.slipway.server", version);
    }

    private static Resource resource(TracingOptions options, String version) {
        AttributesBuilder attributes = Attributes.builder().put("service.version", version);
        options.resource().forEach(attributes::put);
        return Resource.create(
                attributes.put("service.name", options.serviceName()).build());
    }

    private static Sampler sampler(TracingOptions options) {
        return switch (options.sampler()) {
            case ALWAYS_ON -> Sampler.alwaysOn();
            case ALWAYS_OFF -> Sampler.alwaysOff();
            case TRACEIDRATIO -> Sampler.traceIdRatioBased(options.samplerRatio());
            case PARENTBASED_ALWAYS_ON -> Sampler.parentBased(Sampler.alwaysOn());
            case PARENTBASED_ALWAYS_OFF -> Sampler.parentBased(Sampler.alwaysOff());
            case PARENTBASED_TRACEIDRATIO -> Sampler.parentBased(Sampler.traceIdRatioBased(options.samplerRatio()));
        };
    }

    @Override
    public RequestSpan begin(Headers headers, long startNanos) {
        Context client = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
        Instant now = Instant.now();
        long epochNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        // Spans of one request are as exact to each other as the clock that measures their parts.
        long offsetNanos = epochNanos - System.nanoTime();
        Span span = tracer.spanBuilder("HTTP")
                .setParent(client)
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(startNanos + offsetNanos, TimeUnit.NANOSECONDS)
                .startSpan();
        return new Recorded(span, client, offsetNanos);
    }

    private final class Recorded implements RequestSpan {
        private final Span span;
        private final Context client;
        private final long offsetNanos;

        private Recorded(Span span, Context client, long offsetNanos) {
            this.span = span;
            this.client = client;
            this.offsetNanos = offsetNanos;
        }

        @Override
        public String traceId() {
            return span.getSpanContext().getTraceId();
        }

        @Override
        public String spanId() {
            return span.getSpanContext().getSpanId();
        }

        @Override
        public void end(Supplier<Summary> summary) {
            if (!span.isRecording()) {
                return;
            }
            Summary known = summary.get();
            span.updateName(known.name());
            known.attributes().forEach((name, value) -> {
                if (value instanceof Number number) {
                    span.setAttribute(AttributeKey.longKey(name), number.longValue());
                } else {
                    span.setAttribute(name, value.toString());
                }
            });
            if (known.failed()) {
                span.setStatus(StatusCode.ERROR);
            }
            Context inside = client.with(span);
            known.parts().forEach(part -> add(part, inside));
            span.end(System.nanoTime() + offsetNanos, TimeUnit.NANOSECONDS);
        }

        private void add(Part part, Context inside) {
            long began = part.beganNanos() + offsetNanos;
            tracer.spanBuilder(part.name())
                    .setParent(inside)
                    .setStartTimestamp(began, TimeUnit.NANOSECONDS)
                    .startSpan()
                    .end(began + part.tookNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
