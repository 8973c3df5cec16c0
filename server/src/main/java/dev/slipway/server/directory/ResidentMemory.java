package dev.slipway.server.directory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the operating system counts as this process's memory. */
final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long KIBIBYTE = 1024;

    private ResidentMemory() {}

    /**
     * The resident memory besides Java's heap, which grows by itself while a model is read: of the heap, the most that was ever
     * in use is taken for resident.
     *
     * @return bytes; 0 where the system does not say (other than Linux)
     */
    static long besidesHeap() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            long resident = lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
                    .findFirst()
                    .orElse(0);
            return Math.max(0, resident - touchedHeap());
        } catch (IOException e) {
            return 0;
        }
    }

    private static long touchedHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(peak -> peak.getUsed())
                .sum();
    }
}
