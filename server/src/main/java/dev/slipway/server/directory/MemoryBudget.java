package dev.slipway.server.directory;

import dev.slipway.server.config.ByteSize;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelMemory;
import dev.slipway.server.models.ModelRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What the loaded models of a directory take of the memory that they may take, and which of them go to make room for another one:
 * those that were not used longest, and never one that is used at this moment or pinned.
 *
 * <p>A model takes what the memory of the process, its heap aside, grew by while it was loaded and warmed up, but no less than the
 * bytes of its file. Before it was loaded for the first time it is thought to take twice its file: weights, and their form that
 * the engine packs for its kernels.
 *
 * <p>The numbers are safe for use by several threads; models come and go under the lock of their directory.
 */
public final class MemoryBudget implements ModelMemory {
    private static final int TIMES_FILE = 2;

    private final ByteSize size;
    private final LongSupplier memory;

    /** Guarded by itself: it is read for the metrics. */
    private final Map<ServedModel, Long> loaded = new HashMap<>();

    private final Set<String> pinned = new HashSet<>();
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong evictions = new AtomicLong();

    private MemoryBudget(ByteSize size, LongSupplier memory) {
        this.size = size;
        this.memory = memory;
    }

    /**
     * A budget for what the operating system counts.
     *
     * @param size what the models may take
     * @return the budget, with no model in it
     */
    public static MemoryBudget of(ByteSize size) {
        return measuredBy(size, ResidentMemory::besidesHeap);
    }

    /**
     * A budget for what something else counts.
     *
     * @param size what the models may take
     * @param memory the memory that the process takes now, in bytes
     * @return the budget, with no model in it
     */
    public static MemoryBudget measuredBy(ByteSize size, LongSupplier memory) {
        return new MemoryBudget(size, memory);
    }

    /** The memory that the process takes now. */
    long measure() {
        return memory.getAsLong();
    }

    /** What a model takes that has been loaded since {@link #measure} gave a number. */
    long since(long before, Path file) {
        return Math.max(fileBytes(file), measure() - before);
    }

    /**
     * What a model needs.
     *
     * @param least what it takes in any case
     * @param likely what it is thought to take
     */
    record Need(long least, long likely) {}

    /** What a model took the last time or, if that is not known, what its file lets expect. */
    Need need(VersionFile known, Path file) {
        long bytes = known.measuredBytes().orElseGet(() -> fileBytes(file));
        return new Need(bytes, known.measuredBytes().isPresent() ? bytes : TIMES_FILE * bytes);
    }

    /**
     * Refuses a model that cannot fit even alone.
     *
     * @throws IllegalArgumentException if it is larger than the whole budget
     */
    void requireFits(long bytes) {
        if (bytes > size.bytes()) {
            throw new IllegalArgumentException(
                    "takes " + mebibytes(bytes) + " of memory (expected: at most memory-budget " + size + ")");
        }
    }

    /** The weights of an .onnx file may lie beside it, in files whose names begin with its name. */
    private static long fileBytes(Path file) {
        String name = String.valueOf(file.getFileName());
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (Stream<Path> beside = Files.list(folder)) {
            long sum = 0;
            for (Path each : beside.toList()) {
                if (String.valueOf(each.getFileName()).startsWith(name) && Files.isRegularFile(each)) {
                    sum += Files.size(each);
                }
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the models of a name stay, or go when others need the room. */
    void pin(String name, boolean stays) {
        if (stays) {
            pinned.add(name);
        } else {
            pinned.remove(name);
        }
    }

    boolean isPinned(String name) {
        return pinned.contains(name);
    }

    /** Whether a model fits without another one having to go. */
    boolean fits(long bytes) {
        return loadedBytes() + bytes <= size.bytes();
    }

    /**
     * Unloads what was not used longest until a model fits; nothing if that does not help.
     *
     * @param models where the models answer
     * @param need what is needed: room for what is likely if that can be had, else for the least
     * @return whether there is room now
     */
    boolean makeRoom(ModelRepository models, Need need) {
        List<ServedModel> idle = idle();
        long most = size.bytes()
                - loadedBytes()
                + idle.stream().mapToLong(this::bytesOf).sum();
        if (need.least() > most) {
            return false;
        }
        for (ServedModel oldest : idle) {
            if (fits(Math.min(need.likely(), most))) {
                break;
            }
            evict(models, oldest);
        }
        return fits(need.least());
    }

    /** Unloads until what is loaded is not more than it may be, where it turned out to be larger than it was thought to. */
    void shrink(ModelRepository models) {
        makeRoom(models, new Need(0, 0));
    }

    /** What could go, the longest unused first. */
    private List<ServedModel> idle() {
        synchronized (loaded) {
            long now = System.nanoTime();
            return loaded.keySet().stream()
                    .filter(model -> !isPinned(model.name()) && !model.isClosed() && model.isIdle())
                    .sorted(Comparator.comparingLong(model -> model.statistics().lastNanos() - now))
                    .toList();
        }
    }

    private void evict(ModelRepository models, ServedModel model) {
        if (models.evict(model)) {
            evictions.incrementAndGet();
        }
    }

    /** Counts a model that has been loaded. */
    void add(ServedModel model, long bytes) {
        synchronized (loaded) {
            loaded.put(model, bytes);
        }
    }

    /** Counts a load that a request asked for. */
    void countLoad() {
        loads.incrementAndGet();
    }

    private long bytesOf(ServedModel model) {
        synchronized (loaded) {
            return loaded.getOrDefault(model, 0L);
        }
    }

    /** Why there is no room, in words. */
    String shortage(Need need) {
        return "needs " + mebibytes(need.least()) + " of memory, and " + mebibytes(loadedBytes()) + " of memory-budget "
                + size + " are taken by models that are pinned or answer requests (expected: room for it)";
    }

    private static String mebibytes(long bytes) {
        long mebibyte = ByteSize.ofMebibytes(1).bytes();
        return bytes < mebibyte ? bytes + "B" : (bytes + mebibyte - 1) / mebibyte + "MiB";
    }

    @Override
    public long budgetBytes() {
        return size.bytes();
    }

    @Override
    public long loadedBytes() {
        synchronized (loaded) {
            loaded.keySet().removeIf(ServedModel::isFreed);
            return loaded.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    @Override
    public long loadsOnDemand() {
        return loads.get();
    }

    @Override
    public long evictions() {
        return evictions.get();
    }
}
