package dev.slipway.cli.config;

import dev.slipway.server.config.Setting;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The settings of a record of options and, inside it, of its sections.
 *
 * @param <T> the record
 */
final class Schema<T extends Record> {
    private final T defaults;
    private final Map<String, Key> keys = new LinkedHashMap<>();
    private final Map<String, String> sections = new LinkedHashMap<>();

    /**
     * The settings of a record's components.
     *
     * @param defaults what holds where nothing is given
     */
    Schema(T defaults) {
        this.defaults = defaults;
        collect("", defaults);
    }

    private void collect(String prefix, Record part) {
        for (RecordComponent component : part.getClass().getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                continue;
            }
            String name = prefix + dashed(component.getName());
            if (component.getType().isRecord() && !isValue(component)) {
                if (!setting.inline()) {
                    sections.put(name, setting.value());
                }
                collect(setting.inline() ? prefix : name + ".", (Record) value(component, part));
            } else {
                Kind kind = Kind.of(component.getGenericType());
                keys.put(name, new Key(name, kind, value(component, part), setting.value(), setting.live()));
            }
        }
    }

    /** A record without settings inside, such as a size, is a value. */
    private static boolean isValue(RecordComponent component) {
        return Arrays.stream(component.getType().getRecordComponents())
                .noneMatch(inner -> inner.isAnnotationPresent(Setting.class));
    }

    private static Object value(RecordComponent component, Record part) {
        try {
            return Objects.requireNonNull(component.getAccessor().invoke(part));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    private static String dashed(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Every setting in the order of the records. */
    Collection<Key> keys() {
        return keys.values();
    }

    /** Every section with its description, in the order of the records. */
    Map<String, String> sections() {
        return sections;
    }

    /**
     * The defaults with other values.
     *
     * @param values a value of the right type for some keys
     * @return the record
     * @throws RefusedSettingException if a record refuses a value
     */
    T with(Map<String, Object> values) {
        @SuppressWarnings("unchecked")
        T changed = (T) with("", defaults, values);
        return changed;
    }

    private Record with(String prefix, Record part, Map<String, Object> values) {
        RecordComponent[] components = part.getClass().getRecordComponents();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String name = prefix + dashed(components[i].getName());
            Object before = value(components[i], part);
            Setting setting = components[i].getAnnotation(Setting.class);
            boolean section = setting != null && !keys.containsKey(name);
            arguments[i] = section
                    ? with(setting.inline() ? prefix : name + ".", (Record) before, values)
                    : Objects.requireNonNull(values.getOrDefault(name, before));
        }
        return construct(prefix, part.getClass(), components, arguments);
    }

    private static Record construct(
            String prefix, Class<? extends Record> type, RecordComponent[] components, Object[] arguments) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new RefusedSettingException(prefix, refused);
            }
            throw new IllegalStateException(type + " cannot be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }
}
