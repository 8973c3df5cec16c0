package dev.slipway.runtime;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Gives the memory of direct buffers back at once. Java itself does so when the collector finds a buffer unreachable, which for
 * the weights of a model, whose buffers are old, may be never: a server that makes little garbage collects them no more.
 *
 * <p>The only way before Java 22 is {@code sun.misc.Unsafe.invokeCleaner}, which every JDK has, and which cleans a buffer only
 * once. javac warns about its name, which cannot be allowed for one class; so it is looked up.
 */
final class DirectMemory {
    private static final System.Logger LOG = System.getLogger(DirectMemory.class.getName());
    private static final Optional<MethodHandle> CLEANER = findCleaner();

    private DirectMemory() {}

    private static Optional<MethodHandle> findCleaner() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Class<?> type = lookup.findClass("sun.misc.Unsafe");
            Field instance = type.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            MethodType signature = MethodType.methodType(void.class, ByteBuffer.class);
            return Optional.of(
                    lookup.findVirtual(type, "invokeCleaner", signature).bindTo(instance.get(null)));
        } catch (ReflectiveOperationException e) {
            LOG.log(
                    Level.WARNING,
                    "the module jdk.unsupported is not there: memory of models goes back to the system only when the"
                            + " garbage collector finds them",
                    e);
            return Optional.empty();
        }
    }

    /** Frees the memory of a buffer that is no view of another one; it may not be used afterwards. */
    static void free(ByteBuffer direct) {
        if (CLEANER.isEmpty()) {
            return;
        }
        try {
            CLEANER.get().invokeExact(direct);
        } catch (Throwable e) {
            throw new IllegalStateException("memory of a tensor cannot be freed", e);
        }
    }
}
