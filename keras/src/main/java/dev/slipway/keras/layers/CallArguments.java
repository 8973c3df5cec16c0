package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a layer is called with, as written in Python: tensors, lists and dictionaries of them, and plain values, by place and
 * by name.
 *
 * <p>Source: the {@code args} and {@code kwargs} of {@code inbound_nodes} in Keras 3's files.
 *
 * @param <T> what stands for a tensor: {@link KerasTensor} in an architecture, {@code Value} in a graph
 */
public final class CallArguments<T> {
    /** Overridden by {@code fit} and {@code predict} in Keras too, so that it says nothing in a file. */
    private static final String TRAINING = "training";

    private final List<Argument<T>> positional;
    private final Map<String, Argument<T>> named;

    /**
     * Arguments by place and by name.
     *
     * @param positional the arguments without a name
     * @param named the others
     */
    public CallArguments(List<Argument<T>> positional, Map<String, Argument<T>> named) {
        this.positional = List.copyOf(positional);
        this.named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
    }

    /**
     * One argument.
     *
     * @param <T> what stands for a tensor
     */
    public sealed interface Argument<T> {
        /**
         * The argument with its tensors replaced.
         *
         * @param <R> what stands for a tensor then
         * @param replacement gives what replaces a tensor
         * @return an argument of the same structure
         */
        <R> Argument<R> map(Function<T, R> replacement);

        /**
         * Visits the tensors in order.
         *
         * @param visitor what is given each of them
         */
        void forEach(Consumer<T> visitor);

        /**
         * Whether this is Python's None, or a list or dictionary of nothing else, as where the inputs of a network have no masks.
         *
         * @return true if there is neither tensor nor value in it
         */
        boolean isNone();
    }

    /**
     * A tensor.
     *
     * @param <T> what stands for a tensor
     * @param tensor the tensor
     */
    public record Tensor<T>(T tensor) implements Argument<T> {
        @Override
        public <R> Argument<R> map(Function<T, R> replacement) {
            return new Tensor<>(replacement.apply(tensor));
        }

        @Override
        public void forEach(Consumer<T> visitor) {
            visitor.accept(tensor);
        }

        @Override
        public boolean isNone() {
            return false;
        }
    }

    /**
     * A list.
     *
     * @param <T> what stands for a tensor
     * @param items what is in it
     */
    public record Items<T>(List<Argument<T>> items) implements Argument<T> {
        @Override
        public <R> Argument<R> map(Function<T, R> replacement) {
            List<Argument<R>> mapped = new ArrayList<>();
            items.forEach(item -> mapped.add(item.map(replacement)));
            return new Items<>(mapped);
        }

        @Override
        public void forEach(Consumer<T> visitor) {
            items.forEach(item -> item.forEach(visitor));
        }

        @Override
        public boolean isNone() {
            return items.stream().allMatch(Argument::isNone);
        }
    }

    /**
     * A dictionary, through whose values Keras goes in the order of the keys.
     *
     * @param <T> what stands for a tensor
     * @param fields what is in it, in that order
     */
    public record Fields<T>(Map<String, Argument<T>> fields) implements Argument<T> {
        /**
         * A dictionary.
         *
         * @param fields copied
         */
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        @Override
        public <R> Argument<R> map(Function<T, R> replacement) {
            Map<String, Argument<R>> mapped = new LinkedHashMap<>();
            fields.forEach((key, field) -> mapped.put(key, field.map(replacement)));
            return new Fields<>(mapped);
        }

        @Override
        public void forEach(Consumer<T> visitor) {
            fields.values().forEach(field -> field.forEach(visitor));
        }

        @Override
        public boolean isNone() {
            return fields.values().stream().allMatch(Argument::isNone);
        }
    }

    /**
     * Anything without a tensor of the model in it.
     *
     * @param <T> what stands for a tensor
     * @param value the value as Keras serializes it
     */
    public record Plain<T>(JsonNode value) implements Argument<T> {
        @Override
        public <R> Argument<R> map(Function<T, R> replacement) {
            return new Plain<>(value);
        }

        @Override
        public void forEach(Consumer<T> visitor) {}

        @Override
        public boolean isNone() {
            return isNull(value);
        }
    }

    private static boolean isNull(JsonNode value) {
        if (!value.isContainerNode()) {
            return value.isNull();
        }
        for (JsonNode item : value) {
            if (!isNull(item)) {
                return false;
            }
        }
        return true;
    }

    /**
     * A call with tensors: {@code layer(a, b)}.
     *
     * @param <T> what stands for a tensor
     * @param tensors the tensors
     * @return the arguments
     */
    public static <T> CallArguments<T> of(List<T> tensors) {
        return new CallArguments<>(tensors(tensors), Map.of());
    }

    /**
     * A call with one list of tensors: {@code layer([a, b])}.
     *
     * @param <T> what stands for a tensor
     * @param tensors the tensors
     * @return the arguments
     */
    public static <T> CallArguments<T> ofList(List<T> tensors) {
        return new CallArguments<>(List.of(new Items<>(tensors(tensors))), Map.of());
    }

    private static <T> List<Argument<T>> tensors(List<T> tensors) {
        List<Argument<T>> arguments = new ArrayList<>();
        tensors.forEach(tensor -> arguments.add(new Tensor<>(tensor)));
        return arguments;
    }

    /**
     * These arguments and one more.
     *
     * @param name its name, such as {@code attention_mask}
     * @param tensor a tensor
     * @return new arguments
     */
    public CallArguments<T> with(String name, T tensor) {
        return with(name, new Tensor<>(tensor));
    }

    /**
     * These arguments and one more.
     *
     * @param name its name, such as {@code use_causal_mask}
     * @param value a truth value
     * @return new arguments
     */
    public CallArguments<T> with(String name, boolean value) {
        return with(name, new Plain<>(BooleanNode.valueOf(value)));
    }

    /**
     * These arguments and one more.
     *
     * @param name its name, such as {@code initial_state}
     * @param argument the argument
     * @return new arguments
     */
    public CallArguments<T> with(String name, Argument<T> argument) {
        Map<String, Argument<T>> more = new LinkedHashMap<>(named);
        more.put(name, argument);
        return new CallArguments<>(positional, more);
    }

    /**
     * The arguments without a name.
     *
     * @return an unmodifiable list
     */
    public List<Argument<T>> positional() {
        return positional;
    }

    /**
     * The arguments with a name.
     *
     * @return an unmodifiable map in the order of the call
     */
    public Map<String, Argument<T>> named() {
        return named;
    }

    /**
     * The same call with other tensors.
     *
     * @param <R> what stands for a tensor then
     * @param replacement gives what replaces a tensor
     * @return arguments of the same structure
     */
    public <R> CallArguments<R> map(Function<T, R> replacement) {
        List<Argument<R>> places = new ArrayList<>();
        positional.forEach(argument -> places.add(argument.map(replacement)));
        Map<String, Argument<R>> names = new LinkedHashMap<>();
        named.forEach((name, argument) -> names.put(name, argument.map(replacement)));
        return new CallArguments<>(places, names);
    }

    /**
     * Every tensor of the call.
     *
     * @return in the order of the call
     */
    public List<T> tensors() {
        List<T> found = new ArrayList<>();
        positional.forEach(argument -> argument.forEach(found::add));
        named.values().forEach(argument -> argument.forEach(found::add));
        return found;
    }

    /** The tensors that are the layer's inputs. */
    List<T> inputs(Layer layer) {
        List<T> inputs = new ArrayList<>();
        for (String name : layer.inputNames()) {
            find(layer, name).ifPresent(argument -> argument.forEach(inputs::add));
        }
        return inputs;
    }

    /** The argument of a name, wherever it stands in the call; empty for None, which may be a constant though. */
    Optional<Argument<T>> find(Layer layer, String name) {
        int place = names(layer).indexOf(name);
        Optional<Argument<T>> placed =
                place >= 0 && place < positional.size() ? Optional.of(positional.get(place)) : Optional.empty();
        return placed.or(() -> Optional.ofNullable(named.get(name)))
                .filter(argument -> layer.takesConstants() || !argument.isNone());
    }

    private static List<String> names(Layer layer) {
        List<String> names = new ArrayList<>(layer.inputNames());
        names.addAll(layer.argumentNames());
        return names;
    }

    /** Refuses what the layer does not know. */
    void requireKnown(Layer layer) {
        List<String> names = names(layer);
        for (int place = names.size(); place < positional.size(); place++) {
            if (!positional.get(place).isNone()) {
                throw new IllegalArgumentException(
                        layer + ": called with " + positional.size() + " arguments (expected: at most " + names + ")");
            }
        }
        for (String name : named.keySet()) {
            boolean isTwice = names.indexOf(name) >= 0 && names.indexOf(name) < positional.size();
            boolean isKnown = (names.contains(name) && !isTwice) || name.equals(TRAINING);
            if (!isKnown && !named.get(name).isNone()) {
                throw new IllegalArgumentException(layer + ": called with " + name + "=" + shown(named.get(name))
                        + " (expected: " + (isTwice ? "once" : "no such argument, only " + names) + ")");
            }
        }
        for (String name : layer.inputNames()) {
            if (!layer.takesConstants() && find(layer, name).orElse(null) instanceof Plain<T> plain) {
                throw new IllegalArgumentException(
                        layer + ": called with " + name + "=" + shown(plain) + " (expected: results of layers only)");
            }
        }
    }

    /** An argument for messages. */
    static String shown(Argument<?> argument) {
        String text = argument instanceof Plain<?> plain ? plain.value().toString() : "a tensor";
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
