/**
 * Models that are served, and the decision where and with whom a prediction runs. Knows predictors and the event loop, nothing
 * of protocols. Start reading at {@link dev.slipway.server.inference.ServedModel}.
 */
@NullMarked
package dev.slipway.server.inference;

import org.jspecify.annotations.NullMarked;
