package dev.slipway.server.traffic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The order in which variants come into question for a sender: the first is the one of the sender's share, the next takes over
 * if there is none, and so on.
 *
 * <p>Weighted rendezvous hashing: every variant draws a number from an exponential distribution of its weight's rate, by a hash of
 * sender and variant, and the smallest wins. So each variant gets exactly its weight's share; a variant that goes away sends its own
 * senders elsewhere, by the weights that are left, and nobody else's; and a weight that grows takes senders and sends none away.
 *
 * <p>Source: Thaler and Ravishankar, "A Name-Based Mapping Scheme for Rendezvous" (1996), with weights as in Schindelhauer and
 * Schomaker, "Weighted Distributed Hash Tables" (2005).
 */
final class Split {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final double TWO_TO_MINUS_53 = 0x1p-53;

    private final List<Share> shares;

    private record Share(String variant, double weight, long hash) {
        double draw(long sender) {
            double above0 = ((mix(sender ^ hash) >>> 11) + 1) * TWO_TO_MINUS_53;
            return -Math.log(above0) / weight;
        }
    }

    private record Drawn(String variant, double number) {}

    /** Variants of weight 0 never come into question. */
    Split(Map<String, Double> weights) {
        this.shares = weights.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> new Share(each.getKey(), each.getValue(), mix(hash(FNV_OFFSET, each.getKey()))))
                .toList();
    }

    /** A sender of requests for a model, by what a request says of it; models do not agree about senders. */
    static long sender(String model, String mark) {
        return mix(hash(hash(FNV_OFFSET, model) * FNV_PRIME, mark));
    }

    List<String> order(long sender) {
        List<Drawn> drawn = new ArrayList<>(shares.size());
        for (Share share : shares) {
            drawn.add(new Drawn(share.variant(), share.draw(sender)));
        }
        drawn.sort(Comparator.comparingDouble(Drawn::number));
        return drawn.stream().map(Drawn::variant).toList();
    }

    /** FNV-1a over the text's 16-bit units. */
    private static long hash(long from, String text) {
        long hash = from;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /** The finalizer of MurmurHash3, in Stafford's variant 13: every bit depends on every bit. */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
