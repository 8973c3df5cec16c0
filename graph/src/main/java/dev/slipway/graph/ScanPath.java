package dev.slipway.graph;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * How a Scan goes through its sequences.
 *
 * @param axes the axis of each sequence to go along, from 0
 * @param resultAxis the axis that each result of all steps gets, by its place among them
 * @param backwards whether from the last element to the first; the results are in the order of the sequences still
 */
record ScanPath(List<Integer> axes, IntUnaryOperator resultAxis, boolean backwards) {}
