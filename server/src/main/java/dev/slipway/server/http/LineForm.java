package dev.slipway.server.http;

import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.Stages;
import dev.slipway.server.logging.LogFormat;
import dev.slipway.server.metrics.Stage;

/** How the request log writes a line. */
interface LineForm {
    /** Writes a line with its end. */
    void write(Answered answered, LineBuffer into);

    /** A line about lines that are missing. */
    String leftOut(long count, String time);

    static LineForm of(LogFormat format) {
        return switch (format) {
            case TEXT -> new Text();
            case JSON -> new Json();
        };
    }

    /** When, from where, what, status, bytes of the answer, milliseconds, id; and the trace, if it is part of one. */
    final class Text implements LineForm {
        @Override
        public void write(Answered answered, LineBuffer into) {
            into.time(answered.epochMillis()).text(" ").text(into.client(answered));
            into.text(" ").text(answered.method()).text(" ").text(into.path(answered));
            into.text(" ").number(answered.status()).text(" ").number(answered.bytes());
            into.text("B ").millis(answered.nanos()).text("ms ");
            into.text(answered.id().isEmpty() ? "-" : answered.id());
            if (!answered.span().traceId().isEmpty()) {
                into.text(" trace=").text(answered.span().traceId());
            }
            into.text("\n");
        }

        @Override
        public String leftOut(long count, String time) {
            return message(count) + "\n";
        }
    }

    private static String message(long count) {
        return count + " lines left out: the log is read too slowly";
    }

    /** An object a line; docs/operate/logs.md says what its members mean. */
    final class Json implements LineForm {
        @Override
        public void write(Answered answered, LineBuffer into) {
            into.text("{\"time\":\"").time(answered.epochMillis());
            into.text("\",\"level\":\"INFO\",\"logger\":\"slipway.access\",\"message\":\"");
            into.escaped(answered.method()).text(" ").escaped(into.path(answered));
            into.text(" ").number(answered.status());
            member("request_id", answered.id(), into);
            if (!answered.span().traceId().isEmpty()) {
                member("trace_id", answered.span().traceId(), into);
            }
            if (!answered.span().spanId().isEmpty()) {
                member("span_id", answered.span().spanId(), into);
            }
            member("client", into.client(answered), into);
            member("method", answered.method(), into);
            member("path", into.path(answered), into);
            member("protocol", answered.protocol(), into);
            answered.lease().ifPresent(lease -> {
                member("model", lease.model().name(), into);
                member("version", lease.model().version(), into);
            });
            into.text("\",\"status\":").number(answered.status());
            into.text(",\"bytes\":").number(answered.bytes());
            into.text(",\"duration_ms\":").millis(answered.nanos());
            answered.lease().map(Lease::stages).ifPresent(stages -> parts(stages, into));
            into.text("}\n");
        }

        /** Ends the member before, which is a text, and begins one. */
        private static void member(String name, String value, LineBuffer into) {
            into.text("\",\"").text(name).text("\":\"").escaped(value);
        }

        private static void parts(Stages stages, LineBuffer into) {
            for (Stage stage : Stage.values()) {
                if (stages.beganNanos(stage) != 0) {
                    into.text(",\"").text(stage.label()).text("_ms\":").millis(stages.tookNanos(stage));
                }
            }
            if (stages.rowsTogether() > 0) {
                into.text(",\"batch_rows\":").number(stages.rowsTogether());
            }
        }

        @Override
        public String leftOut(long count, String time) {
            return "{\"time\":\"" + time + "\",\"level\":\"WARN\",\"logger\":\"slipway.access\",\"message\":\""
                    + message(count) + "\"}\n";
        }
    }
}
