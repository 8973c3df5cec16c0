/**
 * Which models there are, in which versions, and which of them answers a request. Knows models that are ready to predict;
 * knows nothing of HTTP, of protocols or of files of models, which its caller opens. Start with {@link
 * dev.slipway.server.models.ModelRepository}: an adapter of a protocol takes a lease on a model there, and hands it to
 * {@link dev.slipway.server.inference.InferenceService}, which gives it back.
 */
@NullMarked
package dev.slipway.server.models;

import org.jspecify.annotations.NullMarked;
