package dev.slipway.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * What happens when the process is told to stop by Ctrl-C or SIGTERM, or to look at its settings again by SIGHUP. A shutdown hook would come too late: the engine's own
 * hook frees its memory while a step may be running.
 *
 * <p>{@code sun.misc.Signal} is there in every JDK, but javac warns about its name, which cannot be allowed for one class; so
 * it is found by its name.
 */
final class Signals {
    private static final List<String> STOP = List.of("INT", "TERM");

    private Signals() {}

    /** Signals are handled until this is closed; then as before. */
    interface Handling {
        void close();
    }

    /** Runs an action at the first signal; at the second one the process ends as it does without this. */
    static Handling onStop(Runnable action) {
        List<Handling> handled =
                STOP.stream().map(signal -> handle(signal, action, false)).toList();
        return () -> handled.forEach(Handling::close);
    }

    /** Runs an action at every SIGHUP. */
    static Handling onHangUp(Runnable action) {
        return handle("HUP", action, true);
    }

    private static Handling handle(String name, Runnable action, boolean again) {
        ClassLoader loader = ClassLoader.getSystemClassLoader();
        try {
            Class<?> signalType = loader.loadClass("sun.misc.Signal");
            Class<?> handlerType = loader.loadClass("sun.misc.SignalHandler");
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object standard = handlerType.getField("SIG_DFL").get(null);
            Object handler =
                    Proxy.newProxyInstance(loader, new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            if (!again) {
                                signalType
                                        .getMethod("handle", signalType, handlerType)
                                        .invoke(null, signal, standard);
                            }
                            action.run();
                            return null;
                        }
                        return method.getName().equals("hashCode")
                                ? (Object) System.identityHashCode(proxy)
                                : proxy == arguments[0];
                    });
            Method install = signalType.getMethod("handle", signalType, handlerType);
            Object before = install.invoke(null, signal, handler);
            return () -> putBack(install, signal, before);
        } catch (ReflectiveOperationException e) {
            boolean taken = e instanceof InvocationTargetException && e.getCause() instanceof IllegalArgumentException;
            if (!taken) {
                throw new IllegalStateException("SIG" + name + " cannot be handled: " + e, e);
            }
            // The JVM was told to leave signals alone (-Xrs): it ends at once, and the last backup is there.
            return () -> {};
        }
    }

    private static void putBack(Method install, Object signal, Object before) {
        try {
            install.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(signal + " cannot be handled as before: " + e, e);
        }
    }
}
