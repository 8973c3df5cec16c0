/** Benchmarks. Start reading at {@code bench/README.md}. */
@NullMarked
package dev.slipway.bench;

import org.jspecify.annotations.NullMarked;
