package dev.slipway.keras.trainers;

import dev.slipway.graph.Graph;
import dev.slipway.graph.Node;
import dev.slipway.graph.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which variables of a step may be written where they are read, so that they need no second tensor.
 *
 * <p>The engine runs nodes in an order of its own, one after another, each after those it depends on. A new value may go
 * to the old one's place if every node that reads the old one, or a view of it, comes before the node that makes the new one,
 * or is that node and works element by element on tensors of equal shape: then no number is read after it was overwritten.
 */
final class InPlace {
    private static final Set<String> ELEMENTWISE = Set.of("Add", "Div", "Max", "Min", "Mul", "Sub", "Where");

    private InPlace() {}

    /**
     * The names of the variables for which that is proved.
     *
     * @param graph the whole step
     * @param old the values before, by name
     * @param fresh the values after, by name
     */
    static Set<String> of(Graph graph, Map<String, Value> old, Map<String, Value> fresh) {
        Order order = new Order(graph);
        Map<Value, Integer> uses = new HashMap<>();
        fresh.values().forEach(value -> uses.merge(value, 1, Integer::sum));
        Set<String> safe = new HashSet<>();
        fresh.forEach((name, after) -> {
            Value before = old.get(name);
            boolean single = uses.getOrDefault(after, 0) == 1;
            if (before != null && single && mayReplace(graph, order, before, after)) {
                safe.add(name);
            }
        });
        return safe;
    }

    private static boolean mayReplace(Graph graph, Order order, Value before, Value after) {
        Optional<Node> producer = graph.producer(after);
        if (producer.isEmpty()) {
            return false;
        }
        Node last = producer.get();
        Set<Node> earlier = order.before(after);
        boolean elementwise = ELEMENTWISE.contains(last.operator())
                && before.shape().equals(after.shape())
                && before.type() == after.type();
        return order.views(before).stream()
                .allMatch(view -> order.readers(view).stream()
                        .allMatch(reader ->
                                reader.equals(last) ? elementwise && view.equals(before) : earlier.contains(reader)));
    }
}
