/**
 * Which version of a model answers a request that names none: shares of the traffic, copies for a version that is only watched, and
 * the roll-back of a version that does worse than it may. Knows served models, how to predict with them, and what a request says of
 * its sender; knows no protocol and no file of models. Start with {@link dev.slipway.server.traffic.Traffic}; the words of a rule are
 * in {@link dev.slipway.server.traffic.TrafficRule}.
 */
@NullMarked
package dev.slipway.server.traffic;

import org.jspecify.annotations.NullMarked;
