/**
 * A server for models over HTTP. Start reading at {@link dev.slipway.server.ModelServer}; a request then goes through {@link
 * dev.slipway.server.http} (path), {@link dev.slipway.server.json} (decode), {@link dev.slipway.server.inference} (predict) and
 * back. Knows predictors, nothing of Keras or of files.
 */
@NullMarked
package dev.slipway.server;

import org.jspecify.annotations.NullMarked;
