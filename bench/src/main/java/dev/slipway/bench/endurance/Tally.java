package dev.slipway.bench.endurance;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Right and wrong answers by kind of client. Safe for use by several threads. */
final class Tally {
    private static final int MOST_SHOWN = 300;

    /** Guarded by this object. */
    private final Map<String, long[]> counts = new TreeMap<>();

    private final Map<String, String> firstWrong = new TreeMap<>();

    synchronized void right(String client) {
        counts.computeIfAbsent(client, any -> new long[2])[0]++;
    }

    synchronized void wrong(String client, String what) {
        counts.computeIfAbsent(client, any -> new long[2])[1]++;
        firstWrong.putIfAbsent(client, what.length() > MOST_SHOWN ? what.substring(0, MOST_SHOWN) : what);
    }

    synchronized boolean isFlawless() {
        return firstWrong.isEmpty();
    }

    synchronized String report() {
        StringBuilder lines = new StringBuilder();
        counts.forEach((client, count) ->
                lines.append(String.format(Locale.ROOT, "%-22s %9d right %6d wrong%n", client, count[0], count[1])));
        firstWrong.forEach((client, what) -> lines.append("first wrong of ")
                .append(client)
                .append(": ")
                .append(what)
                .append(System.lineSeparator()));
        return lines.toString();
    }
}
