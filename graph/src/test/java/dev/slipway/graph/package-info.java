/** Tests of the graph, with the engine as the judge of what an operator computes. */
@NullMarked
package dev.slipway.graph;

import org.jspecify.annotations.NullMarked;
