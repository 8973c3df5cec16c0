package dev.slipway.server.directory;

import dev.slipway.server.inference.ModelBatching;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What is known of the file of one version: when it changed, and what became of it. Guarded by its directory. */
final class VersionFile {
    private Optional<FoundModel.Version> found = Optional.empty();
    private ModelBatching batching = ModelBatching.AS_ALL;
    private Optional<Content> seen = Optional.empty();
    private long seenNanos;
    private Optional<Content> loaded = Optional.empty();
    private Optional<Content> failed = Optional.empty();
    private String problem = "";
    private OptionalLong measuredBytes = OptionalLong.empty();

    /** What the version is made of when it is loaded. */
    record Content(Stamp model, Optional<Stamp> warmUp, ModelBatching batching) {
        long modifiedMillis() {
            return Math.max(
                    model.modifiedMillis(), warmUp.map(Stamp::modifiedMillis).orElse(0L));
        }
    }

    void find(FoundModel.Version where, ModelBatching rowsTogether) {
        found = Optional.of(where);
        batching = rowsTogether;
    }

    /** How rows of its requests are to go together. */
    ModelBatching batching() {
        return batching;
    }

    /** What would be loaded now; empty if the file has just gone. */
    Optional<Content> content() {
        Path file = found().file();
        return Stamp.of(file).map(model -> new Content(model, Stamp.of(file.resolveSibling("warmup.json")), batching));
    }

    /** Where it lay when it was looked for last. */
    FoundModel.Version found() {
        return found.orElseThrow();
    }

    void see(Content now, long nanos) {
        if (!seen.equals(Optional.of(now))) {
            seen = Optional.of(now);
            measuredBytes = OptionalLong.empty();
            seenNanos = nanos;
        }
    }

    /** Whether what was seen last has stayed as it is, by its own time or by ours, whatever the clock does. */
    boolean isSettled(Duration settle, long nowMillis, long nanos) {
        return nowMillis - seen.orElseThrow().modifiedMillis() >= settle.toMillis()
                || nanos - seenNanos >= settle.toNanos();
    }

    /** Whether what was seen last has been tried already. */
    boolean isDone() {
        return seen.equals(loaded) || seen.equals(failed);
    }

    /** Whether it answers, with this content or an earlier one. */
    boolean isLoaded() {
        return loaded.isPresent();
    }

    /** What this content took of the memory when it was loaded; empty if it never was. */
    OptionalLong measuredBytes() {
        return measuredBytes;
    }

    void measure(long bytes) {
        measuredBytes = OptionalLong.of(bytes);
    }

    void load() {
        loaded = seen;
        failed = Optional.empty();
        problem = "";
    }

    void fail(String why) {
        failed = seen;
        problem = why;
    }

    /** Why it could not be loaded the last time; empty if it could. */
    String problem() {
        return problem;
    }

    /** It answers no more, and had nothing to fall back on. */
    void forgetLoad() {
        loaded = Optional.empty();
    }

    /** It may be tried again. */
    void forgetFailure() {
        failed = Optional.empty();
        problem = "";
    }
}
