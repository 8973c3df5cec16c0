package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds integers in a list as graph operators: a binary search without branches, in as many steps as the list's length has
 * bits, so that a large vocabulary costs little time and no memory for comparisons.
 */
final class SortedTable {
    private final long[] keys;
    private final long[] places;

    private SortedTable(long[] keys, long[] places) {
        this.keys = keys;
        this.places = places;
    }

    /** A table of different keys, at least one, the first of which has a given place. */
    static SortedTable of(List<Long> keys, long firstPlace) {
        int[] order = IntStream.range(0, keys.size())
                .boxed()
                .sorted(Comparator.comparing(keys::get))
                .mapToInt(Integer::intValue)
                .toArray();
        return new SortedTable(
                Arrays.stream(order).mapToLong(keys::get).toArray(),
                Arrays.stream(order).mapToLong(i -> firstPlace + i).toArray());
    }

    /** The place of each of x's elements in the list, or another number for those not in it. */
    Value find(Ops ops, Value x, long absent) {
        Value table = ops.constant(keys);
        Value at = ops.mul(x, ops.like(x, 0));
        for (long step = Integer.highestOneBit(keys.length); step > 0; step /= 2) {
            // The last key not above x lies at the sum of the steps that can be taken.
            Value next = ops.min(ops.add(at, ops.like(at, (double) step)), ops.like(at, keys.length - 1));
            at = ops.where(ops.lessOrEqual(ops.gather(table, next, 0), x), next, at);
        }
        Value found = ops.equal(ops.gather(table, at, 0), x);
        return ops.where(found, ops.gather(ops.constant(places), at, 0), ops.like(at, (double) absent));
    }
}
