/**
 * Runs against a server in a process of its own: whether it answers right for long, and what it does when something breaks. It
 * knows protocols and the command line's {@code serve}; {@code bench/soak} and {@code bench/faults} call it. Start reading at
 * {@link dev.slipway.bench.endurance.Soak} and {@link dev.slipway.bench.endurance.Faults}.
 */
@NullMarked
package dev.slipway.bench.endurance;

import org.jspecify.annotations.NullMarked;
