package dev.slipway.keras.trainers;

import dev.slipway.graph.Graph;
import dev.slipway.graph.Node;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the learning rate wait for what reads large weights, so that these may be updated in place.
 *
 * <p>A weight's own gradient does not depend on all that reads it: a layer hands its kernel's product with the error on to
 * the layer before. The gradients before do depend on that, so a number of theirs decides between the rate and the rate.
 */
final class Barrier {
    /** Elements from which a weight is worth the nodes. */
    private static final long LARGE = 1 << 16;

    private final Graph graph;
    private final Ops ops;

    Barrier(Graph graph, Ops ops) {
        this.graph = graph;
        this.ops = ops;
    }

    /** The rate, known only after all gradients that must come before an update. */
    Value behind(List<Value> weights, List<Optional<Value>> gradients, Value rate) {
        Order order = new Order(graph);
        Map<Value, Set<Node>> before = new HashMap<>();
        Set<Value> awaited = new LinkedHashSet<>();
        for (int i = 0; i < weights.size(); i++) {
            if (weights.get(i).shape().elementCount() < LARGE
                    || gradients.get(i).isEmpty()) {
                continue;
            }
            List<Node> readers = order.views(weights.get(i)).stream()
                    .flatMap(view -> order.readers(view).stream())
                    .toList();
            for (Node reader : readers) {
                Set<Node> own = before.computeIfAbsent(gradients.get(i).get(), order::before);
                if (!own.contains(reader)) {
                    gradients.stream()
                            .flatMap(Optional::stream)
                            .filter(other ->
                                    before.computeIfAbsent(other, order::before).contains(reader))
                            .findFirst()
                            .ifPresent(awaited::add);
                }
            }
        }
        return ops.after(rate, awaited);
    }
}
