/**
 * The Open Inference Protocol, version 2: its JSON and its binary tensors, read into and written from tensors, without a
 * tree of objects. Knows tensors and the protocol; nothing of HTTP, gRPC or of running a model. Start with {@link
 * dev.slipway.server.oip.InferRequestReader}.
 */
@NullMarked
package dev.slipway.server.oip;

import org.jspecify.annotations.NullMarked;
