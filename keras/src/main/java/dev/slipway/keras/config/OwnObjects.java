package dev.slipway.keras.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a program supplies for names in files, besides what Slipway knows, by its kind. Immutable. */
public final class OwnObjects {
    /** Nothing. */
    public static final OwnObjects NONE = new OwnObjects(Map.of());

    private record Key(Class<?> kind, String name) {}

    private final Map<Key, Object> objects;

    private OwnObjects(Map<Key, Object> objects) {
        this.objects = objects;
    }

    /**
     * These and one more.
     *
     * @param <T> the kind
     * @param kind what kind of object it is
     * @param name the name in files, or {@code package>name} if only the one registered in Keras under that package is meant
     * @param object what is meant by the name
     * @return new objects
     * @throws IllegalArgumentException if there is one of that kind and name already
     */
    public <T> OwnObjects with(Class<T> kind, String name, T object) {
        Map<Key, Object> more = new HashMap<>(objects);
        if (more.put(new Key(kind, name), object) != null) {
            throw new IllegalArgumentException(nameOf(kind) + " '" + name + "' (expected: a name not registered yet)");
        }
        return new OwnObjects(more);
    }

    /** An initializer has a configuration, so what is supplied is what reads it. */
    private static String nameOf(Class<?> kind) {
        return kind.getSimpleName().replace("Reader", "").toLowerCase(Locale.ROOT);
    }

    /**
     * The object of a name: the one registered under all of it, or else under what stands behind its package.
     *
     * @param <T> the kind
     * @param kind what kind of object it is
     * @param name the name as a file has it, {@code package>name} or a bare one
     * @return the object; empty if there is none
     */
    public <T> Optional<T> find(Class<T> kind, String name) {
        Object exact = objects.get(new Key(kind, name));
        Object found = exact != null ? exact : objects.get(new Key(kind, name.substring(name.indexOf('>') + 1)));
        return Optional.ofNullable(kind.cast(found));
    }
}
